/*
 * A numbered stream (a thread, a room) followed without gaps, whatever the connection does.
 *
 *   const stream = new Stream(socket, {
 *     id: "0198...",                        // the stream's id: the thread's, the session's
 *     names: ["thread.reply_posted"],       // pushed events, each {stream, seq, data}
 *     since: 41,                            // the number of the last event the page already shows
 *     join: (since) => request(socket, "thread.join", { thread_id, since }),
 *     sync: (since) => request(socket, "thread.sync", { thread_id, since }),
 *     apply: (event) => {},                 // {name, seq, data}: once each, in order, no gaps
 *     reload: (answer) => {},               // too far behind for events: show the state afresh
 *     joined: (answer) => {},               // after each join: presence and the like
 *     status: (state, refusal) => {},       // see below
 *   });
 *   stream.open();
 *
 * join and sync answer {head, events: [{seq, name, data}]}, or {head, reload: true, ...} where the
 * page is too far behind. data is null for what is not to be shown; it still counts. joining
 * subscribes first and reads afterwards, so nothing falls between the two.
 *
 * The last number applied is all that is remembered: the next one is applied, a later one is held
 * while the missing are asked for, an earlier one is dropped. "stream.head" {stream, seq} says how
 * far the stream is by the database, once a second if it moved: what a push failed to bring is
 * noticed by it.
 *
 * States: "joining"; "live"; "waiting" (no line; it is being tried again); "closed" (refused for
 * good: not open to us any more; refusal says why); "signed-out".
 */
import { jittered, Lost, pause, Refusal } from "./socket.js";

const MOST_HELD = 500; // events out of order; beyond, asking again is cheaper
const SLOWEST = 15_000; // milliseconds between two tries to catch up

export class Stream {
  #socket;
  #given;
  #seq;
  #head; // the highest number we have heard of
  #held = new Map();
  #listeners = [];
  #life = 0; // counts joins: an answer of an earlier connection decides nothing
  #live = false;
  #catching = false;

  constructor(socket, given) {
    this.#socket = socket;
    this.#given = { joined() {}, reload() {}, status() {}, ...given };
    this.#seq = this.#head = given.since;
  }

  /** The number of the last event applied. */
  get seq() {
    return this.#seq;
  }

  get live() {
    return this.#live;
  }

  open() {
    const { id, names, status } = this.#given;
    for (const name of names) {
      this.#on(name, (message) => {
        if (message.stream === id) this.#take([{ ...message, name }]);
      });
    }
    this.#on("stream.head", (message) => {
      if (message.stream === id) this.#heard(message.seq);
    });
    this.#on("connect", () => this.#join());
    this.#on("disconnect", () => this.#lost());
    this.#on("connect_error", (error) => {
      if (error.message === "unauthenticated") status("signed-out");
      else this.#lost();
    });
    if (this.#socket.connected) this.#join();
    else status("joining");
  }

  close() {
    this.#life += 1;
    this.#live = false;
    for (const [name, listener] of this.#listeners) this.#socket.off(name, listener);
    this.#listeners = [];
  }

  #on(name, listener) {
    this.#socket.on(name, listener);
    this.#listeners.push([name, listener]);
  }

  #lost() {
    this.#life += 1;
    this.#live = false;
    this.#given.status("waiting");
  }

  async #join() {
    const life = ++this.#life;
    this.#live = false;
    this.#given.status("joining");
    const answer = await this.#patiently(life, () => this.#given.join(this.#seq));
    if (!answer) return;
    this.#live = true;
    this.#absorb(answer);
    this.#given.status("live");
    this.#given.joined(answer);
    this.#catchUp();
  }

  /** Ask until there is an answer; null when the connection is another, or the answer is no. */
  async #patiently(life, ask) {
    for (let delay = 500; ; delay = Math.min(delay * 2, SLOWEST)) {
      let least = 0;
      try {
        const answer = await ask();
        return life === this.#life ? answer : null;
      } catch (error) {
        if (life !== this.#life) return null;
        if (error instanceof Refusal && !error.passing) {
          this.close();
          this.#given.status(error.status === 401 ? "signed-out" : "closed", error);
          return null;
        }
        if (!(error instanceof Refusal || error instanceof Lost)) throw error;
        if (error instanceof Refusal) least = error.retryAfter;
      }
      await pause(Math.max(least, jittered(delay)));
      if (life !== this.#life) return null;
    }
  }

  #heard(head) {
    this.#head = Math.max(this.#head, head);
    this.#catchUp();
  }

  /** Apply what comes next; hold what comes later. */
  #take(events) {
    for (const event of events) {
      if (event.seq > this.#seq) this.#held.set(event.seq, event);
      this.#head = Math.max(this.#head, event.seq);
    }
    for (let next; (next = this.#held.get(this.#seq + 1)); ) {
      this.#held.delete(next.seq);
      this.#seq = next.seq;
      if (next.data) this.#apply(next);
    }
    if (this.#held.size > MOST_HELD) this.#held.clear();
    this.#catchUp();
  }

  /** One event that cannot be shown must not stop those behind it. */
  #apply(event) {
    try {
      this.#given.apply(event);
    } catch (error) {
      console.error(error);
    }
  }

  #absorb(answer) {
    if (!answer.reload) {
      this.#take(answer.events);
      return;
    }
    this.#held.clear();
    this.#seq = this.#head = answer.head;
    this.#given.reload(answer);
  }

  async #catchUp() {
    if (this.#catching || !this.#live) return;
    this.#catching = true;
    const life = this.#life;
    try {
      for (let delay = 250; this.#live && this.#seq < this.#head; delay *= 2) {
        const before = this.#seq;
        const answer = await this.#patiently(life, () => this.#given.sync(before));
        if (!answer) return;
        this.#absorb(answer);
        // No progress: the database has not told everybody yet. Ask again, but not in a hurry.
        if (this.#seq === before) await pause(jittered(Math.min(delay, SLOWEST)));
      }
    } finally {
      this.#catching = false;
      if (life !== this.#life) this.#catchUp(); // a new connection waited for this one to end
    }
  }
}
