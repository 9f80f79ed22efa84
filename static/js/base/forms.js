/* Forms are sent once, and what was typed is not lost by leaving the page by mistake. */

const PATIENCE = 8000; // milliseconds after which a slow line may be tried again

function sendOnce() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.ariaBusy === "true") {
      event.preventDefault();
      return;
    }
    form.ariaBusy = "true";
    setTimeout(() => (form.ariaBusy = null), PATIENCE);
  });

  // Back from the cache of the browser: ready to be sent again.
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll('form[aria-busy="true"]')) form.ariaBusy = null;
  });
}

/** Forms marked data-guard whose fields differ from how they came. Drafts guard themselves. */
function guard() {
  const changed = new Set();

  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (form?.hasAttribute("data-guard") && !event.target.hasAttribute("data-draft")) {
      changed.add(form);
    }
  });
  document.addEventListener("submit", (event) => {
    if (!event.defaultPrevented) changed.delete(event.target);
  });
  window.addEventListener("beforeunload", (event) => {
    const open = [...changed].some((form) => form.isConnected);
    if (open) event.preventDefault();
  });
}

export function forms() {
  sendOnce();
  guard();
}
