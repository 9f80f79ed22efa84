/*
 * Drafts on this device that the server does not have yet. Every window keeps its own, under a lock
 * that it holds while it lives: what a window left behind that was closed or killed is anybody's.
 */
import { clearDraft, draftsUnder, writeDraft } from "../base/drafts.js";
import { newId } from "../lib/shelf.js";

const page = newId();
const lockOf = (key) => `community-draft:${document.documentElement.dataset.person}:${key}`;

/** The place of this window among the drafts for `place`. */
export function ownShelf(place) {
  const key = `${place}~${page}`;
  navigator.locks?.request(lockOf(key), () => new Promise(() => {}));
  return {
    key,
    put: (draft) => writeDraft(key, JSON.stringify(draft)),
    clear: () => clearDraft(key),
  };
}

/** Whether no window that lives holds a draft. */
function isLeft(key) {
  if (!navigator.locks) return Promise.resolve(!key.endsWith(page));
  return navigator.locks.request(lockOf(key), { ifAvailable: true }, (lock) => lock !== null);
}

function parsed({ key, text, at }) {
  try {
    const { fields, revision, url } = JSON.parse(text);
    if (fields && url) return { key, at, fields, revision: Number(revision) || 0, url };
  } catch {
    /* words alone, as they were kept before */
  }
  return { key, at, fields: { body: text }, revision: 0, url: "" };
}

/** What other windows left behind for a place, the newest first. */
export async function leftFor(place) {
  const found = [];
  for (const kept of draftsUnder(place)) if (await isLeft(kept.key)) found.push(parsed(kept));
  return found;
}

export const forget = (draft) => clearDraft(draft.key);
