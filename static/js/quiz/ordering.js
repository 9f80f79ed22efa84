/*
 * What is put in order is moved up and down by buttons; each move is said. Under them stay the
 * selects, which say the places to the server and work without this script.
 */
const selectOf = (item) => item.querySelector("select");

function number(list) {
  [...list.children].forEach((item, at) => {
    selectOf(item).selectedIndex = at + 1; // after "choose" the places stand in their order
  });
}

/** Lets what was placed before stand in its place; says whether it was. */
function sort(list) {
  const items = [...list.children];
  const places = new Set(items.map((item) => selectOf(item).selectedIndex));
  if (places.size < items.length || places.has(0)) return false;
  items.sort((one, other) => selectOf(one).selectedIndex - selectOf(other).selectedIndex);
  list.append(...items);
  return true;
}

function button(list, item, way, icon) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "button";
  made.textContent = icon;
  made.dataset.way = way;
  made.setAttribute(
    "aria-label",
    `${list.dataset[way]}: ${item.querySelector("label").textContent.trim()}`,
  );
  return made;
}

function bounds(list) {
  const items = [...list.children];
  items.forEach((item, at) => {
    item.querySelector('[data-way="up"]').ariaDisabled = String(at === 0);
    item.querySelector('[data-way="down"]').ariaDisabled = String(at === items.length - 1);
  });
}

function move(list, item, way, said) {
  const other = way === "up" ? item.previousElementSibling : item.nextElementSibling;
  if (!other) return;
  if (way === "up") other.before(item);
  else other.after(item);
  number(list);
  bounds(list);
  item.querySelector(`[data-way="${way}"]`).focus();
  said.textContent = list.dataset.said
    .replace("{what}", item.querySelector("label").textContent.trim())
    .replace("{place}", [...list.children].indexOf(item) + 1);
  selectOf(item).dispatchEvent(new Event("change", { bubbles: true }));
}

/** Gives every list of a quiz that can be answered its buttons. */
export function enhance(root) {
  for (const list of root.querySelectorAll("fieldset:not(:disabled) [data-ordering]")) {
    if (list.dataset.moved !== undefined) continue;
    list.dataset.moved = "";
    const said = document.createElement("p");
    said.className = "visually-hidden";
    said.setAttribute("role", "status");
    list.after(said);
    for (const item of list.children) {
      const steps = document.createElement("span");
      steps.className = "places-steps";
      steps.append(button(list, item, "up", "\u2191"), button(list, item, "down", "\u2193"));
      selectOf(item).hidden = true;
      item.querySelector("label").removeAttribute("for");
      selectOf(item).after(steps);
    }
    if (!sort(list)) list.dataset.unplaced = "";
    number(list);
    bounds(list);
    list.addEventListener("click", (event) => {
      const pressed = event.target.closest("[data-way]");
      if (pressed) move(list, pressed.closest("li"), pressed.dataset.way, said);
    });
  }
}
