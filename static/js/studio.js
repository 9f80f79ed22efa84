/*
 * The course studio: what is written is saved by itself, the outline is moved by hand and by keys,
 * pictures and files are dropped into the text. Without this script every form of the page does the same.
 */
import { files } from "./studio/files.js";
import { outline } from "./studio/outline.js";
import { pictures } from "./studio/pictures.js";
import { saving } from "./studio/saving.js";
import { writing } from "./studio/writing.js";

const form = document.querySelector("form[data-autosave]");
const saved = form && saving(form);
const text = form && writing(form);
if (text) {
  pictures(text);
  files(text);
}
outline({ settle: () => saved?.settle() ?? true });
