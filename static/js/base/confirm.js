/*
 * Destructive acts ask once. Without scripts a <details class="ask"> folds its question out; with
 * them the question comes in a dialog. A form of its own asks by data-confirm="question".
 */

/** Asks; answers whether yes. The dialog is in every frame (parts/dialog.html). */
export function ask(question, yesLabel) {
  const dialog = document.getElementById("confirm-dialog");
  dialog.querySelector("#confirm-question").textContent = question;
  const yes = dialog.querySelector("[data-confirm-yes]");
  const no = dialog.querySelector("[data-confirm-no]");
  yes.textContent = yesLabel;
  return new Promise((resolve) => {
    const answer = (event) => {
      if (event.type === "click") dialog.close(event.currentTarget === yes ? "yes" : "no");
    };
    yes.addEventListener("click", answer);
    no.addEventListener("click", answer);
    dialog.addEventListener(
      "close",
      () => {
        yes.removeEventListener("click", answer);
        no.removeEventListener("click", answer);
        resolve(dialog.returnValue === "yes");
      },
      { once: true },
    );
    dialog.returnValue = "no"; // Escape means no
    dialog.showModal();
    no.focus();
  });
}

const agreed = new WeakSet();

export function confirmForms() {
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    const question = form.dataset.confirm;
    if (!question || agreed.has(form)) return;
    event.preventDefault();
    const button = event.submitter;
    if (await ask(question, form.dataset.confirmLabel ?? button?.textContent ?? "")) {
      agreed.add(form);
      form.requestSubmit(button);
    }
  });

  document.addEventListener("click", async (event) => {
    const summary = event.target.closest("details[data-ask] > summary");
    if (!summary) return;
    const form = summary.parentElement.querySelector("form");
    // A question with fields of its own (a reason) needs its place on the page.
    if (form.querySelector("input:not([type=hidden]), textarea, select")) return;
    event.preventDefault();
    const button = form.querySelector("button");
    const question = form.querySelector("[data-question]").textContent;
    if (await ask(question, button.textContent.trim())) form.requestSubmit(button);
  });
}
