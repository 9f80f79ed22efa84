/*
 * What is written is saved two seconds after the last key, on leaving a field, and before one goes
 * elsewhere; until then it is kept on this device. The form is sent as its own button would send it,
 * and the parts of the page that depend on it are taken from the answer.
 */
import { clearDraft, readDraft, writeDraft } from "../base/drafts.js";
import { marks, parse, takeParts, touch } from "./parts.js";

const PAUSE = 2000; // milliseconds after the last key
const AGAIN = 10_000; // milliseconds until what failed is tried again
const PATIENCE = 4000; // milliseconds that going elsewhere waits for the answer
const LARGEST = 60_000; // characters that a browser sends while a page is left
const OWN = ["csrf_token", "revision"]; // fields that nobody writes

export function saving(form) {
  const key = `studio:${form.dataset.autosave}`;
  const trouble = document.querySelector("[data-trouble]");
  let sent = written();
  let running = null;
  let waiting = 0;
  let shut = false; // somebody else was faster, or there is nothing to save to

  function fields() {
    const found = new URLSearchParams();
    for (const [name, value] of new FormData(form)) found.append(name, value);
    return found;
  }

  function written() {
    const found = fields();
    for (const name of OWN) found.delete(name);
    return found.toString();
  }

  const dirty = () => written() !== sent;

  function keep() {
    const revision = form.elements.revision.value;
    if (dirty()) writeDraft(key, JSON.stringify({ revision, text: written() }));
    else clearDraft(key);
  }

  function later(pause) {
    clearTimeout(waiting);
    waiting = setTimeout(save, pause);
  }

  function say(name) {
    trouble.hidden = !name;
    if (name) trouble.textContent = trouble.dataset[name];
  }

  /** Saves what is written now; answers whether nothing is left to save. */
  async function save() {
    clearTimeout(waiting);
    if (running) await running;
    if (shut) return false;
    if (!dirty()) return true;
    if (!navigator.onLine) return false; // the strip of the frame says so
    running = send();
    const done = await running;
    running = null;
    if (done && dirty()) later(PAUSE);
    return done;
  }

  async function send() {
    const body = fields();
    const now = written();
    let answer;
    let html;
    try {
      answer = await fetch(form.action, {
        method: "POST",
        body,
        headers: { Accept: "text/html" },
        keepalive: body.toString().length < LARGEST,
      });
      html = await answer.text();
    } catch {
      return failed();
    }
    if (answer.status === 401 || new URL(answer.url).pathname.endsWith("/sign-in")) {
      say("signedOut");
      later(AGAIN);
      return false;
    }
    if (answer.status === 403 || answer.status === 404) {
      shut = true;
      say("gone");
      return false;
    }
    const fresh = parse(html);
    if (!fresh.querySelector("[data-studio]")) return failed();
    say("");
    if (answer.status === 409) {
      shut = true;
      takeParts(fresh, ["conflict", "revision"]);
      return false;
    }
    takeParts(fresh, answer.ok ? null : ["refused"]);
    marks(form);
    if (!answer.ok) return false;
    sent = now;
    keep();
    return true;
  }

  function failed() {
    if (navigator.onLine) say("failed");
    later(AGAIN);
    return false;
  }

  /** Saves before one goes elsewhere; answers whether one may: words that clash hold one back. */
  async function settle() {
    if (!dirty()) return true;
    const patience = new Promise((resolve) => setTimeout(resolve, PATIENCE));
    await Promise.race([save(), patience]);
    return !document.querySelector("[data-conflict]");
  }

  form.addEventListener("input", () => {
    keep();
    later(PAUSE);
  });
  form.addEventListener("change", () => {
    keep();
    save();
  });
  form.addEventListener("focusout", ({ target }) => {
    touch(target);
    marks(form);
  });
  for (const field of form.querySelectorAll('[aria-invalid="true"]')) touch(field);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    shut = false; // whoever presses the button has chosen
    if (event.submitter?.hasAttribute("data-keep-mine")) sent = "";
    save();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "s" || !(event.ctrlKey || event.metaKey) || event.altKey) return;
    event.preventDefault();
    save();
  });
  document.addEventListener("visibilitychange", () => document.hidden && save());
  window.addEventListener("pagehide", keep);
  window.addEventListener("online", save);

  document.addEventListener("click", async (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link || event.defaultPrevented || event.button !== 0 || !dirty()) return;
    if (event.ctrlKey || event.metaKey || event.shiftKey || link.target) return;
    if (link.hasAttribute("data-take-theirs")) {
      sent = written();
      clearDraft(key);
      return;
    }
    if (link.pathname === location.pathname && link.hash) return;
    event.preventDefault();
    if (await settle()) location.assign(link.href);
  });

  // Other forms of the desk lead away too.
  const settled = new WeakSet();
  document.addEventListener(
    "submit",
    async (event) => {
      const other = event.target;
      if (other === form || other.closest("dialog") || settled.has(other) || !dirty()) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (!(await settle())) return;
      settled.add(other);
      other.requestSubmit(event.submitter);
    },
    { capture: true },
  );

  restore();

  /** What this device kept comes back; if others saved meanwhile, the server shows both. */
  function restore() {
    let kept = null;
    try {
      kept = JSON.parse(readDraft(key));
    } catch {
      /* not ours */
    }
    if (!kept?.text || kept.text === sent) {
      clearDraft(key);
      return;
    }
    const values = new URLSearchParams(kept.text);
    for (const field of form.elements) {
      if (!field.name || OWN.includes(field.name) || field.type === "submit") continue;
      if (field.type === "checkbox") field.checked = values.has(field.name);
      else if (values.has(field.name)) field.value = values.get(field.name);
    }
    form.elements.revision.value = kept.revision;
    save();
  }

  return { save, settle };
}
