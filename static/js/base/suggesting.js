/*
 * The field of search suggests as one types. First stands what Enter has always done, so that one
 * who looks at nothing is led nowhere else. A line that is slow or broken only suggests nothing.
 */
import { choices } from "../lib/choices.js";

const PAUSE = 250; // milliseconds after the last key
const LEAST = 2; // signs
const GAP = 4; // pixels between the field and the list

function element(name, className, text) {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  made.dir = "auto";
  return made;
}

/** Put the list below its field, as wide as it and at least as wide as it is styled. */
function below(field, list) {
  const box = field.getBoundingClientRect();
  const view = globalThis.visualViewport ?? { width: innerWidth };
  list.style.minInlineSize = `${Math.min(box.width, view.width - 2 * GAP)}px`;
  const start = getComputedStyle(field).direction === "rtl" ? box.right - list.offsetWidth : box.left;
  const left = Math.max(GAP, Math.min(start, view.width - list.offsetWidth - GAP));
  Object.assign(list.style, { top: `${box.bottom + GAP}px`, left: `${left}px` });
}

function suggest(field, { suggestions, search, ...words }) {
  let later = 0;
  let asked = 0; // an answer that comes after the next question is late
  let before = null;
  let found = [];

  const list = choices(field, {
    words,
    place: (element) => below(field, element),
    take: ({ address }) => (address ? location.assign(address) : field.form.requestSubmit()),
    look: "suggestions",
    changes(opened) {
      field.setAttribute("aria-expanded", opened);
      if (opened) return;
      clearTimeout(later);
      asked += 1;
      before?.abort();
      found = [];
    },
  });
  const { close } = list;
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-expanded", "false");
  field.autocomplete = "off"; // the browser's own list would cover this one

  const wanted = () => field.value.trim();

  function show() {
    const itself = { parts: () => [element("span", "strong", search.replace("{words}", wanted()))] };
    const others = found.map(({ title, about, address }) => ({
      address,
      parts: () => [element("span", "", title), element("span", "muted", about)],
    }));
    list.show([itself, ...others]);
  }

  async function look() {
    const mine = ++asked;
    before?.abort();
    before = new AbortController();
    try {
      const query = new URLSearchParams({ q: wanted() });
      const request = { headers: { Accept: "application/json" }, signal: before.signal };
      const answer = await fetch(`${suggestions}?${query}`, request);
      const { items } = answer.ok ? await answer.json() : { items: [] };
      if (mine !== asked || document.activeElement !== field) return;
      found = items;
      show();
    } catch {
      if (mine === asked) close(); // no line: one types on, and Enter asks as ever
    }
  }

  field.addEventListener("input", () => {
    clearTimeout(later);
    if ([...wanted()].length < LEAST) return close();
    asked += 1;
    later = setTimeout(look, PAUSE);
    if (list.isOpen()) show(); // what stands there stays till it is known better
  });
  field.addEventListener("blur", close);
  field.form.addEventListener("submit", close);
  addEventListener("pagehide", close);
}

export function suggesting() {
  const words = document.querySelector("search[data-suggestions]")?.dataset;
  if (!words) return;
  for (const field of document.querySelectorAll("[data-suggests]")) suggest(field, words);
}
