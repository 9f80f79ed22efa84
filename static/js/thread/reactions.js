/*
 * Reactions: one's own are shown at once and taken back where they are refused; those of others are
 * shown as they are told. Without this script the same buttons post.
 */
import { fill } from "./posts.js";

const list = document.getElementById("posts");
const words = document.getElementById("words")?.dataset ?? {};
const kinds = JSON.parse(words.reactions || "{}"); // kind -> word, in order
const token = document.querySelector("#react input[name=csrf_token]")?.value;

const [api] = list.dataset.readUrl.split("/threads/");

const choices = document.getElementById("react-template").content;

const placeOf = (post) => post.querySelector(".reactions");

/** What a post shows: how many by kind, and which are one's own. */
function shown(place) {
  const counts = {};
  const mine = [];
  for (const chip of place.children) {
    counts[chip.dataset.kind] = Number(chip.querySelector("b").textContent);
    if (chip.getAttribute("aria-pressed") === "true") mine.push(chip.dataset.kind);
  }
  return { counts, mine };
}

function chip(place, kind, count, pressed, number) {
  const base = place.dataset.reactions;
  const made = document.createElement("reacts" in place.dataset ? "button" : "a");
  made.className = "reaction";
  made.dataset.kind = kind;
  if (made.localName === "button") {
    made.type = "submit";
    made.name = kind;
    made.value = pressed ? "no" : "yes";
    made.setAttribute("form", "react");
    made.setAttribute("formaction", base);
    made.setAttribute("aria-pressed", String(pressed));
  } else {
    made.href = `${base}?kind=${kind}`;
  }
  const icon = choices.querySelector(`[data-kind="${kind}"] svg`)?.cloneNode(true) ?? "";
  const many = document.createElement("b");
  many.textContent = count;
  const about = document.createElement("span");
  about.className = "visually-hidden";
  about.textContent = fill(words.about, { n: number });
  made.append(icon, `${kinds[kind]} `, many, about);
  return made;
}

/** Shows how many there are; a button that has the focus keeps it. */
export function draw(post, counts, mine) {
  const place = placeOf(post);
  if (!place) return;
  const focused = place.contains(document.activeElement)
    ? document.activeElement.dataset.kind
    : null;
  const some = Object.keys(kinds).filter((kind) => counts[kind] > 0);
  const chips = some.map((kind) =>
    chip(place, kind, counts[kind], mine.includes(kind), post.dataset.number),
  );
  place.replaceChildren(...chips);
  if (!focused) return;
  const same = chips.find((each) => each.dataset.kind === focused);
  (same ?? post.querySelector("[data-react]"))?.focus();
}

/** A post that is drawn anew keeps what one said to it; one that came has nothing of ours. */
export function drawNew(made, post, old) {
  const place = placeOf(made);
  if (!place) return;
  place.dataset.reactions = `/posts/${post.id}/reactions`;
  const mine = post.author.id === document.documentElement.dataset.person;
  place.toggleAttribute("data-reacts", Boolean(token) && !mine);
  const link = made.querySelector("[data-react]");
  if (mine) link?.remove();
  else if (link) {
    link.href = place.dataset.reactions;
    link.querySelector(".visually-hidden").textContent = fill(words.reactAbout, { n: post.number });
  }
  const before = old && placeOf(old);
  draw(made, post.reactions, before ? shown(before).mine : []);
}

/** What others said: the counts are the server's, one's own are as they are shown here. */
export function reacted({ number, reactions, mine }) {
  const post = document.getElementById(`p${number}`);
  const place = post && placeOf(post);
  if (!place || post.dataset.saying) return; // our own is on its way: its answer says all
  draw(post, reactions, mine ?? shown(place).mine);
}

/** How the posts up to a number stand now; those that are not named have none. */
export function tallies(items, last) {
  const found = new Map(items.map((item) => [item.number, item]));
  for (const post of list.querySelectorAll(":scope > .post[id]")) {
    const number = Number(post.dataset.number);
    if (number > last) continue; // not asked for
    reacted(found.get(number) ?? { number, reactions: {}, mine: [] });
  }
}

/** Says it, or takes it back. */
async function say(post, kind) {
  const place = placeOf(post);
  const before = shown(place);
  const on = !before.mine.includes(kind);
  const counts = { ...before.counts, [kind]: (before.counts[kind] ?? 0) + (on ? 1 : -1) };
  const mine = on ? [...before.mine, kind] : before.mine.filter((each) => each !== kind);
  draw(post, counts, mine);
  const turn = String(Number(post.dataset.saying ?? 0) + 1);
  post.dataset.saying = turn;
  const own = place.dataset.reactions.slice(place.dataset.reactions.indexOf("/posts/"));
  const answer = await fetch(api + own, {
    method: "PUT",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token },
    body: JSON.stringify({ kind, on }),
  }).catch(() => null);
  const told = await answer?.json().catch(() => null);
  if (post.dataset.saying !== turn) return; // a later one tells how it stands
  delete post.dataset.saying;
  if (answer?.ok) draw(post, told.reactions, told.mine);
  else {
    draw(post, before.counts, before.mine);
    const why = told?.title ?? words.noLine;
    document.getElementById("news").textContent = why;
    complain(post, why);
  }
}

/** Says beside the buttons why it was not taken, for as long as one looks at it. */
function complain(post, why) {
  post.querySelector(".not-said")?.remove();
  const line = document.createElement("p");
  line.className = "not-said error-text";
  line.textContent = why;
  placeOf(post).after(line);
  setTimeout(() => line.remove(), 8000);
}

let open = null; // the panel, with the link that opened it

function close({ back = false } = {}) {
  if (!open) return;
  const { panel, link } = open;
  open = null;
  panel.remove();
  link.removeAttribute("aria-expanded");
  if (back) link.focus();
}

function choose(link) {
  const post = link.closest(".post");
  close();
  const panel = choices.firstElementChild.cloneNode(true);
  const { mine } = shown(placeOf(post));
  for (const button of panel.querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(mine.includes(button.dataset.kind)));
  }
  panel.querySelector("[data-who]").href = placeOf(post).dataset.reactions;
  link.setAttribute("aria-expanded", "true");
  link.after(panel);
  open = { panel, link };
  panel.querySelector("button").focus();
}

list.addEventListener("click", (event) => {
  if (!token || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const link = event.target.closest("[data-react]");
  const button = event.target.closest("button[data-kind]");
  if (!link && !button) return;
  event.preventDefault();
  if (link) return open?.link === link ? close() : choose(link);
  const post = button.closest(".post");
  if (open?.panel.contains(button)) close({ back: true });
  say(post, button.dataset.kind);
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && open) close({ back: true });
});
document.addEventListener("click", (event) => {
  if (open && !open.panel.contains(event.target) && !open.link.contains(event.target)) close();
});
document.addEventListener("focusin", (event) => {
  if (open && !open.panel.contains(event.target) && !open.link.contains(event.target)) close();
});
