/* A quiz is marked in place: the same form, the same page, only without the jump. */
import { replaceParts } from "./lib/parts.js";

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("[data-quiz]") || event.defaultPrevented) return;
  event.preventDefault();
  const button = event.submitter;
  const answers = new URLSearchParams(new FormData(form)); // what the form itself would send
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body: answers,
      headers: { Accept: "text/html" },
    });
    const html = await answer.text();
    if (!new DOMParser().parseFromString(html, "text/html").querySelector("[data-quiz]")) {
      throw new Error("not the page of this quiz");
    }
    replaceParts(html);
    const place =
      document.querySelector('[data-quiz] [role="alert"]') ?? document.getElementById("verdict");
    if (place) {
      place.tabIndex = -1;
      place.focus({ preventScroll: true });
      place.scrollIntoView({ block: "center" });
    }
  } catch {
    form.ariaBusy = null;
    HTMLFormElement.prototype.submit.call(form); // the browser says what is wrong with the line
    if (button) button.disabled = false;
  }
});
