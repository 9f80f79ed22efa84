/*
 * Parts of the desk shown anew from a page the server answered with. A part that reads the same is
 * left alone: it may be scrolled, open, or where the focus is.
 */

/* What changes with every answer and is not to be seen. */
const PASSING = /(name="(?:csrf_token|nonce)" value=")[^"]*/g;

const words = (element) => element.outerHTML.replace(PASSING, "$1");

export function parse(html) {
  return new DOMParser().parseFromString(html, "text/html");
}

/** Takes over the named parts of a document; all of them without names. */
export function takeParts(fresh, names = null) {
  for (const part of document.querySelectorAll("[data-part]")) {
    const name = part.dataset.part;
    if (names && !names.includes(name)) continue;
    const made = fresh.querySelector(`[data-part="${CSS.escape(name)}"]`);
    if (!made || words(made) === words(part)) continue;
    const held = part.contains(document.activeElement) ? document.activeElement.id : "";
    const { scrollTop } = part;
    const open = part.open;
    part.replaceWith(document.adoptNode(made));
    made.scrollTop = scrollTop;
    if (open) made.open = true;
    if (held) document.getElementById(held)?.focus({ preventScroll: true });
  }
}

/**
 * Offers something that was added wherever it can be chosen; answers the choices that have it.
 */
export function offer(form, fresh, path) {
  const able = [];
  for (const made of fresh.querySelectorAll('.studio-form select[name^="front."]')) {
    const select = form.elements[made.name];
    const option = [...made.options].find((each) => each.value === path);
    if (!select || !option) continue;
    able.push(select);
    if ([...select.options].some((each) => each.value === path)) continue;
    select.add(new Option(option.text, option.value));
  }
  return able;
}

/** Chooses it, as if by hand. */
export function choose(select, path) {
  select.value = path;
  select.dispatchEvent(new Event("input", { bubbles: true }));
  select.dispatchEvent(new Event("change", { bubbles: true }));
}

/** What the button of a dialog does: it puts something into the text, or into a field. */
export function sayWhere(dialog, target) {
  const words = dialog.querySelector("[data-into] > span");
  words.dataset.text ??= words.textContent;
  words.textContent = target ? words.parentElement.dataset.into : words.dataset.text;
}

/** One was in this field: what is still missing there may be said aloud. */
export function touch(field) {
  if (field.name) field.dataset.touched = "";
}

/** Says of each field of a form whether what stands beside it is a refusal. */
export function marks(form) {
  for (const hint of form.querySelectorAll('[data-part$="-hint"]')) {
    const field = form.querySelector(`[aria-describedby="${CSS.escape(hint.id)}"]`);
    if (!field) continue;
    const left = hint.classList.contains("wanting") && "touched" in field.dataset && !field.value;
    if (left || hint.classList.contains("bad")) {
      field.setAttribute("aria-invalid", "true");
      field.closest("details")?.setAttribute("open", "");
    } else field.removeAttribute("aria-invalid");
  }
}

export const token = () => document.querySelector('input[name="csrf_token"]').value;
