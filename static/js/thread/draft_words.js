/* What is said of a draft below its box, and the other text where there are two. */

/** Answers say(name, more): a line by its name; `id` is the draft's, `undo` puts something back. */
export function line(form) {
  const place = form.querySelector("[data-draft-state]");
  const status = place.querySelector("[role=status]");
  const discard = place.querySelector("[data-draft-throw]");
  const undo = place.querySelector("[data-draft-undo]");
  const discarding = document.getElementById("discard-draft");
  let putBack = () => {};

  undo.addEventListener("click", () => {
    undo.hidden = true;
    putBack();
    form.elements.body.focus();
  });

  return (name, { id, words, undo: act } = {}) => {
    const text = words || place.dataset[name] || "";
    place.hidden = !text;
    if (status.textContent !== text) status.textContent = text;
    if (id) discarding.action = discarding.dataset.discard.replace(/[0-]{36}/, id);
    discard.hidden = name !== "kept";
    if (act) putBack = act;
    undo.hidden = name === "kept" ? undo.hidden : !act;
    if (!text) undo.hidden = true;
  };
}

/** Answers show(other): another text, and the choice; several come one after the other. */
export function clashes(form, { take, mine }) {
  const made = form.querySelector("template[data-draft-words]").content.firstElementChild;
  const waiting = [];
  let shown = form.querySelector("[data-draft-clash]"); // the server's own

  function next() {
    shown?.remove();
    shown = null;
    const [other] = waiting;
    if (!other) return;
    shown = made.cloneNode(true);
    const { title, body } = other.fields;
    shown.querySelector("[data-draft-other]").textContent = [title, body].filter(Boolean).join("\n\n");
    const keep = shown.querySelector("[data-draft-mine]");
    keep.hidden = false;
    keep.addEventListener("click", () => chosen(mine, other));
    shown.querySelector("[data-draft-take]").addEventListener("click", (event) => {
      event.preventDefault();
      chosen(take, other);
    });
    form.querySelector("[data-draft-state]").before(shown);
    form.querySelector("[data-draft-state]").hidden = true;
  }

  function chosen(act, other) {
    waiting.shift();
    next();
    act(other);
    form.elements.body.focus();
  }

  function show(other) {
    waiting.push(other);
    if (waiting.length === 1) next();
  }
  Object.defineProperty(show, "open", { get: () => shown !== null });
  return show;
}
