/*
 * Drafts: what is typed into a <textarea data-draft="KEY"> is kept on the device, under the person's
 * id, until it has been sent; signing out removes them all. In a form with data-keep the server keeps
 * them as well, and here lies only what it does not have yet (thread/draft.js).
 *
 * How we know that a text has arrived: our forms answer success with a redirect. A page that was
 * reached by one, right after a form with drafts was sent, means that they arrived. A failed send,
 * a form that came back with errors, or a session that had ended keep the draft: whoever meets a page
 * of somebody signed out on the way has not arrived, though signing in ends with a redirect too.
 */

const person = document.documentElement.dataset.person;
const PREFIX = `draft:${person}:`;
const SENT = "drafts-sent";
const LONGEST = 100_000; // characters
const OLDEST = 30 * 24 * 3600 * 1000; // milliseconds
const PAUSE = 400; // milliseconds between the last key and the keeping

/** From then on nothing is kept, not even on leaving the page; said to all scripts of a page. */
const signingOut = () => "signingOut" in document.documentElement.dataset;

/** Storage may be switched off or full: a draft is then not kept, and nothing else breaks. */
function attempt(act) {
  try {
    return act();
  } catch {
    return null;
  }
}

function read(key) {
  const draft = attempt(() => JSON.parse(localStorage.getItem(PREFIX + key)));
  if (!draft || typeof draft.text !== "string") return null;
  if (Date.now() - draft.at > OLDEST) return null;
  return draft.text;
}

function write(key, text) {
  if (signingOut() || text.length > LONGEST) return false; // what was kept before stays
  if (text.trim() === "") {
    clearDraft(key);
    return false;
  }
  return attempt(() => {
    localStorage.setItem(PREFIX + key, JSON.stringify({ text, at: Date.now() }));
    return true;
  });
}

/** All that is kept under a key, or under one that goes on with "~": key, text, at; newest first. */
export function draftsUnder(place) {
  const names = attempt(() => Object.keys(localStorage)) ?? [];
  return names
    .filter((name) => name === PREFIX + place || name.startsWith(`${PREFIX}${place}~`))
    .map((name) => name.slice(PREFIX.length))
    .map((key) => ({ key, text: read(key), at: attempt(() => JSON.parse(localStorage.getItem(PREFIX + key)).at) }))
    .filter(({ text }) => text)
    .sort((a, b) => b.at - a.at);
}

/** For pages that send by themselves (a thread over its socket): the text has arrived. */
export function clearDraft(key) {
  attempt(() => localStorage.removeItem(PREFIX + key));
}

/** Move a text from one draft to another, behind what is there; answers whether it could. */
export function carryDraft(from, text, to) {
  const there = read(to);
  const carried = write(to, there ? `${there.trimEnd()}\n\n${text}` : text);
  if (carried) clearDraft(from);
  return Boolean(carried);
}

function clearAll() {
  attempt(() => {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
    for (const key of keys) localStorage.removeItem(key);
  });
}

function arrived() {
  const sent = attempt(() => JSON.parse(sessionStorage.getItem(SENT))) ?? [];
  attempt(() => sessionStorage.removeItem(SENT));
  const [visit] = performance.getEntriesByType("navigation");
  if (visit?.type !== "navigate" || visit.redirectCount === 0) return;
  for (const key of sent) clearDraft(key);
}

function note(area, text, discardable) {
  const line = document.querySelector(`[data-draft-note="${CSS.escape(area.id)}"]`);
  if (!line) return;
  line.hidden = !text;
  const place = line.querySelector("[role=status]");
  if (place.textContent !== text) place.textContent = text;
  line.querySelector("[data-draft-discard]").hidden = !discardable;
}

function noteText(area, name) {
  return document.querySelector(`[data-draft-note="${CSS.escape(area.id)}"]`)?.dataset[name] ?? "";
}

function watch(area) {
  const key = area.dataset.draft;
  const kept = read(key);
  if (kept && area.value.trim() === "") {
    area.value = kept;
    area.dispatchEvent(new Event("input", { bubbles: true }));
    note(area, noteText(area, "restored"), true);
  }
  let waiting = 0;
  area.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      const done = write(key, area.value);
      note(area, done ? noteText(area, "kept") : "", done);
    }, PAUSE);
  });
  // Leaving within the pause.
  window.addEventListener("pagehide", () => {
    if (area.isConnected && area.value.trim() !== "" && area.value !== area.defaultValue) {
      write(key, area.value);
    }
  });
}

export function drafts() {
  if (!person) {
    attempt(() => sessionStorage.removeItem(SENT)); // what was sent on the way here was not taken
    return; // signed out: nobody to keep it for
  }
  arrived();
  for (const area of document.querySelectorAll("textarea[data-draft]")) {
    if (!area.form?.dataset.keep) watch(area); // else kept on the server, too: thread/draft.js
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-draft-discard]");
    if (!button) return;
    const area = document.getElementById(button.closest("[data-draft-note]").dataset.draftNote);
    area.value = "";
    clearDraft(area.dataset.draft);
    note(area, "", false);
    area.focus();
  });

  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    if (event.target.matches("[data-sign-out]")) {
      document.documentElement.dataset.signingOut = "";
      clearAll();
      return;
    }
    const keys = [...event.target.querySelectorAll("textarea[data-draft]")].map(
      (area) => area.dataset.draft,
    );
    if (keys.length > 0) attempt(() => sessionStorage.setItem(SENT, JSON.stringify(keys)));
  });
}

/* For pages that keep something else than a text area. */
export { read as readDraft, write as writeDraft };
