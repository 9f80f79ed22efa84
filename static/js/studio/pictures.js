/*
 * A picture that is dropped on the text, pasted into it or chosen: one is asked what it shows, then
 * it is sent, and its line is put where the cursor was; or it is chosen at the field where one asked
 * for it.
 */
import { PICTURES } from "./files.js";
import { choose, offer, parse, sayWhere, takeParts } from "./parts.js";

export function pictures({ form, area, bar, block }) {
  const dialog = document.getElementById("picture-dialog");
  if (!dialog) return;
  const asking = dialog.querySelector("form");
  const problem = dialog.querySelector("[data-problem]");
  const zone = form.querySelector("[data-text]");
  const chooser = document.createElement("input");
  chooser.type = "file";
  let file = null;
  let target = null; // the field at which one asked

  const pictureOf = (list) => [...(list ?? [])].find((each) => PICTURES.test(each.type));

  function ask(found) {
    file = found;
    asking.reset();
    problem.hidden = true;
    sayWhere(dialog, target);
    draw(found);
    dialog.showModal();
    asking.elements.alt.focus();
  }

  /** Shows it small, where the browser can draw it. */
  async function draw(found) {
    const canvas = dialog.querySelector("[data-shown]");
    canvas.hidden = true;
    try {
      const bitmap = await createImageBitmap(found);
      const scale = Math.min(1, 400 / bitmap.width, 220 / bitmap.height);
      canvas.width = Math.max(1, bitmap.width * scale);
      canvas.height = Math.max(1, bitmap.height * scale);
      canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
      canvas.hidden = false;
    } catch {
      /* a drawing, or nothing that can be drawn: the server says what it is */
    }
  }

  function say(text) {
    problem.textContent = text;
    problem.hidden = !text;
  }

  asking.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (asking.ariaBusy === "true") return;
    asking.ariaBusy = "true";
    const body = new FormData(asking);
    body.set("back", location.pathname);
    body.set("picture", file, file.name || "picture");
    try {
      const answer = await fetch(asking.action, {
        method: "POST",
        body,
        headers: { Accept: "text/html" },
      });
      const fresh = parse(await answer.text());
      const line = fresh.querySelector("[data-new-picture]");
      if (line) {
        const path = line.textContent.match(/\]\((\S+?)[ )]/)?.[1];
        const chosen = offer(form, fresh, path).includes(target);
        dialog.close();
        if (chosen) choose(target, path);
        else block(line.textContent);
        takeParts(fresh, ["pictures"]);
        document.querySelector("details.studio-pictures").open = false;
      } else {
        const told = fresh.querySelector(".studio-pictures .error-text > span")?.lastChild.textContent;
        say(told?.trim() || dialog.dataset.failed);
      }
    } catch {
      say(dialog.dataset.failed);
    } finally {
      asking.ariaBusy = null;
    }
  });

  dialog.querySelector("[data-cancel]").addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => (target ?? area).focus());

  function pick(field, accept = "image/png,image/jpeg,image/webp,image/svg+xml") {
    target = field;
    chooser.accept = accept;
    chooser.click();
  }

  bar?.querySelector('[data-act="picture"]')?.addEventListener("click", () => pick(null));
  for (const link of form.querySelectorAll('[data-upload="picture"]')) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      pick(document.getElementById(link.dataset.field), link.dataset.accept);
    });
  }
  chooser.addEventListener("change", () => {
    const found = pictureOf(chooser.files);
    chooser.value = "";
    if (found) ask(found);
  });

  area.addEventListener("paste", (event) => {
    const found = pictureOf(event.clipboardData?.files);
    if (!found) return;
    event.preventDefault();
    target = null;
    ask(found);
  });

  const carries = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  zone.addEventListener("dragover", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    zone.classList.add("receives");
  });
  zone.addEventListener("dragleave", () => zone.classList.remove("receives"));
  zone.addEventListener("drop", (event) => {
    zone.classList.remove("receives");
    const found = pictureOf(event.dataTransfer?.files);
    if (!carries(event)) return;
    event.preventDefault();
    target = null;
    if (found) ask(found);
  });
}
