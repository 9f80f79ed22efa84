/*
 * A file that is no picture, dropped on the text or chosen: one is asked what it is called, then it
 * is sent. Where the activity still wants such a file, or one asked for it at its field, it is chosen
 * there, else a link to it is put where the cursor was. How much is sent is seen: films are large.
 */
import { choose, offer, parse, sayWhere, takeParts } from "./parts.js";

export const PICTURES = /^image\/(png|jpeg|webp|svg\+xml)$/;

export function files({ form, area, bar, block }) {
  const dialog = document.getElementById("file-dialog");
  if (!dialog) return;
  const asking = dialog.querySelector("form");
  const problem = dialog.querySelector("[data-problem]");
  const progress = dialog.querySelector("progress");
  const zone = form.querySelector("[data-text]");
  const chooser = document.createElement("input");
  chooser.type = "file";
  let file = null;
  let sending = null;
  let target = null; // the field at which one asked

  const fileOf = (list) => [...(list ?? [])].find((each) => !PICTURES.test(each.type));

  function ask(found) {
    file = found;
    asking.reset();
    say("");
    sayWhere(dialog, target);
    dialog.querySelector("[data-name]").textContent = found.name;
    dialog.showModal();
    asking.elements.words.focus();
  }

  function say(text) {
    problem.textContent = text;
    problem.hidden = !text;
    progress.hidden = true;
  }

  asking.addEventListener("submit", (event) => {
    event.preventDefault();
    if (sending) return;
    const body = new FormData(asking);
    body.set("back", location.pathname);
    body.set("upload", file, file.name);
    say("");
    progress.value = 0;
    progress.hidden = false;
    sending = new XMLHttpRequest();
    sending.upload.addEventListener("progress", ({ loaded, total }) => {
      if (total) progress.value = loaded / total;
    });
    sending.addEventListener("load", ({ target }) => take(parse(target.responseText)));
    sending.addEventListener("error", () => say(dialog.dataset.failed));
    sending.addEventListener("loadend", () => (sending = null));
    sending.open("POST", asking.action);
    sending.setRequestHeader("Accept", "text/html");
    sending.send(body);
  });

  function take(fresh) {
    const line = fresh.querySelector("[data-new-file]");
    if (line) {
      const path = line.textContent.match(/\]\((.*)\)$/)?.[1];
      const able = offer(form, fresh, path);
      const select = able.includes(target) ? target : able.find((each) => !each.value);
      dialog.close();
      if (select) choose(select, path);
      else block(line.textContent);
      takeParts(fresh, ["files"]);
      document.getElementById("files").open = false;
    } else {
      const told = fresh.querySelector("#files .error-text > span")?.lastChild.textContent;
      say(told?.trim() || dialog.dataset.failed);
    }
  }

  dialog.querySelector("[data-cancel]").addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => {
    sending?.abort();
    (target ?? area).focus();
  });

  function pick(field, accept = "") {
    target = field;
    chooser.accept = accept;
    chooser.click();
  }

  bar?.querySelector('[data-act="file"]')?.addEventListener("click", () => pick(null));
  for (const link of form.querySelectorAll('[data-upload="file"]')) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      pick(document.getElementById(link.dataset.field), link.dataset.accept);
    });
  }
  chooser.addEventListener("change", () => {
    const found = chooser.files[0];
    chooser.value = "";
    if (found) ask(found);
  });

  zone.addEventListener("drop", (event) => {
    const found = fileOf(event.dataTransfer?.files);
    const picture = [...(event.dataTransfer?.files ?? [])].some((each) => PICTURES.test(each.type));
    if (!found || picture) return; // one thing at a time: the picture is asked about
    event.preventDefault();
    target = null;
    ask(found);
  });
}
