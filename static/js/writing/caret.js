/* Where in a text area a character stands: the same text is laid out beside it, unseen. */

const LIKE = [
  ...["boxSizing", "width", "borderWidth", "padding", "fontFamily", "fontSize", "fontWeight", "fontStyle"],
  ...["lineHeight", "letterSpacing", "textIndent", "tabSize", "direction", "textAlign", "wordSpacing"],
];
const GAP = 4; // pixels between the line and the list

function lineOf(area, at) {
  const style = getComputedStyle(area);
  const copy = document.createElement("div");
  for (const name of LIKE) copy.style[name] = style[name];
  Object.assign(copy.style, { position: "absolute", top: "0", left: "0", visibility: "hidden" });
  Object.assign(copy.style, { whiteSpace: "pre-wrap", overflowWrap: "break-word" });
  copy.textContent = area.value.slice(0, at);
  const mark = document.createElement("span");
  mark.textContent = "@";
  copy.append(mark);
  document.body.append(copy);
  const box = area.getBoundingClientRect();
  const top = box.top + mark.offsetTop - area.scrollTop;
  const found = { left: box.left + mark.offsetLeft, top, bottom: top + mark.offsetHeight };
  copy.remove();
  return found;
}

/** Put a list below the line in which a character stands, or above it where there is more room. */
export function caretPlace(area, at, list) {
  const line = lineOf(area, at);
  const view = visualViewport ?? { height: innerHeight, width: innerWidth, offsetTop: 0 };
  const height = list.offsetHeight;
  const below = view.offsetTop + view.height - line.bottom - GAP;
  const fits = below >= height || below >= line.top - view.offsetTop;
  const top = fits ? line.bottom + GAP : Math.max(view.offsetTop, line.top - GAP - height);
  const left = Math.max(GAP, Math.min(line.left, view.width - list.offsetWidth - GAP));
  Object.assign(list.style, { top: `${top}px`, left: `${left}px` });
}
