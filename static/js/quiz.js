/*
 * A quiz is marked in place: the same form, the same page, only without the jump. What was answered
 * is kept on the device until it has arrived: a line may drop, a session may have ended. Answers of
 * an attempt that was begun are kept on the server too, as they are given.
 */
import { clearDraft, readDraft, writeDraft } from "./base/drafts.js";
import { onTaken, tell } from "./lib/acts.js";
import { refreshParts, replaceParts } from "./lib/parts.js";
import { runClock } from "./quiz/clock.js";
import { changed, forget, isTouched, send, stop, whenKept } from "./quiz/keeping.js";
import { enhance } from "./quiz/ordering.js";

// Answers of an attempt that was begun are those of that attempt only.
const keyOf = (form) =>
  [`quiz:${new URL(form.action).pathname}`, form.dataset.number].filter(Boolean).join(":");
const FIELDS = "[name^='answer.']:not([type='hidden'])";

function keep(form, sent) {
  const ours = (name) => !form.dataset.keep || isTouched(name.slice("answer.".length));
  const answered = [...sent].filter(
    ([name, text]) => name.startsWith("answer.") && text !== "" && ours(name),
  );
  writeDraft(keyOf(form), new URLSearchParams(answered).toString());
}

/** Fills in what was left on the device; answers with the questions that had something. */
function giveBack(form) {
  const kept = readDraft(keyOf(form));
  if (kept === null) return [];
  const answered = new URLSearchParams(kept);
  for (const field of form.querySelectorAll(FIELDS)) {
    if (form.dataset.keep && !answered.has(field.name)) continue; // kept by another window
    const texts = answered.getAll(field.name);
    if (field.type === "radio" || field.type === "checkbox") {
      field.checked = texts.includes(field.value);
    } else if (field.localName === "select") {
      const own = [...field.options].find((option) => texts.includes(option.value));
      if (own) field.value = own.value;
    } else if (texts.length > 0) {
      [field.value] = texts;
    }
  }
  return [...form.querySelectorAll("[data-question]")].filter((each) =>
    answered.has(`answer.${each.dataset.question}`),
  );
}

/**
 * Leaves out what was not answered here: it may have been answered in another window. An order that
 * was left as it is shown is an answer, too, where the server had none.
 */
function leaveOut(form) {
  for (const question of form.querySelectorAll("[data-question]")) {
    const shown = question.querySelector("[data-ordering][data-unplaced]");
    if (!shown && !isTouched(question.dataset.question)) question.disabled = true;
  }
}

/** The marked page stands: nothing of what was answered is needed any more. */
function marked(form, show) {
  clearDraft(keyOf(form));
  forget();
  show();
  begin();
  const place =
    document.querySelector('[data-part="quiz"] [role="alert"]') ??
    document.getElementById("verdict");
  if (!place) return;
  place.tabIndex = -1;
  place.focus({ preventScroll: true });
  place.scrollIntoView({ block: "center" });
}

/** Without a line it waits on the device under the form's own id, and goes by itself. */
function handInLater(form) {
  const data = new FormData(form);
  const given = [...new Set([...data.keys()].filter((name) => name.startsWith("answer.")))];
  const answers = Object.fromEntries(
    given.map((name) => [name.slice("answer.".length), data.getAll(name).filter(Boolean)]),
  );
  const number = Number(data.get("number"));
  if (form.dataset.keep) stop();
  tell("handed_in", { answers, number }, { client_id: data.get("client_id") });
  form.ariaBusy = null;
  const words = form.querySelector("[data-later]");
  words.textContent = words.dataset.later;
}

/** Hands in; `form.action` answers with the page, marked. */
async function handIn(form, button) {
  if (form.dataset.keep) leaveOut(form);
  const answers = new URLSearchParams(new FormData(form)); // what the form itself would send
  keep(form, answers);
  let html;
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body: answers,
      headers: { Accept: "text/html" },
    });
    html = await answer.text();
  } catch {
    handInLater(form);
    for (const question of form.querySelectorAll("[data-question]")) question.disabled = false;
    return;
  }
  if (new DOMParser().parseFromString(html, "text/html").querySelector("[data-part='quiz']")) {
    marked(form, () => replaceParts(html));
    return;
  }
  form.ariaBusy = null;
  HTMLFormElement.prototype.submit.call(form); // the page that came says what is wrong
  if (button) button.disabled = false;
}

onTaken("handed_in", ({ result }) => {
  const form = document.querySelector("[data-quiz]");
  if (!form) return result !== "refused";
  if (result === "refused") {
    form.querySelector("[data-later]").textContent = "";
    handIn(form); // the page says why, beside the question
  } else refreshParts().then(() => marked(form, () => {}));
  return true;
});

/** Makes ready what the page shows now. */
function begin() {
  const form = document.querySelector("[data-quiz]");
  if (!form) return;
  const left = giveBack(form);
  for (const button of form.querySelectorAll("[data-keep-button]")) button.hidden = true;
  enhance(form);
  if (form.dataset.keep) {
    const key = keyOf(form);
    whenKept(() => clearDraft(key));
    for (const question of left) changed(question);
  }
  runClock(() => handIn(form));
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-quiz]") || event.defaultPrevented) return;
  event.preventDefault();
  handIn(form, event.submitter);
});

for (const kind of ["change", "input"]) {
  document.addEventListener(kind, (event) => {
    const form = event.target.closest("[data-quiz]");
    if (!form) return;
    if (form.dataset.keep) changed(event.target);
    keep(form, new FormData(form));
  });
}
window.addEventListener("pagehide", () => send());

begin();
