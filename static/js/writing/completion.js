/*
 * "@" offers people and groups, ":" emoji, below or above the line one writes in. Arrows choose,
 * Enter or Tab takes, Escape closes. On a slow line nothing is shown, and nothing waits.
 */
import { choices } from "../lib/choices.js";
import { caretPlace } from "./caret.js";
import { offersFor } from "./offers.js";

const PAUSE = 120; // milliseconds after the last key
const PERSON = /(?:^|[^\p{L}\p{N}_@.\-/:])@([^\n@[\]]{0,40})$/u;
const EMOJI = /(?:^|[^\p{L}\p{N}_])(:)([a-z0-9_+-]{2,30})$/u;

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
  const ask = offersFor(area.dataset.writing);
  let open = null; // where what is offered goes: {start, end}
  let missed = null; // what nothing was found for: more letters find nothing either
  let later = 0;
  let asked = 0; // an answer that comes after the next question is late

  const list = choices(area, {
    words: document.getElementById("completion-words")?.dataset ?? {},
    place: (element) => caretPlace(area, open.start, element),
    take: ({ text }) => put(`${text} `),
    takesTab: true,
    changes(opened) {
      if (opened) return;
      clearTimeout(later);
      asked += 1;
    },
  });
  const { close } = list;

  function put(text) {
    const { start, end } = open;
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
    if (offers.length) {
      open = wanted;
      return list.show(offers);
    }
    if (wanted.word) missed = wanted;
    close();
  }

  area.addEventListener("input", () => {
    clearTimeout(later);
    later = setTimeout(look, PAUSE);
    if (list.isOpen() && !wantedAt(area)) close();
  });
  area.addEventListener("keyup", ({ key }) => {
    if (list.isOpen() && ["ArrowLeft", "ArrowRight", "Home", "End"].includes(key)) look();
  });
  area.addEventListener("blur", close);
  area.addEventListener("pointerdown", close);
}
