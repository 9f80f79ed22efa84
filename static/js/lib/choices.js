/*
 * A list to choose from below a field that keeps the focus, by the ARIA Authoring Practices: the
 * field names the marked one by aria-activedescendant, and a live region says how many there are.
 * Arrows mark, Enter takes, Escape closes; what Tab does is its owner's to say.
 */
/** An id nobody has: each script of a page has a count of its own. */
function freeId() {
  let number = 1;
  while (document.getElementById(`completion-${number}`)) number += 1;
  return `completion-${number}`;
}

/**
 * `words`: {label, count}, with {n} in count; `look`: a class of the list. `place(list)` puts the
 * open list where it belongs, `take(offer)` acts on the one that was taken, `changes(open)` hears that
 * it opened or closed. An offer has `parts()`, its elements.
 */
export function choices(field, { words, look = "", place, take, takesTab = false, changes }) {
  const list = document.createElement("ul");
  const news = document.createElement("span");
  Object.assign(list, { id: freeId(), className: `completion ${look}`.trim(), role: "listbox", hidden: true });
  list.setAttribute("aria-label", words.label ?? "");
  news.className = "visually-hidden";
  news.setAttribute("role", "status");
  document.body.append(list);
  field.after(news);
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-haspopup", "listbox");

  let offers = null; // what is open
  let at = 0;

  const settle = () => offers && place(list);
  // The field moves where something beside it comes or goes: a note, the keyboard of a phone.
  const moved = new ResizeObserver(settle);

  function close() {
    moved.disconnect();
    offers = null;
    list.hidden = true;
    news.textContent = "";
    field.removeAttribute("aria-activedescendant");
    field.removeAttribute("aria-controls");
    changes(false);
  }

  function mark(next) {
    at = (next + offers.length) % offers.length;
    [...list.children].forEach((item, index) => item.setAttribute("aria-selected", index === at));
    const item = list.children[at];
    item.scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", item.id);
  }

  function show(found) {
    offers = found;
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
    settle();
    moved.observe(field.form ?? field);
    field.setAttribute("aria-controls", list.id);
    news.textContent = (words.count ?? "{n}").replace("{n}", offers.length);
    changes(true);
    mark(0);
  }

  function chosen() {
    const offer = offers[at];
    close();
    take(offer);
  }

  field.addEventListener("keydown", (event) => {
    if (!offers || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const acts = {
      ArrowDown: () => mark(at + 1),
      ArrowUp: () => mark(at - 1),
      Enter: chosen,
      Escape: close,
      ...(takesTab && { Tab: chosen }),
    };
    if (!acts[event.key] || event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    acts[event.key]();
  });
  addEventListener("scroll", settle, { passive: true });
  globalThis.visualViewport?.addEventListener("resize", settle);
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
  list.addEventListener("click", ({ target }) => {
    const item = target.closest("[role=option]");
    if (!offers || !item) return;
    mark([...list.children].indexOf(item));
    chosen();
  });

  return { show, close, isOpen: () => offers !== null };
}
