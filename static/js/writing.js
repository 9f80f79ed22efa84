/*
 * The box in which posts are written: buttons for Markdown, a look at how it will stand, files, names
 * and emoji as one types. Each part mounts on every textarea[data-writing]; without them the form's
 * own buttons do it.
 */
import { completion } from "./writing/completion.js";
import { preview } from "./writing/preview.js";
import { toolbar } from "./writing/toolbar.js";
import { uploads } from "./writing/uploads.js";

for (const area of document.querySelectorAll("textarea[data-writing]")) {
  const box = area.closest("[data-writing-box]");
  completion(area);
  preview(area, box);
  toolbar(area, box, { choose: uploads(area, box) });
  area.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    if (area.form.id === "reply") return; // thread/reply.js sends it, over the socket
    event.preventDefault();
    area.form.requestSubmit();
  });
}
