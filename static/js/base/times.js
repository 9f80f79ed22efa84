/*
 * Keeps "5 minutes ago" true while a page stays open or comes from the cache.
 * Older than a day the server's words stand: they name the day, and need no refreshing.
 */

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export function words(seconds, language) {
  const format = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  const past = Math.sign(seconds);
  const size = Math.abs(seconds);
  if (size < MINUTE) return format.format(0, "second");
  if (size < HOUR) return format.format(past * Math.floor(size / MINUTE), "minute");
  return format.format(past * Math.floor(size / HOUR), "hour");
}

function refresh(scope = document) {
  const now = Date.now();
  for (const element of scope.querySelectorAll("time[data-relative]")) {
    const seconds = (Date.parse(element.dateTime) - now) / 1000;
    // A device whose clock is behind would see the past in the future: the server knows better.
    if (Number.isNaN(seconds) || seconds > 0 || seconds < -DAY) continue;
    const text = words(seconds, document.documentElement.lang);
    if (element.textContent !== text) element.textContent = text;
  }
}

export function relativeTimes() {
  refresh();
  setInterval(() => refresh(), MINUTE * 1000);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) refresh();
  });
}
