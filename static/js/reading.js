/*
 * How far into a page one has read: said at each quarter and at the end, and when the page is left.
 * Without this script a button at the end of the text says it.
 */
import { onTaken, tell } from "./lib/acts.js";
import { refreshParts } from "./lib/parts.js";

const STEP = 0.25;
const DWELL = 2500; // milliseconds the end is in sight before it counts as read

const article = document.querySelector("[data-reading]");

let furthest = Number(article?.dataset.fraction ?? 0);
let told = furthest;
let dwelling = 0;

function reached() {
  const box = article.getBoundingClientRect();
  if (box.height === 0) return 0;
  return Math.min(1, Math.max(0, (window.innerHeight - box.top) / box.height));
}

function due() {
  if (furthest >= 1) return told < 1;
  return Math.floor(furthest / STEP) > Math.floor(told / STEP);
}

function say() {
  told = furthest;
  tell("read", { fraction: furthest });
}

function look() {
  const now = reached();
  if (now < 0.995) {
    clearTimeout(dwelling);
    dwelling = 0;
    furthest = Math.max(furthest, now);
    if (due()) say();
  } else if (!dwelling && furthest < 1) {
    furthest = Math.max(furthest, 0.99);
    dwelling = setTimeout(() => {
      furthest = 1;
      say();
    }, DWELL);
  }
}

/** The heading one is below is marked in the outline. */
function follow() {
  const links = [...document.querySelectorAll("[data-heading]")];
  const current = [...article.querySelectorAll("h2[id]")]
    .filter((heading) => heading.getBoundingClientRect().top < window.innerHeight / 3)
    .at(-1)?.id;
  for (const link of links) {
    if (link.dataset.heading === current) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

function whenIdle(act) {
  let waiting = 0;
  return () => {
    waiting ||= requestAnimationFrame(() => {
      waiting = 0;
      act();
    });
  };
}

if (article) {
  const settled = "settled" in article.dataset;
  if (location.hash === "#resume" && furthest > 0.05 && furthest < 0.95) {
    const box = article.getBoundingClientRect();
    const top = box.top + window.scrollY + box.height * furthest - window.innerHeight * 0.8;
    window.scrollTo({ top: Math.max(0, top), behavior: "instant" });
  }
  const step = whenIdle(() => {
    follow();
    if (!settled && document.visibilityState === "visible") look();
  });
  window.addEventListener("scroll", step, { passive: true });
  window.addEventListener("resize", step);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") step();
    else clearTimeout(dwelling);
  });
  window.addEventListener("pagehide", () => {
    if (!settled && furthest > told + 0.02) say();
  });
  onTaken("read", ({ result, told: { fraction } }) => {
    if (result === "refused") return false;
    if (fraction >= 1) refreshParts();
    return true;
  });
  step();
}
