/*
 * A reflection, or a text to be handed in, is saved as a draft two seconds after the last key; until
 * then, and while the line is down, it is kept on this device and goes by itself, from whichever
 * page is open when the line is back. What two windows wrote is shown, never written over.
 */
import { clearDraft, readDraft, writeDraft } from "./base/drafts.js";
import { onTaken, tell, telling, untell } from "./lib/acts.js";
import { refreshParts, replaceParts } from "./lib/parts.js";

const PAUSE = 2000; // milliseconds after the last key
const PATIENCE = 5000; // milliseconds that handing in waits for a draft that is on its way

const form = document.querySelector("[data-reflection]");
const area = form.elements.text;
const trouble = form.querySelector("[data-trouble]");
const kind = form.dataset.reflection; // of the act that tells a draft
const key = `reflection:${new URL(form.action).pathname}`;

let sent = area.hasAttribute("data-unsaved") ? null : area.value;
let sending = Promise.resolve();
let underway = 0; // drafts that were sent and are not answered yet
let goes = null; // the button by which the form goes now
let waiting = 0;
let told = ""; // the id of what waits on the device
let shut = Boolean(form.querySelector("[data-clash]")); // two windows: the person chooses

const dirty = () => area.value !== sent;

function keep() {
  if (!dirty()) clearDraft(key);
  else writeDraft(key, JSON.stringify({ revision: form.elements.revision.value, text: area.value }));
}

function say(name) {
  trouble.hidden = !name;
  if (name) trouble.textContent = trouble.dataset[name];
}

function later(pause) {
  clearTimeout(waiting);
  waiting = setTimeout(save, pause);
}

function save() {
  clearTimeout(waiting);
  underway += 1;
  sending = sending.then(send).finally(() => (underway -= 1));
  return sending;
}

/** It waits on the device; one that is on its way just now is not overtaken. */
function tellLater() {
  say("failed");
  if (told && telling()) later(PAUSE);
  else told = tell(kind, { text: area.value, revision: Number(form.elements.revision.value) });
}

/** Sends the form by a button of its own once no draft is on its way: the two would clash. */
async function handIn(button) {
  await Promise.race([sending, new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
  goes = button;
  if (!shut) form.requestSubmit(button);
  goes = null;
}

async function send() {
  if (shut || !dirty()) return;
  if (told) {
    tellLater();
    return;
  }
  const now = area.value;
  const fields = new FormData(form);
  fields.delete("upload"); // a file has its own button
  let answer;
  let html;
  try {
    answer = await fetch(form.action, {
      method: "POST",
      body: new URLSearchParams(fields),
      headers: { Accept: "text/html" },
    });
    html = await answer.text();
  } catch {
    tellLater();
    return;
  }
  if (answer.status === 403 || answer.status === 404) {
    shut = true;
    say("gone");
    return;
  }
  if (!html.includes("data-reflection")) {
    tellLater(); // signed out meanwhile, or the server is busy
    return;
  }
  say("");
  replaceParts(html);
  if (answer.ok) {
    sent = now;
    keep();
    if (dirty()) later(PAUSE);
  } else {
    shut = true;
    keep();
    const clash = form.querySelector("[data-clash]");
    if (clash) clash.focus({ preventScroll: true });
    else say("gone");
  }
}

onTaken(kind, ({ client_id, result, told: { text } }) => {
  if (!told || client_id !== told) return result !== "refused";
  told = "";
  say("");
  if (result === "refused") {
    save(); // the page that comes says why, and shows both
    return true;
  }
  sent = text;
  refreshParts().then(() => {
    keep();
    if (dirty()) later(PAUSE);
  });
  return true;
});

/** What this device kept comes back; if another window saved meanwhile, the server shows both. */
function restore() {
  let kept = null;
  try {
    kept = JSON.parse(readDraft(key));
  } catch {
    /* not ours */
  }
  if (!kept?.text || shut) return;
  if (kept.text.trim() === area.value.trim()) {
    clearDraft(key);
    return;
  }
  area.value = kept.text;
  form.elements.revision.value = kept.revision;
}

if (trouble && !area.readOnly) {
  restore();
  if (dirty()) save();
  area.addEventListener("input", () => {
    keep();
    later(PAUSE);
  });
  area.addEventListener("change", save);
  document.addEventListener("visibilitychange", () => document.hidden && save());
  window.addEventListener("pagehide", keep);
  form.addEventListener("submit", (event) => {
    clearTimeout(waiting);
    const button = event.submitter;
    if (button?.hasAttribute("formaction")) {
      // handing in is a page of its own
      if (underway > 0 && button !== goes) {
        event.preventDefault();
        handIn(button);
      }
      return;
    }
    event.preventDefault();
    shut = false;
    sent = null; // whoever presses the button has chosen
    if (told) untell(kind);
    told = "";
    save();
  });
  form.addEventListener("click", (event) => {
    const link = event.target.closest("[data-take-kept]");
    if (!link) return;
    sent = area.value;
    clearDraft(key);
    if (link.pathname !== location.pathname) return;
    event.preventDefault();
    location.reload();
  });
}
