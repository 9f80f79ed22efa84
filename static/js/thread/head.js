/* What is said of the thread itself, when it changes while the page is open. */
import { refreshParts } from "../lib/parts.js";
import { markAnswer } from "./posts.js";

const list = document.getElementById("posts");
const words = document.getElementById("words")?.dataset ?? {};

/** The posts say which of them answers; the head is drawn anew; in a locked thread the box waits. */
export async function threadChanged(thread) {
  list.dataset.answer = thread.answer ?? "";
  for (const post of list.querySelectorAll(".post")) markAnswer(post, thread.answer);
  const reply = document.getElementById("reply");
  const locked = Boolean(thread.merged_into || (thread.locked_at && !("leads" in list.dataset)));
  if (reply) for (const field of reply.elements) field.disabled = locked;
  document.getElementById("news").textContent = words.threadChanged;
  await refreshParts().catch(() => null); // no line: the next change draws it
}
