/*
 * A hand with Markdown: the buttons above the text do what can be typed as well. Everything goes in
 * as if typed, so that it can be undone.
 */

const WRAPS = { bold: ["**", "**"], italic: ["*", "*"] };
const LINES = { heading: "## ", list: "- ", quote: "> " };
const KEYS = { b: "bold", i: "italic", k: "link" };
const QUESTION = "## ";
const ITEM = /^- (?:\[|[0-9]+:[0-9])/; // of a checklist, or a chapter of a film

export function writing(form) {
  const area = form.querySelector("#f-body");
  if (!area) return null;
  const bar = form.querySelector("[data-toolbar]");

  function put(text, start = area.selectionStart, end = area.selectionEnd) {
    area.focus();
    area.setSelectionRange(start, end);
    if (!document.execCommand("insertText", false, text)) {
      area.setRangeText(text, start, end, "end");
      area.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }

  function wrap([before, after]) {
    const { selectionStart: start, selectionEnd: end, value } = area;
    const chosen = value.slice(start, end);
    put(before + chosen + after);
    area.setSelectionRange(start + before.length, start + before.length + chosen.length);
  }

  function lines(sign) {
    const { selectionStart, selectionEnd, value } = area;
    const start = value.lastIndexOf("\n", selectionStart - 1) + 1;
    const stop = value.indexOf("\n", selectionEnd);
    const end = stop < 0 ? value.length : stop;
    const those = value.slice(start, end).split("\n");
    const all = those.every((line) => line.startsWith(sign));
    const made = those.map((line) => (all ? line.slice(sign.length) : sign + line)).join("\n");
    put(made, start, end);
  }

  function link() {
    const { selectionStart: start, selectionEnd: end, value } = area;
    const chosen = value.slice(start, end);
    put(`[${chosen}](https://)`);
    if (chosen) area.setSelectionRange(start + chosen.length + 3, start + chosen.length + 11);
    else area.setSelectionRange(start + 1, start + 1);
  }

  /**
   * Puts a block where the cursor is, between empty lines; items of one list stay together, and a
   * question goes after the one in which the cursor stands.
   */
  function block(text) {
    const { selectionEnd, value } = area;
    const next = text.startsWith(QUESTION) ? `${value}\n${QUESTION}`.indexOf(`\n${QUESTION}`, selectionEnd) : -1;
    const at = next < 0 ? selectionEnd : Math.min(next, value.length);
    const before = value.slice(0, at).trimEnd();
    const last = before.slice(before.lastIndexOf("\n") + 1);
    const together = ITEM.test(text) && ITEM.test(last);
    const ahead = before ? (together ? "\n" : "\n\n") : "";
    const rest = value.slice(at);
    put(ahead + text + (rest.trim() ? "\n\n" : "\n"), before.length, at + rest.search(/[^\n]|$/));
  }

  function act(name, button) {
    if (WRAPS[name]) wrap(WRAPS[name]);
    else if (LINES[name]) lines(LINES[name]);
    else if (name === "link") link();
    else if (name === "piece") block(button.dataset.piece);
  }

  bar?.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-act]");
    if (!button) return;
    button.closest("details")?.removeAttribute("open");
    act(button.dataset.act, button);
  });

  area.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    const name = KEYS[event.key.toLowerCase()];
    if (!name) return;
    event.preventDefault();
    act(name);
  });

  // One stop for the tab key; the arrows go from button to button.
  const buttons = bar ? [...bar.querySelectorAll(":scope > button, :scope > details > summary")] : [];
  for (const [number, button] of buttons.entries()) button.tabIndex = number === 0 ? 0 : -1;
  bar?.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const here = buttons.indexOf(document.activeElement);
    if (!step || here < 0) return;
    event.preventDefault();
    buttons[here].tabIndex = -1;
    const next = buttons[(here + step + buttons.length) % buttons.length];
    next.tabIndex = 0;
    next.focus();
  });

  // A menu in it opens downwards too, and the arrows go through it.
  bar?.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const menu = event.target.closest("details");
    if (!step || !menu) return;
    event.preventDefault();
    menu.open = true;
    const all = [...menu.querySelectorAll("button")];
    const here = all.indexOf(document.activeElement);
    all[here < 0 ? (step > 0 ? 0 : all.length - 1) : (here + step + all.length) % all.length].focus();
  });

  // A title is one line; Enter goes on to the text.
  form.querySelector("#f-title")?.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    area.focus();
  });

  document.addEventListener("click", (event) => {
    const line = event.target.closest("a[data-line]");
    if (line) {
      event.preventDefault();
      show(Number(line.dataset.line));
    }
    const estimate = event.target.closest("[data-estimate]");
    if (estimate) {
      form.elements.minutes.value = estimate.dataset.estimate;
      form.elements.minutes.dispatchEvent(new Event("change", { bubbles: true }));
      form.elements.minutes.focus();
    }
  });

  function show(number) {
    const all = area.value.split("\n");
    const start = all.slice(0, number - 1).join("\n").length + (number > 1 ? 1 : 0);
    area.focus();
    area.setSelectionRange(start, start + (all[number - 1]?.length ?? 0));
    const box = area.getBoundingClientRect();
    const at = box.top + (box.height * (number - 1)) / Math.max(all.length, 1);
    if (at < 120 || at > innerHeight - 80) window.scrollBy({ top: at - innerHeight / 3 });
  }

  return { form, area, bar, block };
}
