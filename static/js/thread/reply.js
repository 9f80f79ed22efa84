/* The reply box: sends over the socket, shows what is on its way, gives back what was refused. */
import { addressOf, fill } from "./posts.js";

const SLOW = 3000; // milliseconds after which "sending" becomes "kept on this device"
const SMALL = "(max-width: 50rem)"; // where the open box covers much of what one reads

/** What of an article is selected, as a Markdown quote; empty if nothing is. */
function quoted(article) {
  const chosen = getSelection();
  if (!chosen || chosen.isCollapsed || !article.querySelector(".prose").contains(chosen.anchorNode))
    return "";
  const lines = chosen.toString().trim().split("\n");
  return `${lines.map((each) => `> ${each}`.trimEnd()).join("\n")}\n\n`;
}

/** Null where one may not reply. */
export function replyForm(form, { posts, list, send }) {
  if (!form) return null;
  const area = form.elements.body;
  const target = form.elements.reply_to;
  const answering = form.querySelector(".answering");
  const trouble = document.getElementById("f-body-error");
  const button = form.querySelector("button[type=submit]");
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
    if (!live) return;
    event.preventDefault();
    const body = area.value.trim();
    if (!body) return area.focus();
    if (!send({ body, reply_to: target.value ? Number(target.value) : null })) {
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

  document.addEventListener("click", (event) => {
    const reply = event.target.closest("[data-reply]");
    const none = event.target.closest("[data-answer-none]");
    if (!reply && !none) return;
    event.preventDefault();
    if (none) {
      answer(null);
    } else {
      const article = reply.closest(".post");
      const quote = quoted(article);
      answer(Number(reply.dataset.reply), article.querySelector(".by .strong").textContent);
      if (quote) area.value = area.value ? `${area.value.trimEnd()}\n\n${quote}` : quote;
      if (quote) changed();
    }
    area.focus();
  });

  return {
    line(state) {
      if (state === "live") live = true;
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
