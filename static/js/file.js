/*
 * A file is saved while its page stays: soon after, the page says that it was opened.
 */
import { refreshParts } from "./lib/parts.js";

const SOON = 1200; // milliseconds: by then it is counted

document.addEventListener("submit", (event) => {
  if (event.target.matches("[data-opens]")) setTimeout(refreshParts, SOON);
});
