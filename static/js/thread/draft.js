/*
 * The draft of a form of talk: kept on the server as one writes, on this device until it is there.
 * Of two texts for one place none is lost: one stands in the box, the other is shown beside it.
 * Without this script a button keeps what is written, and the page shows the same.
 */
import { keeping, LATER, REFUSED, SAVED, SHUT } from "../lib/keeping.js";
import { asks } from "./asking.js";
import { clashes, line } from "./draft_words.js";
import { forget, leftFor, ownShelf } from "./shelf.js";

const AT_CLOSING = 60_000; // bytes that a browser sends of a page that is being left
const SILENCE = 20_000; // milliseconds without an answer
const NAMES = ["kind", "title", "tags", "body", "reply_to", "edition"]; // of fields that belong to a draft
const NUMBERS = ["reply_to", "edition"];

/** What a form holds, as the server takes it. */
function fieldsOf(form) {
  const found = {};
  for (const name of NAMES.filter((each) => form.elements[each])) {
    const value = form.elements[name].value;
    found[name] = NUMBERS.includes(name) ? Number(value) || null : value;
  }
  if ("kind" in found) found.kind ||= null;
  return found;
}

const isBlank = ({ body, title }) => !body?.trim() && !title?.trim();
const sameWords = (one, two) =>
  ["body", "title"].every((name) => (one[name] ?? "").trim() === (two[name] ?? "").trim());

/** Null for a form that is not there. */
export function draft(form) {
  if (!form?.dataset.keep || !form.elements.body.dataset.draft) return null;
  const area = form.elements.body;
  const place = area.dataset.draft;
  const mine = ownShelf(place);
  area.dataset.draft = mine.key; // what arrives is cleared by the frame
  let leaving = false; // the form itself is on its way

  const revision = () => Number(form.elements.revision.value);
  const know = (number) => (form.elements.revision.value = number);
  const blank = () => isBlank(fieldsOf(form));
  const say = line(form);

  function fill(fields) {
    for (const [name, value] of Object.entries(fields)) {
      if (form.elements[name]) form.elements[name].value = value ?? "";
    }
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }

  const keeper = keeping({
    written: () => (blank() ? "" : JSON.stringify(fieldsOf(form))),
    unsaved: "unsaved" in form.dataset,
    leaves: () => leaving,
    keep(dirty) {
      if (!dirty || blank()) mine.clear();
      else mine.put({ fields: fieldsOf(form), revision: revision(), url: form.dataset.keep });
    },
    send,
  });

  const clash = clashes(form, {
    take({ fields, revision: number, left }) {
      const aside = fieldsOf(form);
      if (left) forget(left);
      fill(fields);
      if (number !== undefined) {
        know(number);
        keeper.settled();
      }
      keeper.open();
      say("aside", { undo: () => fill(aside) });
    },
    mine({ revision: number, left }) {
      if (left) forget(left);
      if (number !== undefined) know(number);
      keeper.unsettled();
      keeper.open();
      keeper.save();
    },
  });

  async function send(closing) {
    const empty = blank();
    const body = JSON.stringify({ ...fieldsOf(form), revision: revision() });
    const url = form.dataset.keep;
    let answer;
    try {
      answer = await fetch(empty ? `${url}?revision=${revision()}` : url, {
        method: empty ? "DELETE" : "PUT",
        keepalive: closing && new Blob([body]).size < AT_CLOSING,
        signal: AbortSignal.timeout(SILENCE),
        headers: {
          "Content-Type": "application/json",
          "X-CSRFToken": form.elements.csrf_token.value,
        },
        body: empty ? undefined : body,
      });
    } catch {
      say("device");
      return LATER;
    }
    if (answer.ok) {
      const saved = empty ? { revision: 0 } : await answer.json();
      know(saved.revision);
      say(empty ? "" : "kept", { id: saved.id });
      return SAVED;
    }
    const problem = await answer.json().catch(() => ({}));
    if (problem.kept) {
      keeper.shut();
      clash({ fields: problem.kept, revision: problem.kept.revision });
      return SHUT;
    }
    if (answer.status === 400 || answer.status === 401) {
      say("signedOut");
      return LATER;
    }
    if (answer.status === 429 || answer.status >= 500) {
      say("device");
      return LATER;
    }
    if (answer.status === 422) {
      say("", { words: Object.values(problem.fields ?? {}).flat().join(" ") || problem.title });
      return REFUSED;
    }
    say("gone", { words: answer.status === 409 ? problem.title : "" });
    return SHUT;
  }

  /** What a window left behind that is no more comes back; two texts are both shown. */
  async function restore() {
    const found = await leftFor(place);
    for (const left of found) {
      const fresh = revision() === 0 && keeper.dirty() === false;
      const elsewhere = left.url && left.url !== form.dataset.keep;
      if (sameWords(left.fields, fieldsOf(form))) {
        forget(left);
        continue;
      }
      if (elsewhere && !(fresh && blank())) continue; // another thread that was begun: its turn comes
      if (elsewhere) {
        form.dataset.keep = left.url;
        form.elements.nonce.value = left.url.split("/").at(-1).replaceAll("-", "");
      }
      if (elsewhere || (fresh && !clash.open) || (left.revision === revision() && !keeper.dirty())) {
        if (elsewhere) know(left.revision);
        fill(left.fields);
        forget(left);
        keeper.unsettled();
        keeper.save();
        if (!navigator.onLine) say("device");
      } else {
        const here = { fields: fieldsOf(form), revision: revision() || undefined };
        const both = keeper.dirty();
        if (!both) {
          keeper.shut();
          fill(left.fields);
          keeper.unsettled();
        }
        clash(both ? { fields: left.fields, left } : here);
        if (!both) forget(left);
      }
    }
    if (keeper.dirty() && !clash.open) keeper.save();
  }

  form.addEventListener("input", () => {
    keeper.touched();
    if (!navigator.onLine && !blank()) say("device");
  });
  form.addEventListener(
    "submit",
    async (event) => {
      const scripted = "live" in form.dataset && !asks(form);
      if (keeper.busy && !scripted) {
        event.preventDefault();
        event.stopImmediatePropagation();
        const { submitter } = event;
        await keeper.settle();
        form.requestSubmit(submitter);
      } else {
        leaving = !scripted || event.submitter?.hasAttribute("formaction");
      }
    },
    { capture: true },
  );
  window.addEventListener("pageshow", () => (leaving = false));
  document.getElementById("discard-draft")?.addEventListener("submit", async (event) => {
    if (leaving) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!navigator.onLine) return say("device");
    await keeper.settle(); // what is thrown away is what stands there: it can be put back
    leaving = true;
    keeper.settled();
    event.target.submit();
  });

  form.querySelector("[data-draft-clash] [data-draft-take]")?.addEventListener("click", () => {
    leaving = true;
    keeper.settled();
  });
  const button = form.querySelector("[data-draft-button]");
  if (button) button.hidden = true; // it is kept without it
  restore();

  return {
    /** It is being sent by a script: what the server is told of the draft it was written on. */
    sent() {
      const known = revision();
      const underway = keeper.busy;
      queueMicrotask(() => {
        if (!underway && blank()) keeper.settled(); // the server removes it with the sending
        say("");
      });
      return known ? { draft: known } : {};
    },
  };
}
