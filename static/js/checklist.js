/*
 * A checklist tells each change as it is made; what could not be sent yet stays ticked and waits on
 * the device. The button that sends the whole list comes back where a change was refused.
 */
import { onTaken, tell } from "./lib/acts.js";
import { refreshParts } from "./lib/parts.js";

let latest = "";

document.addEventListener("change", (event) => {
  const form = event.target.closest("[data-checklist]");
  if (!form) return;
  latest = tell("ticked", { items: new FormData(form).getAll("items") });
});

function showButton(shown) {
  for (const button of document.querySelectorAll("[data-checklist] [data-save]")) {
    button.hidden = !shown;
  }
}

onTaken("ticked", ({ client_id, result }) => {
  if (result === "refused") {
    showButton(true);
    return false;
  }
  if (latest && client_id !== latest) return true; // a later change holds this one
  const { id } = document.activeElement;
  refreshParts().then(() => {
    if (id.startsWith("tick-")) document.getElementById(id)?.focus({ preventScroll: true });
    showButton(false);
  });
  return true;
});

showButton(false);
