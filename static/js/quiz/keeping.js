/*
 * Answers of an attempt that was begun are kept on the server as they are given, question by
 * question, one after the other; what could not be sent is sent again when the line is back.
 */
const PAUSE = 600; // milliseconds between the last key and the sending
const AGAIN = 4000; // milliseconds until it is tried again

const waiting = new Set(); // ids of questions
const touched = new Set(); // all that were answered on this page
let sending = false;
let pause = 0;
let kept = () => {};

const form = () => document.querySelector("[data-quiz][data-keep]");

function say(words) {
  const place = document.querySelector("[data-kept]");
  if (place) place.textContent = words ? place.dataset[words] : "";
}

function answersOf(from, ids) {
  const data = new FormData(from);
  return Object.fromEntries(
    [...ids].map((id) => [id, data.getAll(`answer.${id}`).filter((text) => text !== "")]),
  );
}

/** Whether a question was answered on this page; what another window answered is not sent again. */
export function isTouched(question) {
  return touched.has(question);
}

/** Says what to do once everything has arrived. */
export function whenKept(act) {
  kept = act;
}

/** Notes that a question was answered; it is sent in a moment. */
export function changed(field) {
  const question = field.closest("[data-question]")?.dataset.question;
  if (!question || !form()) return;
  waiting.add(question);
  touched.add(question);
  say("");
  clearTimeout(pause);
  pause = setTimeout(send, PAUSE);
}

/** Sends what waits; `leaving`: the page goes away. */
export async function send(leaving = false) {
  clearTimeout(pause);
  const from = form();
  if (!from || waiting.size === 0 || (sending && leaving !== true)) return;
  const ids = [...waiting];
  waiting.clear();
  sending = true;
  let failed = false;
  try {
    const answer = await fetch(from.dataset.keep, {
      method: "PUT",
      keepalive: leaving === true,
      headers: {
        "Content-Type": "application/json",
        "X-CSRFToken": from.querySelector('input[name="csrf_token"]').value,
      },
      body: JSON.stringify({
        answers: answersOf(from, ids),
        number: Number(from.dataset.number),
      }),
    });
    if (answer.status >= 500 || answer.status === 429) throw new Error(answer.statusText);
    say(answer.ok ? "words" : ""); // what is refused is told when it is handed in
    if (answer.ok && waiting.size === 0) kept();
  } catch {
    failed = true;
    for (const id of ids) waiting.add(id);
    say("waits");
    pause = setTimeout(send, AGAIN);
  } finally {
    sending = false;
  }
  if (waiting.size > 0 && !failed) send(); // answered meanwhile
}

/** Nothing of the attempt waits any more: it was handed in. */
export function forget() {
  clearTimeout(pause);
  waiting.clear();
  touched.clear();
}
