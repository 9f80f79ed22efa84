/* What is said of the thread itself, when it changes while the page is open. */
import { replaceParts } from "../lib/parts.js";

const words = document.getElementById("words")?.dataset ?? {};

/** The posts say which of them answers; the head, and whether one may reply, come from the server. */
export async function threadChanged(thread) {
  for (const post of document.querySelectorAll("#posts > .post")) {
    const accepted = Number(post.dataset.number) === thread.answer;
    post.classList.toggle("accepted", accepted);
    const said = post.querySelector(".is-answer");
    if (said) said.hidden = !accepted;
    const accept = post.querySelector("[data-accept]");
    if (accept) accept.hidden = accepted;
  }
  document.getElementById("news").textContent = words.threadChanged;
  const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } }).catch(() => null);
  if (answer?.ok) replaceParts(await answer.text());
}
