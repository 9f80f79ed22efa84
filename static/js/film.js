/*
 * A film: where one is and what was played is told when it pauses or ends, when the page is left and
 * whenever so much more was played that it counts; meanwhile it is kept on the device. The server
 * counts a second once, however often it hears.
 */
import { onTaken, tell } from "./lib/acts.js";
import { refreshParts } from "./lib/parts.js";

const EVERY = 15_000; // milliseconds between two keepings
const STEPS = 20; // parts of a film that are counted one by one
const MOST = 200; // spans a report
const place = document.querySelector("[data-film]");
const film = place?.querySelector("video");

let keptAt = 0;
let counted = 0; // seconds that were played when it was told last
let said = "";

const tenth = (seconds) => Math.round(seconds * 10) / 10;

function played() {
  const spans = [];
  for (let n = 0; n < film.played.length; n += 1) {
    spans.push([tenth(film.played.start(n)), tenth(film.played.end(n))]);
  }
  return spans;
}

/** What waited and what is played now, each span once. */
function together(before, now) {
  const spans = [...now.played, ...before.played].sort((a, b) => a[0] - b[0]);
  const apart = [];
  for (const [start, end] of spans) {
    const last = apart.at(-1);
    if (last && start <= last[1] + 0.5) last[1] = Math.max(last[1], end);
    else apart.push([start, end]);
  }
  return { played: apart.slice(-MOST), position: now.position };
}

function say(quietly = false) {
  const report = { played: played().slice(-MOST), position: tenth(film.currentTime) };
  if (!report.played.length || JSON.stringify(report) === said) return;
  said = JSON.stringify(report);
  keptAt = Date.now();
  tell("watched", report, { merge: together, quietly });
}

/** While it plays: kept every so often, told when it counts. */
function goOn() {
  if (film.paused || Date.now() - keptAt < EVERY) return;
  const seconds = played().reduce((sum, [start, end]) => sum + end - start, 0);
  const counts = seconds - counted >= film.duration / STEPS;
  if (counts) counted = seconds;
  say(!counts);
}

if (film) {
  const start = Number(place.dataset.position);
  film.addEventListener("loadedmetadata", () => {
    if (start > 1 && film.currentTime < 1) film.currentTime = start;
  });
  place.addEventListener("click", (event) => {
    const seek = event.target.closest("[data-seek]")?.dataset.seek;
    if (seek === undefined) return;
    film.currentTime = Number(seek);
    film.play().catch(() => film.focus());
  });
  if ("report" in place.dataset) {
    film.addEventListener("pause", () => say());
    film.addEventListener("ended", () => say());
    film.addEventListener("timeupdate", goOn);
    document.addEventListener("visibilitychange", () => document.hidden && say());
    window.addEventListener("pagehide", () => say());
    onTaken("watched", ({ result, outcome }) => {
      const open = place.querySelector("[data-part] details[open]");
      if (outcome?.status === "done" && !("settled" in place.dataset) && !open) {
        place.dataset.settled = "";
        refreshParts();
      }
      return result !== "refused";
    });
  }
}
