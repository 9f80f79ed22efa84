/*
 * A checklist keeps each tick as it is made, one after the other, under an id of its own. What could
 * not be sent stays ticked, and the button that sends the whole list comes back.
 */
import { newId } from "./lib/outbox.js";
import { replaceParts } from "./lib/parts.js";

let sending = Promise.resolve();
let latest = 0;

document.addEventListener("change", (event) => {
  if (!event.target.closest("[data-checklist]")) return;
  latest += 1;
  const change = latest;
  sending = sending.then(() => send(event.target.id, change));
});

async function send(id, change) {
  if (change !== latest) return; // a later change holds this one
  const form = document.querySelector("[data-checklist]");
  const body = new URLSearchParams(new FormData(form));
  body.set("client_id", newId());
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body,
      headers: { Accept: "text/html" },
    });
    const html = await answer.text();
    if (!answer.ok || !html.includes("data-checklist")) throw new Error("not kept");
    if (change !== latest) return;
    replaceParts(html);
    document.getElementById(id)?.focus({ preventScroll: true });
    showButton(false);
  } catch {
    showButton(true);
  }
}

function showButton(shown) {
  for (const button of document.querySelectorAll("[data-checklist] [data-save]")) {
    button.hidden = !shown;
  }
}

showButton(false);
