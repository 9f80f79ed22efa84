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
import { newId, Shelf } from "./shelf.js";
import { jittered, pause, Refusal } from "./socket.js";

const MOST = 50;
const LONGEST = 15_000; // milliseconds; who has to wait for longer is told, and sends it themselves
const OLDEST = 7 * 24 * 3600 * 1000; // milliseconds

export class Outbox {
  #given;
  #shelf;
  #items = [];
  #sending = false;

  constructor(given) {
    this.#given = { added() {}, delivered() {}, refused() {}, slowed() {}, ready: () => true, ...given };
    this.#shelf = new Shelf(`outbox:${given.key}`, OLDEST);
    const left = this.#shelf.all().filter((item) => item.fields);
    for (const item of left.slice(0, MOST)) this.#enter({ ...item, kept: true });
  }

  get size() {
    return this.#items.length;
  }

  /** Put fields in; answers false when too much waits already. */
  add(fields) {
    if (this.#items.length >= MOST) return false;
    const item = { client_id: newId(), fields, at: Date.now() };
    item.kept = this.#shelf.put(item);
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
      done = await (navigator.locks ? navigator.locks.request(this.#shelf.name, work) : work());
    } finally {
      this.#sending = false;
    }
    if (done && this.#items.length > 0) this.flush(); // added while the last answer came
  }

  /** Answers false when it stopped with something left to send. */
  async #sendAll() {
    for (let delay = 500; this.#items.length > 0 && this.#given.ready(); ) {
      const [item] = this.#items;
      if (item.kept && !this.#shelf.has(item.client_id)) {
        // another window had it too, and has delivered it
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
        if (error instanceof Refusal && (!error.passing || error.retryAfter > LONGEST)) {
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
    this.#shelf.drop(item.client_id);
  }
}
