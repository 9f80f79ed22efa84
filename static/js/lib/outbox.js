/*
 * What was written stays until the server has acknowledged it: through a broken line, a closed
 * window, a restart of the browser.
 *
 *   const outbox = new Outbox({
 *     key: "thread:0198...",                    // whose outbox: a thread's, a room's
 *     send: (fields) => request(socket, "thread.reply", { thread_id, ...fields }),
 *     ready: () => stream.live,
 *     added: (item) => {},                      // also for what an earlier page left behind
 *     delivered: (item, answer) => {},          // answer is null when another window delivered it
 *     refused: (item, refusal) => {},           // for good: give the text back
 *     slowed: () => {},                         // too fast: what waits goes out in a moment
 *   });
 *   outbox.add({ body }); outbox.flush();       // flush again whenever the line is back
 *
 * Every item carries a client_id of its own, kept through all tries, so that a repeat counts once.
 * Items are sent one after the other, oldest first, by one window at a time. They lie beside the
 * drafts under the person's id and go with them when one signs out.
 */
import { jittered, pause, Refusal } from "./socket.js";

const MOST = 50;
const OLDEST = 7 * 24 * 3600 * 1000; // milliseconds

/** Storage may be switched off or full: the item then lives as long as the page. */
function attempt(act) {
  try {
    return act();
  } catch {
    return null;
  }
}

export const newId = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");

export class Outbox {
  #given;
  #prefix;
  #items = [];
  #sending = false;
  #stores = false;

  constructor(given) {
    this.#given = { added() {}, delivered() {}, refused() {}, slowed() {}, ready: () => true, ...given };
    const person = document.documentElement.dataset.person;
    this.#prefix = `draft:${person}:outbox:${given.key}:`;
    this.#stores = Boolean(person) && attempt(() => localStorage.length) !== null;
    for (const item of this.#left()) this.#enter(item);
  }

  get size() {
    return this.#items.length;
  }

  /** Put fields in; answers false when too much waits already. */
  add(fields) {
    if (this.#items.length >= MOST) return false;
    const item = { client_id: newId(), fields, at: Date.now() };
    this.#keep(item);
    this.#enter(item);
    this.flush();
    return true;
  }

  #enter(item) {
    this.#items.push(item);
    this.#given.added(item);
  }

  /** Send what waits, until all is acknowledged or the line breaks. */
  async flush() {
    if (this.#sending || !this.#given.ready()) return;
    this.#sending = true;
    let done = false;
    try {
      const work = () => this.#sendAll();
      done = await (navigator.locks ? navigator.locks.request(this.#prefix, work) : work());
    } finally {
      this.#sending = false;
    }
    if (done && this.#items.length > 0) this.flush(); // added while the last answer came
  }

  /** Answers false when it stopped with something left to send. */
  async #sendAll() {
    for (let delay = 500; this.#items.length > 0 && this.#given.ready(); ) {
      const [item] = this.#items;
      if (this.#goneElsewhere(item)) {
        this.#drop(item);
        this.#given.delivered(item, null);
        continue;
      }
      try {
        const answer = await this.#given.send({ ...item.fields, client_id: item.client_id });
        this.#drop(item);
        this.#given.delivered(item, answer);
        delay = 500;
      } catch (error) {
        if (error instanceof Refusal && error.status === 401) return false;
        if (error instanceof Refusal && !error.passing) {
          this.#drop(item);
          this.#given.refused(item, error);
          continue;
        }
        if (error instanceof Refusal && error.status === 429) this.#given.slowed();
        const least = error instanceof Refusal ? error.retryAfter : 0;
        await pause(Math.max(least, jittered(delay)));
        delay = Math.min(delay * 2, 15_000);
      }
    }
    return this.#items.length === 0;
  }

  #drop(item) {
    this.#items = this.#items.filter((other) => other !== item);
    attempt(() => localStorage.removeItem(this.#prefix + item.client_id));
  }

  #keep(item) {
    const text = JSON.stringify(item);
    item.kept =
      this.#stores &&
      (attempt(() => {
        localStorage.setItem(this.#prefix + item.client_id, text);
        return true;
      }) ?? false);
  }

  /** Another window had it too, and has delivered it. */
  #goneElsewhere(item) {
    return (
      item.kept && attempt(() => localStorage.getItem(this.#prefix + item.client_id) === null)
    );
  }

  /** What earlier pages left behind, oldest first. */
  #left() {
    if (!this.#stores) return [];
    const names = attempt(() => Object.keys(localStorage)) ?? [];
    const items = [];
    for (const name of names.filter((each) => each.startsWith(this.#prefix))) {
      const item = attempt(() => JSON.parse(localStorage.getItem(name)));
      const sound = item && name === this.#prefix + item.client_id && item.fields;
      if (sound && Date.now() - item.at < OLDEST) items.push({ ...item, kept: true });
      else attempt(() => localStorage.removeItem(name));
    }
    return items.sort((a, b) => a.at - b.at).slice(0, MOST);
  }
}
