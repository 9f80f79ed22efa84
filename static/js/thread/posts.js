/* The posts of the page: those that arrive are set in their place, in the reader's zone and words. */

import { draw } from "../lib/faces.js";
import { withPoll } from "./polls.js";
import { drawNew } from "./reactions.js";

const list = document.getElementById("posts");
const words = document.getElementById("words")?.dataset ?? {};

/** "Tue 3 Mar, 14:00", as the server writes it; with the year when it is not this one. */
export function moment(at, zone, language) {
  const options = { weekday: "short", day: "numeric", month: "short", timeZone: zone };
  const year = (date) => date.toLocaleString("en", { year: "numeric", timeZone: zone });
  const clock = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  if (year(at) !== year(new Date())) options.year = "numeric";
  const parts = {};
  for (const { type, value } of new Intl.DateTimeFormat(language, {
    ...options,
    ...clock,
  }).formatToParts(at)) {
    parts[type] ??= value;
  }
  const day = [parts.weekday, parts.day, parts.month, parts.year].filter(Boolean).join(" ");
  return `${day}, ${parts.hour}:${parts.minute}`;
}

export const fill = (text, values) =>
  (text ?? "").replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

function pageOf(number) {
  const length = Number(list.dataset.pageLength);
  const after = Math.floor((number - 1) / length) * length;
  return `${location.pathname}?after=${after}`;
}

export const addressOf = (number) => `${pageOf(number)}#p${number}`;

/** Where a post that another one leads to is: in this thread, or by the address that stays. */
const placeOf = (other) =>
  other.thread_id === list.dataset.thread ? addressOf(other.number) : `/posts/${other.id}`;

/** A template's markup under the number, the address and the time of a post. */
function placed(template, post) {
  const made = document.getElementById(template).content.cloneNode(true).firstElementChild;
  const find = (selector) => made.querySelector(selector);
  made.id = `p${post.number}`;
  made.dataset.number = post.number;
  made.dataset.post = post.id;
  made.setAttribute("aria-labelledby", `by-${post.number}`);
  find(".by").id = `by-${post.number}`;
  find(".by .number").href = addressOf(post.number);
  find(".own-number").textContent = post.number;
  const at = new Date(post.created_at);
  const zone = list.dataset.zone;
  const time = find("time");
  time.dateTime = post.created_at;
  time.textContent = moment(at, zone, document.documentElement.lang);
  time.title = `${time.textContent} (${zone.split("/").pop().replaceAll("_", " ")})`;
  return [made, find];
}

/** The place of a post that was taken away. */
function gone(post) {
  const [made, find] = placed("removed-template", post);
  find(".who").textContent = post.removal === "author" ? words.byAuthor : words.byStaff;
  const restore = find("[data-restore]");
  if (post.removal === "author") restore?.remove(); // theirs to put back, on a page of theirs
  else if (restore) restore.href = `/posts/${post.id}/restore`;
  return made;
}

/** An act's link; none where it is not the reader's. */
function act(link, href, allowed) {
  if (!link) return;
  if (!allowed) return link.remove();
  link.href = href;
}

/** Says of a post whether it is the one, by its number, that answers the question. */
export function markAnswer(post, number) {
  const own = Number(post.dataset.number);
  post.classList.toggle("accepted", own === number);
  const said = post.querySelector(".is-answer");
  if (said) said.hidden = own !== number;
  const accept = post.querySelector("[data-accept]");
  if (accept) accept.hidden = own === number || own === 1;
}

/** The old place of a post that was moved, with the way to where it is now. */
function moved(post) {
  const [made, find] = placed("moved-template", post);
  const to = post.moved_to;
  if (!to) {
    find(".who").textContent = words.movedAway;
    return made;
  }
  const way = find("[data-way]");
  way.href = placeOf(to);
  way.textContent = fill(to.title ? words.movedOver : words.movedTo, { title: to.title, n: to.number });
  return made;
}

/** A post's markup, filled; its words are the server's sanitised HTML. */
function article(post, old) {
  if (post.removal === "moved") return moved(post);
  if (post.removal) return gone(post);
  const [made, find] = placed("post-template", post);
  const by = find(".by .strong");
  by.textContent = post.author.name;
  if (post.role) by.href = `/people/${post.author.id}`;
  else by.removeAttribute("href");
  draw(find(".avatar"), post.author.initials, post.author.picture);
  find(".avatar").classList.replace("hue-1", `hue-${post.author.hue}`);
  find(".role").textContent = post.from_archive ? words.fromArchive : (JSON.parse(words.roles || "{}")[post.role] ?? "");
  find(".prose").innerHTML = post.html;

  const edited = find(".edited");
  if (!post.edited_at) {
    edited.remove();
  } else if (post.has_editions) {
    const about = fill(words.editedAbout, { n: post.number });
    edited.querySelector("a").href = `/posts/${post.id}/editions`;
    edited.querySelector(".visually-hidden").textContent = about;
  } else {
    edited.textContent = edited.querySelector("a").firstChild.textContent;
  }
  const mine = post.author.id === document.documentElement.dataset.person;
  act(find("[data-edit]"), `/posts/${post.id}/edit`, mine);
  const removable = mine || "leads" in list.dataset;
  act(find("[data-remove]"), `/posts/${post.id}/remove`, removable);
  act(find("[data-report]"), `/posts/${post.id}/report`, !mine);
  find("summary .visually-hidden").textContent = fill(words.more, { n: post.number });

  const answers = find(".answers");
  if (post.reply_to && post.reply_to.name === null) {
    answers.querySelector("a").replaceWith(fill(words.answersRemoved, { n: post.reply_to.number }));
  } else if (post.reply_to) {
    const link = answers.querySelector("a");
    const { name, number: n, title } = post.reply_to;
    link.href = placeOf(post.reply_to);
    link.textContent = fill(title ? words.answersOver : words.answers, { name, n, title });
  } else {
    answers.remove();
  }

  withPoll(made, post, old);
  drawNew(made, post, old);
  for (const button of made.querySelectorAll(".post-actions button[form]")) button.value = post.number;
  markAnswer(made, Number(list.dataset.answer));
  const reply = find("[data-reply]");
  const quote = find("[data-quote]");
  if (quote) quote.href = `${pageOf(post.number)}&reply_to=${post.number}&quote=yes#reply`;
  if (reply) {
    reply.dataset.reply = post.number;
    reply.href = `${pageOf(post.number)}&reply_to=${post.number}#reply`;
    reply.querySelector(".visually-hidden").textContent = fill(words.replyAbout, {
      name: post.author.name,
      n: post.number,
    });
  }
  return made;
}

const blocked = new Set(); // ids of people
if (list?.dataset.blocks) {
  fetch(list.dataset.blocks)
    .then((answer) => (answer.ok ? answer.json() : { items: [] }))
    .then(({ items }) => items.forEach((one) => blocked.add(one.id)))
    .catch(() => null); // no line: what arrives meanwhile is folded once the page is loaded again
}

/** A post as it stands in the list: folded, where the reader blocks who wrote it. */
function shown(post, old) {
  const made = article(post, old);
  if (!blocked.has(post.author?.id)) return made;
  const fold = document.getElementById("folded-template").content.cloneNode(true).firstElementChild;
  fold.id = made.id;
  made.removeAttribute("id");
  fold.dataset.number = post.number;
  fold.querySelector("summary").textContent = fill(words.folded, { n: post.number });
  fold.append(made);
  return fold;
}

/** The list as it follows the thread. watch(article) is told of each post that is set. */
export function follow({ watch }) {
  const newer = document.getElementById("newer");
  const link = newer.querySelector("a");
  const below = new Set(); // numbers of posts that came and have not been seen
  let whole = list.dataset.whole === "yes"; // the page shows the thread's end
  let last = Number(list.dataset.last);

  function offer() {
    newer.hidden = below.size === 0;
    if (below.size === 0) return;
    const first = Math.min(...below);
    link.href = whole ? `#p${first}` : addressOf(first);
    link.textContent = fill(link.dataset.text, { n: below.size });
  }

  function place(made, number) {
    const after = [...list.querySelectorAll(":scope > :is(.post, .folded)")].find(
      (other) => other.classList.contains("sending") || Number(other.dataset.number) > number,
    );
    list.insertBefore(made, after ?? null);
  }

  /** The jump bar's way to the last post. */
  function point(post) {
    const jump = document.querySelector("[data-jump-last]");
    if (!jump) return;
    const [way] = jump.children;
    const when = moment(new Date(post.created_at), list.dataset.zone, document.documentElement.lang);
    way.href = addressOf(post.number);
    way.firstChild.textContent = `${post.number} `;
    way.lastElementChild.textContent = fill(jump.dataset.jumpLast, { when });
  }

  return {
    get whole() {
      return whole;
    },

    /** Show a post that came; the same one again changes nothing. */
    show(post, { mine = false } = {}) {
      last = Math.max(last, post.number);
      if (post.number === last) point(post);
      const seen = document.querySelector("#reply [name=seen]");
      if (seen) seen.value = last;
      if (!whole) {
        if (!mine) below.add(post.number);
        offer();
        return;
      }
      if (document.getElementById(`p${post.number}`)) return;
      const made = shown(post);
      place(made, post.number);
      watch(made);
      if (mine || made.matches(".folded")) return;
      if (post.removal) return; // it was taken away before we heard of it
      below.add(post.number);
      offer();
      document.getElementById("news").textContent = fill(words.newPost, {
        name: post.author.name,
      });
    },

    /** A post that is there was written anew, taken away or put back: shown in its place.
     * Answers whether it is back: what we had said to it, nobody told us. */
    change(post) {
      const old = document.getElementById(`p${post.number}`);
      if (!old) return false;
      const made = shown(post, old);
      const focused = old.contains(document.activeElement);
      old.replaceWith(made);
      watch(made);
      if (post.removal && below.delete(post.number)) offer();
      if (focused) made.querySelector(".by .number").focus();
      const said = post.removal ? words.gone : words.changed;
      document.getElementById("news").textContent = fill(said, { n: post.number });
      return old.classList.contains("gone") && !post.removal;
    },

    /** A post has been in view. */
    seen(number) {
      if (below.delete(number)) offer();
    },

    /** More came than can be told one by one: the way to them is offered, nothing is torn away. */
    tooMany() {
      whole = false;
      link.href = location.pathname;
      link.textContent = link.dataset.many;
      newer.hidden = false;
    },
  };
}
