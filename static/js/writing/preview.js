/* Write | Preview: the words as they will stand, rendered by the server as a post is. */
import { token } from "./text.js";

export function preview(area, box) {
  const tabs = [...box.querySelectorAll("[role=tab]")];
  const [write, look] = tabs;
  const panel = document.getElementById(write.getAttribute("aria-controls"));
  const pane = document.getElementById(look.getAttribute("aria-controls"));
  const tools = box.querySelector("[data-tools]");
  let asked = 0;

  panel.setAttribute("role", "tabpanel");
  panel.setAttribute("aria-labelledby", write.id);

  function select(tab) {
    const looks = tab === look;
    for (const each of tabs) {
      each.setAttribute("aria-selected", String(each === tab));
      each.tabIndex = each === tab ? 0 : -1;
    }
    panel.hidden = looks;
    tools.hidden = looks;
    pane.hidden = !looks;
    if (looks) show();
    else asked += 1; // what is on its way comes too late
  }

  function say(text) {
    const line = document.createElement("p");
    line.className = "muted";
    line.textContent = text;
    pane.replaceChildren(line);
  }

  async function show() {
    const body = area.value;
    if (!body.trim()) return say(box.dataset.nothing);
    const mine = (asked += 1);
    pane.ariaBusy = "true";
    try {
      const answer = await fetch(`/api/v1/spaces/${area.dataset.writing}/preview`, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
        body: JSON.stringify({ body, post_id: area.dataset.post || null }),
      });
      const said = await answer.json();
      if (mine !== asked) return;
      if (answer.ok) pane.innerHTML = said.html; // sanitised, as posts are
      else say(said.fields?.body?.join(" ") || said.title);
    } catch {
      if (mine === asked) say(box.dataset.noPreview);
    } finally {
      pane.ariaBusy = null;
    }
  }

  for (const tab of tabs) {
    tab.addEventListener("click", () => select(tab));
    tab.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowRight" && event.key !== "ArrowLeft") return;
      event.preventDefault();
      const other = tab === write ? look : write;
      select(other);
      other.focus();
    });
  }

  // What is quoted, or sent, or wants the text for another reason, has it.
  for (const reason of ["wanted", "input"]) {
    area.addEventListener(reason, () => !pane.hidden && select(write));
  }
  area.form.addEventListener("submit", () => !pane.hidden && select(write), true);
}
