/*
 * Parts of a page shown anew from the server's own rendering, so that there is one place that knows
 * how things look: elements with data-part="name" take the content of their namesakes.
 */

/** Replaces the parts of this page by those of a document's HTML. */
export function replaceParts(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  for (const part of document.querySelectorAll("[data-part]")) {
    const made = fresh.querySelector(`[data-part="${CSS.escape(part.dataset.part)}"]`);
    if (made) part.replaceWith(document.adoptNode(made));
  }
}

/** Reads this page again and shows its parts as they are now. */
export async function refreshParts() {
  const answer = await fetch(location.pathname + location.search, {
    headers: { Accept: "text/html" },
  });
  if (answer.ok) replaceParts(await answer.text());
}
