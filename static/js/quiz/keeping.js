/*
 * Answers of an attempt that was begun are kept on the server as they are given, question by
 * question; what could not be sent waits on the device and goes when the line is back.
 */
import { onTaken, tell, untell } from "../lib/acts.js";

const PAUSE = 600; // milliseconds between the last key and the sending
const WAITS = 4000; // milliseconds after which it is said that they wait

const waiting = new Set(); // ids of questions
const touched = new Set(); // all that were answered on this page
let pause = 0;
let waits = 0;
let latest = "";
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

const slot = () => `kept:${form().dataset.number}`;

/** Answers to further questions join those that wait. */
const together = (before, now) => ({ ...now, answers: { ...before.answers, ...now.answers } });

/** Sends what waits. */
export function send() {
  clearTimeout(pause);
  const from = form();
  if (!from || waiting.size === 0) return;
  const told = { answers: answersOf(from, waiting), number: Number(from.dataset.number) };
  waiting.clear();
  latest = tell("kept", told, { slot: slot(), merge: together });
  clearTimeout(waits);
  waits = setTimeout(() => say("waits"), WAITS);
}

onTaken("kept", ({ client_id, result, told }) => {
  if (!form() || told.number !== Number(form().dataset.number)) return result !== "refused";
  if (latest && client_id !== latest) return true;
  clearTimeout(waits);
  say(result === "refused" ? "" : "words"); // what is refused is told when it is handed in
  if (result !== "refused" && waiting.size === 0) kept();
  return true;
});

/** Nothing of the attempt need be kept any more: it is being handed in. */
export function stop() {
  clearTimeout(pause);
  clearTimeout(waits);
  say("");
  if (form()) untell(slot());
  waiting.clear();
}

/** It was handed in. */
export function forget() {
  stop();
  touched.clear();
}
