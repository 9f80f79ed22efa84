/* Buttons for what can be typed as well: one stop for the tab key, arrows go from one to the next. */
import { put, putBlock } from "./text.js";

const WRAPS = { bold: "**", italic: "*" };
const LINES = { quote: () => "> ", list: () => "- ", numbers: (at) => `${at + 1}. ` };
const SIGNS = { quote: /^> ?/, list: /^[-*] /, numbers: /^\d+\. / };
const KEYS = { b: "bold", i: "italic", k: "link" };

/** choose() asks for a picture or a file. */
export function toolbar(area, box, { choose }) {
  const tools = box.querySelector("[data-tools]");

  const chosen = () => area.value.slice(area.selectionStart, area.selectionEnd);

  /** Sets signs around what is chosen, or takes them away; blanks at its ends stay outside. */
  function wrap(sign) {
    const { value } = area;
    let { selectionStart: start, selectionEnd: end } = area;
    while (start < end && /\s/.test(value[start])) start += 1;
    while (end > start && /\s/.test(value[end - 1])) end -= 1;
    const words = value.slice(start, end);
    const around = (text) =>
      value.slice(start - text.length, start) === text && value.startsWith(text, end);
    const bold = around("**");
    if (sign === "**" ? bold : around(sign) && (!bold || around("***"))) {
      put(area, words, start - sign.length, end + sign.length);
      area.setSelectionRange(start - sign.length, end - sign.length);
      return;
    }
    put(area, sign + words + sign, start, end);
    area.setSelectionRange(start + sign.length, start + sign.length + words.length);
  }

  /** Sets a sign before each line that is chosen, or takes it away where all have it. */
  function lines(name) {
    const { selectionStart, selectionEnd, value } = area;
    const start = value.lastIndexOf("\n", selectionStart - 1) + 1;
    const stop = value.indexOf("\n", selectionEnd);
    const end = stop < 0 ? value.length : stop;
    const those = value.slice(start, end).split("\n");
    const all = those.every((line) => SIGNS[name].test(line));
    const made = those.map((line, at) =>
      all ? line.replace(SIGNS[name], "") : LINES[name](at) + line,
    );
    put(area, made.join("\n"), start, end);
  }

  function link() {
    const { selectionStart: start } = area;
    const words = chosen();
    if (/^(https?:\/\/|www\.)\S+$/.test(words)) {
      const text = box.dataset.linkWords;
      put(area, `[${text}](${words})`);
      area.setSelectionRange(start + 1, start + 1 + text.length);
      return;
    }
    put(area, `[${words || box.dataset.linkWords}](https://)`);
    const length = (words || box.dataset.linkWords).length;
    if (words) area.setSelectionRange(start + length + 3, start + length + 11);
    else area.setSelectionRange(start + 1, start + 1 + length);
  }

  function code() {
    const words = chosen();
    if (!words.includes("\n")) return wrap("`");
    put(area, `\`\`\`\n${words}\n\`\`\``);
  }

  function act(name) {
    if (name in WRAPS) wrap(WRAPS[name]);
    else if (name in LINES) lines(name);
    else if (name === "link") link();
    else if (name === "code") code();
    else if (name === "table") putBlock(area, box.dataset.table);
    else if (name === "file") choose();
  }

  tools.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-act]");
    if (!button) return;
    stopAt(button);
    act(button.dataset.act);
  });

  area.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    const name = KEYS[event.key.toLowerCase()];
    if (!name) return;
    event.preventDefault();
    event.stopPropagation(); // Ctrl-K of the page is for going somewhere else
    act(name);
  });

  const buttons = [...tools.querySelectorAll("button")];
  const stopAt = (one) => {
    for (const button of buttons) button.tabIndex = button === one ? 0 : -1;
  };
  tools.addEventListener("keydown", (event) => {
    const here = buttons.indexOf(document.activeElement);
    const forward = getComputedStyle(tools).direction === "rtl" ? -1 : 1;
    const next = {
      ArrowRight: here + forward,
      ArrowLeft: here - forward,
      Home: 0,
      End: buttons.length - 1,
    }[event.key];
    if (next === undefined || here < 0) return;
    event.preventDefault();
    const button = buttons[(next + buttons.length) % buttons.length];
    stopAt(button);
    button.focus();
  });
}
