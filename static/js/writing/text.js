/* Changes in a text as if typed, so that Ctrl-Z takes them back. */

export const fill = (text, values) =>
  (text ?? "").replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

/** The token that a page's forms carry. */
export const token = () => document.querySelector("input[name=csrf_token]")?.value ?? "";

/** Puts a text in the place of what is between start and end, and the cursor after it. */
export function put(area, text, start = area.selectionStart, end = area.selectionEnd) {
  area.dispatchEvent(new Event("wanted")); // where the preview stands in its place
  area.focus();
  area.setSelectionRange(start, end);
  if (document.activeElement === area) {
    if (text && document.execCommand("insertText", false, text)) return;
    if (!text && (start === end || document.execCommand("delete"))) return;
  }
  area.setRangeText(text, start, end, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Puts one text in the place of another where somebody may be typing: their cursor stays put. */
export function swap(area, old, text) {
  const at = area.value.indexOf(old);
  if (at < 0) return false;
  const { selectionStart, selectionEnd } = area;
  const moved = (place) => {
    if (place <= at) return place;
    return place >= at + old.length ? place + text.length - old.length : at + text.length;
  };
  const typing = document.activeElement;
  put(area, text, at, at + old.length);
  area.setSelectionRange(moved(selectionStart), moved(selectionEnd));
  if (typing !== area) typing?.focus();
  return true;
}

/** Puts a block at the cursor, between empty lines. */
export function putBlock(area, text) {
  const { selectionEnd: at, value } = area;
  const before = value.slice(0, at);
  const after = value.slice(at);
  const ahead = before.trim() ? "\n".repeat(Math.max(0, 2 - before.match(/\n*$/)[0].length)) : "";
  const behind = after.trim() ? "\n".repeat(Math.max(0, 2 - after.match(/^\n*/)[0].length)) : "\n";
  put(area, ahead + text + behind, at, at);
}
