/*
 * The clock of a room: the server's time, whatever this device believes, in the member's zone.
 * It counts down to the start, then through the session or the step of the agenda it is at.
 */

const MINUTE = 60_000; // milliseconds

export function two(number) {
  return String(number).padStart(2, "0");
}

/**
 * 83 s as "1:23", an hour and more as "1:05:00"; half a day and more as "29 hours", two days and
 * more as "3 days", with ``ahead`` as "in 3 days".
 */
function countdown(milliseconds, { ahead = false } = {}) {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  if (hours >= 12) {
    const [unit, number] = hours < 48 ? ["hour", hours] : ["day", Math.floor(hours / 24)];
    if (ahead) return new Intl.RelativeTimeFormat(document.documentElement.lang).format(number, unit);
    const style = { style: "unit", unit, unitDisplay: "long" };
    return new Intl.NumberFormat(document.documentElement.lang, style).format(number);
  }
  const tail = `${two(minutes)}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${tail}` : tail.replace(/^0/, "");
}

/** Which step of an agenda a moment falls into: its index, -1 for none. */
function stepAt(steps, minutes) {
  return steps.findIndex(({ from, to }) => from <= minutes && minutes < to);
}

export class Clock {
  #room;
  #offset = 0; // milliseconds the server is ahead of this device
  #format;
  #steps;

  constructor(room) {
    this.#room = room;
    this.correct(room.dataset.now);
    this.#format = new Intl.DateTimeFormat(document.documentElement.lang, {
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
      timeZone: room.dataset.zone,
    });
    this.readPlan();
  }

  /** Take the steps from the page, again when the plan is another. */
  readPlan() {
    this.#steps = [...this.#room.querySelectorAll("[data-agenda] > li")].map((element) => ({
      element,
      from: Number(element.dataset.from),
      to: Number(element.dataset.to),
    }));
  }

  /** Heed the time the server says it is. */
  correct(now) {
    this.#offset = Date.parse(now) - Date.now();
  }

  get now() {
    return Date.now() + this.#offset;
  }

  /** An instant as the member's clock shows it: "14:51". */
  say(at) {
    return this.#format.format(typeof at === "string" ? Date.parse(at) : at);
  }

  start() {
    this.tick();
    setInterval(() => this.tick(), 1000);
    document.addEventListener("visibilitychange", () => this.tick());
  }

  tick() {
    const { state, starts, began, minutes } = this.#room.dataset;
    this.#write("[data-now-clock]", this.say(this.now));
    if (state === "scheduled") this.#untilStart(Date.parse(starts) - this.now);
    else if (state === "live") this.#left(this.now - Date.parse(began), Number(minutes));
    else this.#mark(-1, 0);
  }

  #untilStart(left) {
    this.#show(Math.abs(left), left >= 0 ? "until" : "late");
  }

  #left(elapsed, minutes) {
    const at = stepAt(this.#steps, elapsed / MINUTE);
    this.#mark(at, elapsed);
    const step = this.#steps[at];
    const [begin, length] = step ? [step.from, step.to - step.from] : [0, minutes];
    const left = (begin + length) * MINUTE - elapsed;
    this.#title(step);
    // Started before its time: what is planned begins at the planned minute.
    if (elapsed < 0) return this.#show(-elapsed, "early");
    this.#show(Math.abs(left), left >= 0 ? "left" : "over", length);
  }

  #title(step) {
    const head = this.#room.querySelector("[data-step-title]");
    const text = step?.element.querySelector("[data-title]").textContent ?? head.dataset.plan;
    if (head.textContent !== text) head.textContent = text;
  }

  #show(milliseconds, words, n = 0) {
    const figures = countdown(milliseconds);
    this.#write("[data-clock]", figures);
    const ahead = words === "until";
    this.#write("[data-clock-narrow]", `, ${countdown(milliseconds, { ahead })}`);
    const place = this.#room.querySelector("[data-clock-words]");
    const text = place.dataset[words].replace("{n}", n);
    if (place.textContent !== text) place.textContent = text;
  }

  #mark(at, elapsed) {
    this.#steps.forEach(({ element, from, to }, index) => {
      const now = index === at;
      if (element.classList.contains("now") !== now) {
        element.classList.toggle("now", now);
        if (now) {
          element.ariaCurrent = "step";
          element.append(meter());
        } else {
          element.removeAttribute("aria-current");
          element.querySelector(".meter")?.remove();
        }
      }
      if (!now) return;
      const part = (100 * (elapsed / MINUTE - from)) / (to - from);
      element.querySelector(".meter rect").setAttribute("width", `${part.toFixed(1)}%`);
    });
  }

  #write(selector, text) {
    for (const place of this.#room.querySelectorAll(selector)) {
      if (place.textContent !== text) place.textContent = text;
    }
  }
}

function meter() {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("class", "meter");
  svg.setAttribute("aria-hidden", "true");
  const bar = document.createElementNS(space, "rect");
  bar.setAttribute("height", "100%");
  svg.append(bar);
  return svg;
}
