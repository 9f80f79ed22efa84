/*
 * A film: where one is and what was played is told when it pauses, every fifteen seconds while it
 * plays, and when the page is left. What could not be told waits on the device and goes with the
 * next report, also one of another day: the server counts a second once, however often it hears.
 */
import { refreshParts } from "./lib/parts.js";

const EVERY = 15_000; // milliseconds
const MOST = 200; // spans a report
const place = document.querySelector("[data-film]");
const film = place?.querySelector("video");
const token = document.querySelector('input[name="csrf_token"]')?.value ?? "";
const key = `film:${document.documentElement.dataset.person}:${place?.dataset.key}`;

let left = []; // what an earlier page could not tell
let told = ""; // the last report that arrived
let sentAt = 0;
let sending = false;

const tenth = (seconds) => Math.round(seconds * 10) / 10;

function stored() {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? [];
  } catch {
    return [];
  }
}

function keep(spans) {
  try {
    if (spans.length) localStorage.setItem(key, JSON.stringify(spans));
    else localStorage.removeItem(key);
  } catch {
    /* no storage: it waits as long as the page lives */
  }
}

function played() {
  const spans = [];
  for (let n = 0; n < film.played.length; n += 1) {
    spans.push([tenth(film.played.start(n)), tenth(film.played.end(n))]);
  }
  return spans;
}

async function tell(leaving = false) {
  if (sending && !leaving) return;
  const spans = [...left, ...played()].slice(0, MOST);
  const report = JSON.stringify({ played: spans, position: tenth(film.currentTime) });
  if (!spans.length || report === told) return;
  sending = true;
  sentAt = Date.now();
  keep(spans); // until it has arrived
  try {
    const answer = await fetch(place.dataset.report, {
      method: "PUT",
      keepalive: leaving,
      headers: { "Content-Type": "application/json", "X-CSRFToken": token },
      body: report,
    });
    if (answer.status >= 500 || answer.status === 429) throw new Error(answer.statusText);
    const gone = answer.status === 404 || answer.status === 409; // a closed run, another version
    if (!answer.ok && !gone) return; // it is kept until one has signed in again
    told = report;
    left = [];
    keep([]);
    if (gone) return;
    const outcome = await answer.json();
    const open = place.querySelector("[data-part] details[open]");
    if (outcome.status === "done" && !("settled" in place.dataset) && !open) {
      place.dataset.settled = "";
      await refreshParts();
    }
  } catch {
    /* it is kept, and goes with the next report */
  } finally {
    sending = false;
  }
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
  if (place.dataset.report) {
    film.addEventListener("pause", () => tell());
    film.addEventListener("ended", () => tell());
    film.addEventListener("timeupdate", () => {
      if (!film.paused && Date.now() - sentAt > EVERY) tell();
    });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") tell(true);
    });
    window.addEventListener("pagehide", () => tell(true));
    window.addEventListener("online", () => tell());
    left = stored();
    if (left.length) tell();
  }
}
