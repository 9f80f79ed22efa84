/*
 * The time an attempt has left, by the server's clock: shown each second, said now and then, and at
 * its end what was answered is handed in. Without this script the page says until when it is.
 */
const SAID = [600, 300, 60, 10]; // seconds left at which it is said aloud

/** Runs the clock of the page's attempt, if it has one; `over` is called once. */
export function runClock(over) {
  const clock = document.querySelector("[data-clock]");
  if (!clock) return;
  const skew = Number(clock.dataset.now) * 1000 - Date.now();
  const ends = Number(clock.dataset.ends) * 1000;
  let before = Infinity;
  const show = () => {
    if (!clock.isConnected) return clearInterval(ticking); // the page shows something else now
    const left = Math.max(0, Math.ceil((ends - Date.now() - skew) / 1000));
    const time = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    clock.textContent = `(${clock.dataset.words.replace("{time}", time)})`;
    if (SAID.some((at) => left <= at && before > at)) {
      document.querySelector("[data-clock-said]").textContent = clock.textContent;
    }
    before = left;
    if (left > 0) return undefined;
    clearInterval(ticking);
    return over();
  };
  const ticking = setInterval(show, 1000);
  show();
}
