/*
 * What waits on this device until it has arrived: items with a client_id and an instant, under the
 * person's id. They lie beside the drafts and go with them when one signs out. Every window sees the
 * same shelf; where storage is switched off or full, an item lives as long as its page.
 */

/** Storage may be switched off or full. */
export function attempt(act) {
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

export class Shelf {
  #prefix;
  #oldest;
  #here = new Map(); // what could not be stored

  /** `oldest`: milliseconds after which an item is of no use. */
  constructor(name, oldest) {
    const person = document.documentElement.dataset.person;
    this.#prefix = person ? `draft:${person}:${name}:` : null;
    this.#oldest = oldest;
  }

  get name() {
    return this.#prefix;
  }

  /** Answers whether it is stored. */
  put(item) {
    const stored = attempt(() => {
      if (!this.#prefix) return false;
      localStorage.setItem(this.#prefix + item.client_id, JSON.stringify(item));
      return true;
    });
    if (!stored) this.#here.set(item.client_id, item);
    return Boolean(stored);
  }

  drop(id) {
    this.#here.delete(id);
    attempt(() => localStorage.removeItem(this.#prefix + id));
  }

  /** Whether it lies there still: another window may have taken it. */
  has(id) {
    if (this.#here.has(id)) return true;
    return attempt(() => localStorage.getItem(this.#prefix + id) !== null) ?? false;
  }

  /** All that waits, oldest first. */
  all() {
    const items = [...this.#here.values()];
    const names = (this.#prefix && attempt(() => Object.keys(localStorage))) || [];
    for (const name of names.filter((each) => each.startsWith(this.#prefix))) {
      const item = attempt(() => JSON.parse(localStorage.getItem(name)));
      const sound = item && name === this.#prefix + item.client_id && item.at;
      if (sound && Date.now() - item.at < this.#oldest) items.push(item);
      else attempt(() => localStorage.removeItem(name));
    }
    return items.sort((a, b) => a.at - b.at);
  }
}
