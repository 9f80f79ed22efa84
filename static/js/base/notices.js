/* A notice can be put away; the focus goes on to the page, not to nowhere. */

export function notices() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-dismiss]");
    if (!button) return;
    button.closest(".notice").remove();
    document.getElementById("main")?.focus({ preventScroll: true });
  });

  // A form that came back with errors: read them out, and start from there.
  document.querySelector("[data-error-summary]")?.focus();
}
