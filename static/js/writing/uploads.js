/*
 * Files that are chosen, pasted or dropped: each is sent at once, a line in the text stands for it
 * until it is there, and a row below tells how far it is and what went wrong.
 */
import { fill, putBlock, swap, token } from "./text.js";

const ESCAPED = /[\\[\]*_`<>!|~]/g;
let made = 0;

export function uploads(area, box) {
  const list = box.querySelector("[data-uploads]");
  const status = box.querySelector("[data-said]");
  const words = box.dataset;
  const chooser = document.createElement("input");
  chooser.type = "file";
  chooser.multiple = true;
  const sending = new Set();

  const trouble = document.getElementById(area.getAttribute("aria-describedby"));

  function complainOfText(text) {
    trouble.querySelector("span").textContent = text;
    trouble.hidden = !text;
  }

  const say = (text) => (status.textContent = text);

  function row(file) {
    const item = document.createElement("li");
    const name = document.createElement("span");
    name.textContent = file.name;
    item.append(name);
    list.append(item);
    list.hidden = false;
    return item;
  }

  function close(item) {
    const focused = item.contains(document.activeElement);
    item.remove();
    list.hidden = !list.children.length;
    if (focused) area.focus();
  }

  function button(label, shown, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "link-button";
    made.textContent = shown;
    made.setAttribute("aria-label", label);
    made.addEventListener("click", act);
    return made;
  }

  function complain(item, text) {
    const problem = document.createElement("span");
    problem.className = "error-text";
    problem.setAttribute("role", "alert");
    problem.textContent = text;
    item.replaceChildren(problem, button(words.close, words.close, () => close(item)));
  }

  function send(file) {
    if (file.size > Number(words.most)) {
      const said = { name: file.name, most: words.mostWords };
      return complain(row(file), fill(words.tooLarge, said));
    }
    const item = row(file);
    const progress = document.createElement("progress");
    progress.max = 1;
    progress.value = 0;
    progress.setAttribute("aria-label", fill(words.sending, { name: file.name }));
    made += 1;
    const waiting = `[${fill(words.sending, { name: file.name.replace(ESCAPED, "") })} …](#${made})`;
    putBlock(area, waiting);
    const request = new XMLHttpRequest();
    sending.add(request);

    function over(text, problem) {
      const there = swap(area, waiting, text);
      sending.delete(request);
      if (trouble.textContent.includes(words.wait)) complainOfText("");
      if (problem) complain(item, problem);
      else close(item);
      return there;
    }

    request.upload.addEventListener("progress", ({ loaded, total }) => {
      if (total) progress.value = loaded / total;
    });
    request.addEventListener("load", () => {
      let answer = {};
      try {
        answer = JSON.parse(request.responseText);
      } catch {
        /* a proxy's own page: no words of ours */
      }
      if (request.status !== 201) {
        const why = Object.values(answer.fields ?? {}).flat().join(" ") || answer.title;
        const failed = fill(words.failed, { name: file.name });
        return over("", why ? `${file.name}: ${why}` : failed);
      }
      if (!over(answer.markdown)) putBlock(area, answer.markdown);
      say(fill(words.there, { name: answer.name }));
      if (answer.width) askWhat(answer);
    });
    request.addEventListener("error", () => over("", fill(words.failed, { name: file.name })));
    request.addEventListener("abort", () => {
      over("");
      say(fill(words.stopped, { name: file.name }));
    });
    const cancel = fill(words.cancel, { name: file.name });
    item.append(progress, button(cancel, "✕", () => request.abort()));
    const body = new FormData();
    body.set("upload", file, file.name || "picture.png");
    request.open("POST", `/api/v1/spaces/${area.dataset.writing}/attachments`);
    request.setRequestHeader("X-CSRFToken", token());
    request.send(body);
  }

  /** Asks what a picture shows; what is answered is put into its line, as it is typed. */
  function askWhat(picture) {
    const item = row(picture);
    const label = document.createElement("label");
    const field = document.createElement("input");
    field.className = "input";
    field.maxLength = 300;
    field.id = `alt-${picture.id}`;
    label.htmlFor = field.id;
    label.textContent = fill(words.alt, { name: picture.name });
    let line = picture.markdown;
    const done = () => close(item);
    field.addEventListener("change", () => {
      const alt = field.value.trim().replace(ESCAPED, (sign) => `\\${sign}`);
      const next = `![${alt}](${picture.address})`;
      if (next === line) return; // moving to the text says it once more
      const old = line;
      line = next;
      swap(area, old, next);
    });
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing) return;
      event.preventDefault();
      area.focus(); // says that it changed
      done();
    });
    item.replaceChildren(label, field, button(words.close, "✕", done));
  }

  function take(files) {
    for (const file of files) send(file);
  }

  chooser.addEventListener("change", () => {
    const files = [...chooser.files];
    chooser.value = "";
    take(files);
  });

  area.addEventListener("paste", (event) => {
    const { files, types } = event.clipboardData ?? {};
    if (!files?.length || types.includes("text/plain")) return; // a table's picture beside its text
    event.preventDefault();
    take([...files]);
  });

  const carries = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  box.addEventListener("dragover", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    box.classList.add("receives");
  });
  box.addEventListener("dragleave", () => box.classList.remove("receives"));
  box.addEventListener("drop", (event) => {
    box.classList.remove("receives");
    if (!carries(event)) return;
    event.preventDefault();
    take([...event.dataTransfer.files]);
  });

  // What is still on its way would be missing from the post.
  area.form.addEventListener(
    "submit",
    (event) => {
      if (sending.size === 0) {
        list.replaceChildren();
        list.hidden = true;
        return;
      }
      event.preventDefault();
      event.stopImmediatePropagation();
      complainOfText(words.wait);
    },
    true,
  );

  return () => chooser.click();
}
