/* The reply box: sends over the socket, shows what is on its way, gives back what was refused. */
import { asks } from "./asking.js";
import { draft } from "./draft.js";
import { addressOf, fill } from "./posts.js";

const SLOW = 3000; // milliseconds after which "sending" becomes "kept on this device"
const QUOTED = 1500; // characters of a post that are quoted, as the server has it
const SMALL = "(max-width: 50rem)"; // where the open box covers much of what one reads

// Opening a post's menu takes the selection away: the last one counts until one presses elsewhere.
let last = { words: null, text: "" };
document.addEventListener("selectionchange", () => {
  const node = getSelection()?.anchorNode;
  const words = (node?.nodeType === Node.TEXT_NODE ? node.parentElement : node)?.closest?.(".post .prose");
  const text = words && selectedIn(words);
  if (text) last = { words, text };
});
document.addEventListener("pointerdown", (event) => {
  if (!event.target.closest(".post-actions")) last = { words: null, text: "" };
});

/** What of an article is selected, or was just before; empty if nothing is. */
function chosenIn(article) {
  const words = article.querySelector(".prose");
  return selectedIn(words) || (last.words === words ? last.text : "");
}

function selectedIn(words) {
  const chosen = getSelection();
  if (!chosen || chosen.isCollapsed || !words.contains(chosen.anchorNode)) return "";
  if (words.contains(chosen.focusNode)) return chosen.toString().trim();
  const part = chosen.getRangeAt(0).cloneRange(); // it runs on into another post
  if (chosen.getRangeAt(0).startContainer === chosen.anchorNode) part.setEndAfter(words.lastChild);
  else part.setStartBefore(words.firstChild);
  return part.toString().trim();
}

/** A Markdown quote that says whose words they are, and leads to the post. */
function quotation(article, by, text) {
  const words = text.length > QUOTED ? `${text.slice(0, QUOTED).trimEnd()} …` : text;
  const name = by.replace(/[\\[\]*_`<>!|~]/g, "\\$&");
  const lines = [`[${name}](/posts/${article.dataset.post})`, "", ...words.split("\n")];
  return `${lines.map((each) => `> ${each}`.trimEnd()).join("\n")}\n\n`;
}

/** A post as it was typed; what it shows, where that cannot be had. */
async function wordsOf(article) {
  try {
    const answer = await fetch(`/api/v1/posts/${article.dataset.post}`);
    if (answer.ok) return (await answer.json()).body;
  } catch {
    /* no line */
  }
  return article.querySelector(".prose").innerText.trim();
}

/** Null where one may not reply. */
export function replyForm(form, { posts, list, send }) {
  if (!form) return null;
  const area = form.elements.body;
  const target = form.elements.reply_to;
  const answering = form.querySelector(".answering");
  const trouble = document.getElementById("f-body-error");
  const button = form.querySelector("button[type=submit]");
  const kept = draft(form);
  const waiting = new Map(); // client_id -> the article that stands for it
  let live = false; // has been: before that the browser itself sends the form

  const changed = () => area.dispatchEvent(new Event("input", { bubbles: true }));

  function answer(number, name) {
    target.value = number ?? "";
    answering.hidden = !number;
    if (number) answering.firstElementChild.textContent = fill(form.dataset.answering, { name, n: number });
  }

  function complain(text) {
    trouble.hidden = !text;
    trouble.querySelector("span").textContent = text;
    if (text) area.setAttribute("aria-invalid", "true");
    else area.removeAttribute("aria-invalid");
  }

  /** Word of what was sent, beside the box; nothing in it is wrong. */
  function note(text) {
    complain(text);
    area.removeAttribute("aria-invalid");
  }

  // It folds once the press is over by which one left it: folding moves the page, and a link would
  // slip away under the pointer.
  let pressed = false;
  const fold = () => {
    if (!pressed && !form.contains(document.activeElement)) form.removeAttribute("data-open");
  };
  form.addEventListener("focusin", () => form.toggleAttribute("data-open", true));
  form.addEventListener("focusout", () => setTimeout(fold));
  document.addEventListener("pointerdown", () => (pressed = true), true);
  for (const over of ["pointerup", "pointercancel"]) {
    document.addEventListener(over, () => {
      pressed = false;
      setTimeout(fold);
    });
  }

  form.addEventListener("submit", (event) => {
    if (!live || event.submitter?.hasAttribute("formaction")) return;
    if (asks(form)) return; // a poll goes with the form: the page comes anew
    event.preventDefault();
    const body = area.value.trim();
    if (!body) return area.focus();
    const fields = { body, reply_to: target.value ? Number(target.value) : null };
    if (!send({ ...fields, ...kept?.sent() })) {
      complain(form.dataset.full);
      return;
    }
    complain("");
    area.value = "";
    answer(null);
    changed();
    if (matchMedia(SMALL).matches) document.activeElement.blur(); // it folds to one line
  });

  area.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit();
    }
  });

  document.addEventListener("click", async (event) => {
    const reply = event.target.closest("[data-reply], [data-quote]");
    const none = event.target.closest("[data-answer-none]");
    if (!reply && !none) return;
    event.preventDefault();
    if (none) {
      answer(null);
      area.dispatchEvent(new Event("wanted"));
      area.focus();
      return;
    }
    const article = reply.closest(".post");
    const whole = "quote" in reply.dataset;
    const name = article.querySelector(".by .strong").textContent;
    const n = Number(article.dataset.number);
    let text = chosenIn(article);
    answer(n, name);
    reply.closest("details")?.removeAttribute("open");
    area.dispatchEvent(new Event("wanted"));
    area.focus(); // at once: on a phone the keyboard comes with the press, or not at all
    if (whole) text ||= await wordsOf(article);
    if (!text) return;
    const quote = quotation(article, fill(form.dataset.quoted, { name, n }), text);
    area.value = area.value ? `${area.value.trimEnd()}\n\n${quote}` : quote;
    area.setSelectionRange(area.value.length, area.value.length);
    area.scrollTop = area.scrollHeight;
    changed();
  });

  return {
    line(state) {
      if (state === "live") live = true;
      form.toggleAttribute("data-live", live);
      // The script leaves an empty reply alone: no browser's bubble after a second click.
      area.required = !live;
      button.disabled = state === "closed";
    },

    /** It waits to be sent: shown at its place, in the words as they were typed. */
    added(item) {
      const made = document.getElementById("post-template").content.cloneNode(true).firstElementChild;
      made.classList.add("sending");
      made.removeAttribute("id");
      made.removeAttribute("aria-labelledby");
      delete made.dataset.number;
      made.querySelector(".avatar").replaceWith(form.querySelector(".avatar").cloneNode(true));
      made.querySelector(".by .strong").textContent = form.dataset.me;
      for (const part of [".by a", ".answers", ".edited", ".post-actions"]) made.querySelector(part)?.remove();
      made.querySelector(".prose").textContent = item.fields.body;
      const note = made.querySelector(".role");
      note.textContent = form.dataset.sending;
      setTimeout(() => (note.textContent = form.dataset.kept), SLOW);
      waiting.set(item.client_id, made);
      list.append(made);
      made.scrollIntoView({ block: "center" });
    },

    /** One of ours came through the stream: most likely the oldest that waits. */
    arrived() {
      const [made] = waiting.values();
      made?.remove();
    },

    delivered(item, answerOf) {
      waiting.get(item.client_id)?.remove();
      waiting.delete(item.client_id);
      if (!answerOf) return;
      if (answerOf.waits) {
        // It waits for approval: the page shows it where only its author and who leads look.
        location.hash = "waiting";
        return location.reload();
      }
      if (answerOf.unheard?.length) note(answerOf.unheard.join(" "));
      if (posts.whole) posts.show(answerOf.post, { mine: true });
      else location.assign(addressOf(answerOf.post.number));
    },

    /** Give the words back, and say why. */
    refused(item, refusal) {
      waiting.get(item.client_id)?.remove();
      waiting.delete(item.client_id);
      const { body, reply_to } = item.fields;
      area.value = area.value.trim() ? `${body}\n\n${area.value}` : body;
      if (reply_to && refusal.status !== 422) target.value = reply_to;
      const why = Object.values(refusal.fields).flat().join(" ") || refusal.message;
      complain(fill(form.dataset.refused, { why }));
      changed();
      area.focus();
    },
  };
}
