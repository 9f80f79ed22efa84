/*
 * The outline is moved by hand and by keys: a module or an activity is dragged to its place, or goes
 * one place up or down with Alt and an arrow. What the server then shows is how it is.
 */
import { parse, takeParts, token } from "./parts.js";

const ITEM = "li[data-activity], li[data-module]";
const keyOf = (item) => item.dataset.activity ?? item.dataset.module;
const isActivity = (item) => "activity" in item.dataset;

export function outline({ settle }) {
  const news = document.querySelector("[data-news]");
  const root = () => document.querySelector("[data-outline]");
  if (!root()) return;
  let dragged = null;
  let place = null; // where what is dragged would go: {list, index}
  let moving = Promise.resolve();

  const itemsOf = (list) => [...list.children].filter((each) => each.matches(ITEM));
  const find = (key) =>
    root().querySelector(`[data-activity="${CSS.escape(key)}"], [data-module="${CSS.escape(key)}"]`);
  const linkOf = (item) => item.querySelector("a");

  function arm() {
    for (const item of root().querySelectorAll(ITEM)) {
      item.draggable = true;
      linkOf(item).draggable = false;
    }
  }

  /** Asks for a place, from 0, in a list; then shows the outline as it is. */
  function move(item, list, index) {
    const key = keyOf(item);
    moving = moving.then(() => send(key, linkOf(item), list, index));
    return moving;
  }

  async function send(key, link, list, index) {
    if (!(await settle())) return;
    const body = new URLSearchParams({
      csrf_token: token(),
      position: String(index + 1),
      back: location.pathname,
    });
    if (list.dataset.activities) body.set("module_id", list.dataset.activities);
    const focused = root().contains(document.activeElement);
    try {
      const answer = await fetch(`${link.getAttribute("href")}/move`, {
        method: "POST",
        body,
        headers: { Accept: "text/html" },
      });
      if (!answer.ok) return;
      takeParts(parse(await answer.text()), ["outline", "kicker", "preview", "add-activity"]);
    } catch {
      return; // it stays where it was
    }
    arm();
    const item = find(key);
    if (!item) return;
    if (focused) linkOf(item).focus();
    const all = itemsOf(item.parentElement);
    news.hidden = false;
    news.textContent = news.dataset.moved
      .replace("{title}", linkOf(item).dataset.title)
      .replace("{place}", all.indexOf(item) + 1)
      .replace("{total}", all.length);
  }

  /** The next place up or down; an activity goes on into the module beside its own. */
  function step(item, by) {
    const list = item.parentElement;
    const all = itemsOf(list);
    const to = all.indexOf(item) + by;
    if (to >= 0 && to < all.length) return { list, index: to };
    if (!isActivity(item)) return null;
    const module = item.closest("li[data-module]");
    const modules = itemsOf(module.parentElement);
    const beside = modules[modules.indexOf(module) + by]?.querySelector("[data-activities]");
    return beside && { list: beside, index: by > 0 ? 0 : itemsOf(beside).length };
  }

  document.addEventListener("keydown", (event) => {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!by || !event.altKey || event.ctrlKey || event.metaKey) return;
    const item = event.target.closest?.(ITEM);
    if (!item || !root().contains(item)) return;
    event.preventDefault();
    const to = step(item, by);
    if (to) move(item, to.list, to.index);
  });

  // ---------- by hand

  const unmark = () => {
    for (const name of ["goes-before", "goes-after", "goes-into"]) {
      for (const each of root().querySelectorAll(`.${name}`)) each.classList.remove(name);
    }
  };

  document.addEventListener("dragstart", (event) => {
    const item = event.target.closest?.(ITEM);
    if (!item || !root().contains(item)) return;
    dragged = item;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", linkOf(item).dataset.title);
    item.classList.add("dragged");
  });

  document.addEventListener("dragover", (event) => {
    if (!dragged) return;
    const found = target(event);
    unmark();
    place = found;
    if (!found) return;
    event.preventDefault();
    found.mark.classList.add(found.sign);
  });

  document.addEventListener("drop", (event) => {
    if (!dragged || !place) return;
    event.preventDefault();
    const item = dragged;
    const { list, before } = place;
    const others = itemsOf(list).filter((each) => each !== item);
    const index = before ? others.indexOf(before) : others.length;
    done();
    if (itemsOf(list).indexOf(item) !== index) move(item, list, index);
  });

  document.addEventListener("dragend", done);

  function done() {
    unmark();
    dragged?.classList.remove("dragged");
    dragged = place = null;
  }

  /** Where what is dragged would go: before an item of a list, or at its end. */
  function target(event) {
    const under = event.target.closest?.(ITEM);
    if (!under || !root().contains(under)) return null;
    const lower = (element) => {
      const box = element.getBoundingClientRect();
      return event.clientY > box.top + box.height / 2;
    };
    if (isActivity(dragged)) {
      if (!isActivity(under)) {
        const list = under.querySelector("[data-activities]"); // on a module: its first
        const first = itemsOf(list).find((each) => each !== dragged) ?? null;
        return { list, before: first, mark: list, sign: "goes-into" };
      }
      return beside(under, lower(under.querySelector("[data-row]")));
    }
    const module = under.closest("li[data-module]");
    return module === dragged ? null : beside(module, lower(module));
  }

  function beside(item, after) {
    if (item === dragged) return null;
    const list = item.parentElement;
    const others = itemsOf(list).filter((each) => each !== dragged);
    const before = after ? (others[others.indexOf(item) + 1] ?? null) : item;
    return { list, before, mark: item, sign: after ? "goes-after" : "goes-before" };
  }

  /** What is open stands in the middle of the outline's own box; the page stays where it is. */
  function showCurrent() {
    const box = root();
    const current = box.querySelector("[aria-current]");
    if (!current || box.scrollHeight <= box.clientHeight) return;
    const [frame, item] = [box.getBoundingClientRect(), current.getBoundingClientRect()];
    if (item.top >= frame.top && item.bottom <= frame.bottom) return;
    box.scrollTop += item.top - frame.top - (frame.height - item.height) / 2;
  }

  arm();
  showCurrent();
  new MutationObserver(arm).observe(document.querySelector(".studio-outline"), {
    childList: true,
    subtree: true,
  });
}
