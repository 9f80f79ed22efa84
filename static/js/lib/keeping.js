/*
 * Words that are saved on the server as one writes: a pause after the last key, one request at a
 * time, tried again while it fails, at once when the line is back or the page is put away.
 *
 *   const keeper = keeping({
 *     written: () => "...",            // what stands there now, as one text to compare
 *     send: async (leaving) => SAVED,  // or LATER: try again; REFUSED: not as it is; SHUT: no more
 *     keep: (dirty) => {},             // on this device, until it is saved
 *     unsaved: false,                  // whether what stands there first is saved nowhere
 *   });
 *   keeper.touched(); keeper.save(); await keeper.settle();
 */
import { jittered } from "./pause.js";

export const [SAVED, LATER, REFUSED, SHUT] = ["saved", "later", "refused", "shut"];

const PAUSE = 1500; // milliseconds after the last key
const AGAIN = 10_000; // milliseconds until what failed is tried again
const PATIENCE = 4000; // milliseconds that going elsewhere waits for an answer

export function keeping({ written, send, keep, unsaved = false, pause = PAUSE, leaves = () => false }) {
  let saved = unsaved ? null : written();
  let running = null;
  let waiting = 0;
  let shut = false;

  const dirty = () => written() !== saved;

  function later(delay) {
    clearTimeout(waiting);
    waiting = setTimeout(save, delay);
  }

  /** Saves what is written now; answers whether nothing is left to save. */
  async function save({ leaving = false } = {}) {
    clearTimeout(waiting);
    while (running) await running;
    if (!dirty()) return true;
    if (shut || !navigator.onLine) return false; // the device has it
    const now = written();
    running = send(leaving).catch(() => LATER);
    const said = await running;
    running = null;
    if (said === SAVED) {
      saved = now;
      keep(dirty());
      if (dirty()) later(pause);
      return !dirty();
    }
    if (said === LATER) later(jittered(AGAIN));
    shut ||= said === SHUT;
    return false;
  }

  document.addEventListener("visibilitychange", () => {
    if (document.hidden && !leaves()) save({ leaving: true });
  });
  window.addEventListener("pagehide", () => keep(dirty()));
  window.addEventListener("online", () => save());

  return {
    dirty,
    save,

    /** Something was written. */
    touched() {
      keep(dirty());
      later(pause);
    },

    /** Saves before one goes elsewhere, for as long as one waits for that; answers as `save`. */
    settle: () =>
      Promise.race([save(), new Promise((resolve) => setTimeout(resolve, PATIENCE, false))]),

    /** Whether a request is on its way. */
    get busy() {
      return running !== null;
    },

    /** What stands there is what the server has, or needs no more. */
    settled() {
      clearTimeout(waiting);
      saved = written();
      keep(false);
    },

    /** What stands there is to be saved, whatever was. */
    unsettled() {
      saved = null;
      keep(true);
    },

    shut() {
      clearTimeout(waiting);
      shut = true;
    },

    open() {
      shut = false;
    },
  };
}
