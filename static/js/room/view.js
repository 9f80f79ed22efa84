/*
 * What one sees of a room: chat, hands, people, and what depends on the session's state. It holds no
 * state of its own but the page's: rendered by the server first, changed by events afterwards.
 */
import { draw } from "../lib/faces.js";


const NEAR = 80; // pixels from the end of the chat within which it follows what is new
const FOLDED = 5 * 60_000; // milliseconds within which one person's lines stand under one name
const NOBODY = "00000000-0000-0000-0000-000000000000"; // in the templates of rows

export class RoomView {
  #clock;
  #follows = true; // the end of the chat is in sight
  #unseen = 0; // lines that came while it was not

  constructor(root, clock) {
    this.root = root;
    this.#clock = clock;
    this.chat = this.#one("[data-chat]");
    this.hands = this.#one("[data-hands]");
    this.me = root.dataset.me;
    this.#follow();
  }

  #one(selector) {
    return this.root.querySelector(selector);
  }

  // the session

  /** scheduled, live or ended: each part of the page knows in which it is shown. */
  setState(state) {
    this.root.dataset.state = state;
    for (const part of this.root.querySelectorAll("[data-when]")) {
      part.hidden = !part.dataset.when.split(" ").includes(state);
    }
    this.#showVideo();
    this.#clock.tick();
    this.keepUnsent();
  }

  start(at) {
    const { starts } = this.root.dataset;
    this.root.dataset.began = Date.parse(at) > Date.parse(starts) ? at : starts;
    this.setState("live");
    this.openForWriting();
    this.note("started", at);
    this.news("started");
  }

  end(at) {
    this.setHands([]);
    this.setState("ended");
    this.note("ended", at);
    this.news("ended");
  }

  /** The session ended before a line was sent: it stays, to be copied or carried on in Talk. */
  keepUnsent() {
    const form = this.#one("[data-act=say]");
    const field = form?.querySelector("textarea");
    if (this.root.dataset.state !== "ended" || !field?.value.trim()) return;
    form.hidden = false;
    field.readOnly = true;
    field.disabled = false;
    form.querySelector("[type=submit]").hidden = true;
    form.querySelector("[data-unsent]").hidden = false;
  }

  /** The room has opened while the page was open. */
  openForWriting() {
    this.root.dataset.open = "yes";
    const lobby = this.#one("[data-lobby]");
    if (lobby) lobby.textContent = lobby.dataset.openWords;
    for (const field of this.root.querySelectorAll("[data-act] :disabled")) field.disabled = false;
    const line = this.#one("[data-act=say] textarea");
    if (line) line.placeholder = line.dataset.placeholder;
    this.#showVideo();
  }

  /** What is planned has changed: when the room opens may be another time, or no time. */
  setOpen(open) {
    if (open) return this.openForWriting();
    this.root.dataset.open = "no";
    const line = this.#one("[data-act=say] textarea");
    if (line) line.placeholder = line.dataset.closed;
    const parts = "[data-act=say] :is(textarea, [type=submit]), [data-act=start] [type=submit]";
    for (const field of this.root.querySelectorAll(parts)) field.disabled = true;
    this.#showVideo();
  }

  setVideo(url) {
    const link = this.#one("[data-video]");
    link.href = url?.startsWith("https://") ? url : "#";
    this.#showVideo();
  }

  #showVideo() {
    const link = this.#one("[data-video]");
    const { state, open } = this.root.dataset;
    const shut = state === "ended" || (state === "scheduled" && open !== "yes");
    link.hidden = link.getAttribute("href") === "#" || shut;
  }

  // the chat

  line(message) {
    const item = clone("line-template");
    item.dataset.line = message.id;
    item.dataset.by = message.author.id;
    face(item.querySelector(".avatar"), message.author);
    item.querySelector(".strong").textContent = message.author.name;
    item.querySelector(".text").innerHTML = message.html; // the server escaped it, and linked addresses
    this.#time(item, message.created_at);
    return item;
  }

  addLine(message) {
    if (this.chat.querySelector(`[data-line="${CSS.escape(message.id)}"]`)) return;
    this.#append(this.line(message));
    if (this.#follows || message.author.id === this.me) return;
    this.#unseen += 1;
    this.#offerTheEnd();
  }

  /** What I wrote and nobody has yet: at the end, until it is acknowledged. */
  addWaiting(item, body) {
    const shown = clone("line-template");
    const mine = this.root.ownerDocument.getElementById("line-template").dataset;
    face(shown.querySelector(".avatar"), mine);
    shown.querySelector(".strong").textContent = mine.name;
    shown.querySelector(".text").textContent = body;
    shown.querySelector("time").replaceWith(note(this.chat.dataset.sending));
    shown.classList.add("sending");
    shown.dataset.by = this.me;
    shown.dataset.waiting = item.client_id;
    this.#append(shown);
    this.#toEnd();
  }

  /** The server asked us to write more slowly: what waits goes out by itself. */
  slowed() {
    for (const place of this.chat.querySelectorAll("[data-waiting] [data-note]")) {
      place.textContent = this.chat.dataset.slowed;
    }
  }

  dropWaiting(item) {
    this.chat.querySelector(`[data-waiting="${CSS.escape(item.client_id)}"]`)?.remove();
  }

  /** What the room itself reports: that it "started" or "ended"; the same again changes nothing. */
  note(what, at) {
    if (this.chat.querySelector(`[data-report="${what}"]`)) return;
    const item = clone(`${what}-template`);
    this.#time(item, at);
    this.#append(item);
  }

  /** The state afresh: the last lines, and what the room reports at its place among them. */
  setLines(messages, reports) {
    const waiting = [...this.chat.querySelectorAll("[data-waiting]")];
    this.chat.replaceChildren(...waiting);
    const notes = Object.entries(reports).filter(([, at]) => at);
    for (const message of messages) {
      while (notes.length > 0 && Date.parse(notes[0][1]) <= Date.parse(message.created_at)) {
        this.note(...notes.shift());
      }
      this.#append(this.line(message));
    }
    for (const rest of notes) this.note(...rest);
    this.#toEnd();
  }

  #append(item) {
    this.chat.querySelector("[data-quiet]")?.remove();
    // What waits stays below what has arrived.
    const waiting = item.dataset.waiting ? null : this.chat.querySelector("[data-waiting]");
    this.chat.insertBefore(item, waiting);
    this.#fold(item);
    if (waiting) this.#fold(waiting);
    if (this.#follows) this.#toEnd();
  }

  /** One person's lines of five minutes stand under one name, as the server folds them. */
  #fold(item) {
    const before = item.previousElementSibling;
    let head = before;
    while (head?.classList.contains("goes-on")) head = head.previousElementSibling;
    const at = (line) => Date.parse(line.querySelector("time")?.dateTime ?? "") || this.#clock.now;
    const same = item.dataset.by && before?.dataset.by === item.dataset.by;
    item.classList.toggle("goes-on", Boolean(same) && at(item) - at(head) < FOLDED);
  }

  #toEnd() {
    this.chat.scrollTop = this.chat.scrollHeight;
    this.#follows = true;
    this.#unseen = 0;
    this.#offerTheEnd();
  }

  /** "2 new below": the way to the end, while one reads further up. */
  #offerTheEnd() {
    const offer = this.#one("[data-below]");
    const button = offer.querySelector("button");
    offer.hidden = this.#unseen === 0;
    if (this.#unseen > 0) button.textContent = button.dataset.text.replace("{n}", this.#unseen);
  }

  #follow() {
    this.#toEnd();
    let top = 0;
    this.chat.addEventListener("scroll", () => {
      const { scrollHeight, scrollTop, clientHeight } = this.chat;
      const up = scrollTop < top; // a box that only became smaller has not been scrolled
      top = scrollTop;
      if (scrollHeight - scrollTop - clientHeight < NEAR) this.#follows = true;
      else if (up) this.#follows = false;
      if (this.#follows && this.#unseen > 0) {
        this.#unseen = 0;
        this.#offerTheEnd();
      }
    });
    this.#one("[data-below] button").addEventListener("click", () => {
      this.#toEnd();
      this.chat.focus();
    });
    // A phone's keyboard, a turned screen, another tab of the three: who was at the end stays there.
    new ResizeObserver(() => this.#follows && this.#toEnd()).observe(this.chat);
  }

  // hands

  raise({ person, raised_at }) {
    if (this.#hand(person.id)) return;
    const item = clone("hand-template");
    item.dataset.user = person.id;
    face(item.querySelector(".avatar"), person);
    item.querySelector(".name").textContent = person.name;
    const form = item.querySelector("form");
    if (form) {
      form.action = form.action.replace(NOBODY, person.id);
      form.querySelector(".visually-hidden").textContent = `: ${person.name}`;
    }
    this.#time(item, raised_at);
    this.hands.append(item);
    this.#count();
  }

  lower(userId) {
    const item = this.#hand(userId);
    const focused = item?.contains(document.activeElement);
    item?.remove();
    this.#count();
    if (focused) this.#one(".room-people").focus();
  }

  setHands(hands) {
    this.hands.replaceChildren();
    for (const hand of hands) this.raise(hand);
    this.#count();
  }

  #hand(userId) {
    return this.hands.querySelector(`[data-user="${CSS.escape(userId)}"]`);
  }

  #count() {
    const items = [...this.hands.children];
    items.forEach((item, index) => {
      item.querySelector(".number").textContent = index + 1;
    });
    this.#one("[data-no-hands]").hidden = items.length > 0;
    const narrow = this.#one("[data-hands-narrow]");
    narrow.hidden = items.length === 0;
    narrow.querySelector("b").textContent = items.length;
    const up = this.#hand(this.me) !== null;
    // Beside the queue, and in the bar of a phone.
    for (const raise of this.root.querySelectorAll("[data-act=raise]")) {
      const lower = raise.parentElement.querySelector("[data-act=lower-mine]");
      if (raise.hidden === up) continue;
      const focused = (up ? raise : lower).contains(document.activeElement);
      raise.hidden = up;
      lower.hidden = !up;
      if (focused) (up ? lower : raise).querySelector("button").focus();
    }
  }

  // people

  setPeople({ count, people }) {
    const { dataset: words } = document.getElementById("words");
    const items = people.map(({ person, role }) => {
      const item = clone("person-template");
      face(item.querySelector(".avatar"), person);
      item.querySelector(".name").textContent = person.name;
      item.querySelector(".end").textContent = person.id === this.me ? words.me : words[role];
      return item;
    });
    this.#one("[data-people]").replaceChildren(...items);
    this.#one("[data-count]").textContent = count;
    this.#one("[data-count-narrow]").textContent = `, ${count}`;
    this.#one("[data-nobody]").hidden = count > 0;
    const more = this.#one("[data-more-people]");
    more.hidden = count <= people.length;
    more.textContent = more.dataset.text.replace("{n}", count - people.length);
  }

  // for who listens instead of looking

  /** Say something once, politely; name fills its {name}. */
  news(what, name = "") {
    const place = this.#one("[data-news]");
    place.textContent = place.dataset[what].replace("{name}", name);
  }

  #time(item, at) {
    const time = item.querySelector("time");
    time.dateTime = at;
    time.textContent = this.#clock.say(at);
  }
}

function clone(id) {
  return document.getElementById(id).content.firstElementChild.cloneNode(true);
}

/** Small print of a line that waits. */
function note(text) {
  const place = document.createElement("span");
  place.dataset.note = "";
  place.textContent = text;
  return place;
}

function face(element, { hue, initials, picture }) {
  element.className = element.className.replace(/hue-\d/, `hue-${hue}`);
  draw(element, initials, picture);
}
