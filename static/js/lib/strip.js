/*
 * The quiet strip that says what the line is doing: <p class="strip waiting" hidden
 * data-waiting="..." data-closed="..." data-signed-out="..."> inside a role=status element.
 *
 * A short break says nothing. While the whole device is offline the frame's own strip speaks.
 */

const PATIENCE = 1500; // milliseconds a break may last before it is mentioned

export function strip(element) {
  const place = element.querySelector("[data-strip-text]") ?? element;
  let later = 0;
  let waiting = false;

  function show(text) {
    clearTimeout(later);
    later = 0;
    element.hidden = !text;
    if (text && place.textContent !== text) place.textContent = text;
  }

  const mention = () => {
    later = 0;
    show(waiting && navigator.onLine ? element.dataset.waiting : "");
  };
  window.addEventListener("online", () => waiting && mention());
  window.addEventListener("offline", () => waiting && mention());

  return (state) => {
    if (state === "closed") show(element.dataset.closed);
    else if (state === "signed-out") show(element.dataset.signedOut);
    else if (state === "live") show("");
    else if (!waiting) later = setTimeout(mention, PATIENCE);
    waiting = state === "waiting" || state === "joining";
  };
}
