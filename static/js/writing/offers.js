/* What can be named in a text: people and groups of a space, asked for as one types, and emoji. */
import { draw } from "../lib/faces.js";

const MOST = 8;
const root = new URL(document.querySelector(".brand")?.href ?? "/", location.href).pathname.replace(/\/$/, "");
const api = (path) => `${root}/api/v1${path}`;

let emoji = null; // asked for once a page

async function json(address, signal) {
  const answer = await fetch(address, { headers: { Accept: "application/json" }, signal });
  if (!answer.ok) throw new Error(answer.status);
  return answer.json();
}

function element(name, className, text) {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

function person({ user, text }) {
  return {
    text,
    parts: () => {
      const face = element("span", `avatar small hue-${user.hue}`, "");
      face.setAttribute("aria-hidden", "true");
      draw(face, user.initials, user.picture);
      return [face, element("span", "strong", user.name)];
    },
  };
}

function group({ text, about }) {
  return { text, parts: () => [element("span", "strong", text), element("span", "muted", about)] };
}

function sign([name, character]) {
  return { text: character, parts: () => [element("span", "character", character), element("span", "", `:${name}:`)] };
}

/** Names of which a part begins with the word, those that begin with it first. */
function named(all, word) {
  const found = all.filter(([name]) => name.startsWith(word));
  const within = all.filter(([name]) => !name.startsWith(word) && name.includes(`_${word}`));
  return [...found, ...within].slice(0, MOST).map(sign);
}

/** Answers with a function (sign, word) -> offers, or null where nothing can be said just now. */
export function offersFor(space) {
  const thread = document.getElementById("posts")?.dataset.thread;
  let before = null;

  return async function ask(what, word) {
    before?.abort();
    before = new AbortController();
    try {
      if (what === ":") {
        emoji ??= json(api("/emoji"));
        return named((await emoji).items, word);
      }
      const query = new URLSearchParams({ search: word.trimStart(), ...(thread && { thread }) });
      const found = await json(api(`/spaces/${space}/mentionable?${query}`), before.signal);
      return [...found.people.map(person), ...found.groups.map(group)];
    } catch {
      if (what === ":") emoji = null; // the next one asks again
      return null; // no line, or asked too often: one writes on
    }
  };
}
