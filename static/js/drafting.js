/* A form of talk, other than that of a thread, whose draft is kept as one writes. */
import { draft } from "./thread/draft.js";

draft(document.querySelector("form[data-keep]"));
