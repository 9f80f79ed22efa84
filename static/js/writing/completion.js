/*
 * "@" offers people and groups, ":" emoji, below or above the line one writes in. Arrows choose,
 * Enter or Tab takes, Escape closes. On a slow line nothing is shown, and nothing waits.
 *
 * The text keeps the focus: the list is named by aria-activedescendant, and how much it holds is
 * told in a live region.
 */
import { caretPlace } from "./caret.js";
import { offersFor } from "./offers.js";

const PAUSE = 120; // milliseconds after the last key
const PERSON = /(?:^|[^\p{L}\p{N}_@.\-/:])@([^\n@[\]]{0,40})$/u;
const EMOJI = /(?:^|[^\p{L}\p{N}_])(:)([a-z0-9_+-]{2,30})$/u;

let made = 0;

/** What one is about to name at the caret; null if nothing is. */
function wantedAt(area) {
  const { selectionStart: end, selectionEnd } = area;
  if (end !== selectionEnd) return null;
  const before = area.value.slice(Math.max(0, end - 100), end);
  const emoji = EMOJI.exec(before);
  if (emoji) return { sign: ":", word: emoji[2], start: end - emoji[2].length - 1, end };
  const person = PERSON.exec(before);
  return person && { sign: "@", word: person[1], start: end - person[1].length - 1, end };
}

export function completion(area) {
  const number = ++made;
  const words = document.getElementById("completion-words")?.dataset ?? {};
  const list = document.createElement("ul");
  const news = document.createElement("span");
  Object.assign(list, { id: `completion-${number}`, className: "completion", role: "listbox", hidden: true });
  list.setAttribute("aria-label", words.label ?? "");
  news.className = "visually-hidden";
  news.setAttribute("role", "status");
  document.body.append(list);
  area.after(news);
  area.setAttribute("aria-autocomplete", "list");
  area.setAttribute("aria-haspopup", "listbox");
  const ask = offersFor(area.dataset.writing);

  let open = null; // what is offered: {start, end, offers, at}
  let missed = null; // what nothing was found for: more letters find nothing either
  let later = 0;
  let asked = 0; // an answer that comes after the next question is late

  // The line moves where something below it comes or goes: a note, the keyboard of a phone.
  const place = () => open && caretPlace(area, open.start, list);
  const moved = new ResizeObserver(place);

  function close() {
    clearTimeout(later);
    moved.disconnect();
    asked += 1;
    open = null;
    list.hidden = true;
    news.textContent = "";
    area.removeAttribute("aria-activedescendant");
    area.removeAttribute("aria-controls");
  }

  function mark(at) {
    open.at = (at + open.offers.length) % open.offers.length;
    [...list.children].forEach((item, index) => item.setAttribute("aria-selected", index === open.at));
    const item = list.children[open.at];
    item.scrollIntoView({ block: "nearest" });
    area.setAttribute("aria-activedescendant", item.id);
  }

  function show(wanted, offers) {
    open = { ...wanted, offers, at: 0 };
    list.replaceChildren(
      ...offers.map((offer, index) => {
        const item = document.createElement("li");
        item.id = `${list.id}-${index}`;
        item.setAttribute("role", "option");
        item.append(...offer.parts());
        return item;
      }),
    );
    list.hidden = false;
    place();
    moved.observe(area.form ?? area);
    area.setAttribute("aria-controls", list.id);
    news.textContent = (words.count ?? "{n}").replace("{n}", offers.length);
    mark(0);
  }

  function take() {
    const { start, end, offers, at } = open;
    const text = `${offers[at].text} `;
    close();
    area.setSelectionRange(start, end);
    // As if typed, so that it can be undone.
    if (!document.execCommand("insertText", false, text)) {
      area.setRangeText(text, start, end, "end");
      area.dispatchEvent(new Event("input", { bubbles: true }));
    }
    close(); // what was put in is no new question
  }

  async function look() {
    const wanted = wantedAt(area);
    if (!wanted || (missed && wanted.sign === missed.sign && wanted.start === missed.start && wanted.word.startsWith(missed.word)))
      return close();
    missed = null;
    const mine = ++asked;
    const offers = await ask(wanted.sign, wanted.word);
    if (mine !== asked || document.activeElement !== area) return;
    if (!offers) return close();
    if (offers.length) return show(wanted, offers);
    if (wanted.word) missed = wanted;
    close();
  }

  area.addEventListener("input", () => {
    clearTimeout(later);
    later = setTimeout(look, PAUSE);
    if (open && !wantedAt(area)) close();
  });
  area.addEventListener("keydown", (event) => {
    if (!open || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const acts = {
      ArrowDown: () => mark(open.at + 1),
      ArrowUp: () => mark(open.at - 1),
      Enter: take,
      Tab: take,
      Escape: close,
    };
    if (!acts[event.key] || event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    acts[event.key]();
  });
  area.addEventListener("keyup", ({ key }) => {
    if (open && ["ArrowLeft", "ArrowRight", "Home", "End"].includes(key)) look();
  });
  area.addEventListener("blur", close);
  area.addEventListener("pointerdown", close);
  addEventListener("scroll", place, { passive: true });
  globalThis.visualViewport?.addEventListener("resize", place);
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the text keeps the focus
  list.addEventListener("click", ({ target }) => {
    const item = target.closest("[role=option]");
    if (!open || !item) return;
    mark([...list.children].indexOf(item));
    take();
  });
}
