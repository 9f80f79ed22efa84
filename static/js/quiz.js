/*
 * A quiz is marked in place: the same form, the same page, only without the jump. What was picked is
 * kept on the device until it has arrived: a line may drop, a session may have ended.
 */
import { clearDraft, readDraft, writeDraft } from "./base/drafts.js";
import { replaceParts } from "./lib/parts.js";

const keyOf = (form) => `quiz:${new URL(form.action).pathname}`;

function keep(form, sent) {
  const picked = [...sent].filter(([name]) => name.startsWith("answer."));
  writeDraft(keyOf(form), new URLSearchParams(picked).toString());
}

function giveBack(form) {
  const kept = readDraft(keyOf(form));
  if (kept === null) return;
  const picked = new URLSearchParams(kept);
  for (const input of form.querySelectorAll("input[name^='answer.']")) {
    input.checked = picked.getAll(input.name).includes(input.value);
  }
}

for (const form of document.querySelectorAll("[data-quiz]")) giveBack(form);

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("[data-quiz]") || event.defaultPrevented) return;
  event.preventDefault();
  const button = event.submitter;
  const answers = new URLSearchParams(new FormData(form)); // what the form itself would send
  keep(form, answers);
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
    clearDraft(keyOf(form));
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
