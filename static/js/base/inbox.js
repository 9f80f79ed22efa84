/*
 * How much is unread in the inbox, live: its script (and the connection with it) is fetched when the
 * page is there and the device has a moment, so that no page waits for it.
 */

const LATEST = 3000; // milliseconds

export function inbox() {
  const place = document.querySelector("[data-inbox]");
  if (!place) return;
  const begin = () => import(place.dataset.inbox).catch(() => {}); // no line: the next page counts
  const soon = () =>
    window.requestIdleCallback ? requestIdleCallback(begin, { timeout: LATEST }) : setTimeout(begin, 200);
  const whenSeen = () => {
    if (document.hidden) return;
    document.removeEventListener("visibilitychange", whenSeen);
    soon();
  };
  document.addEventListener("visibilitychange", whenSeen); // a tab in the background waits
  if (document.readyState === "complete") whenSeen();
  else window.addEventListener("load", whenSeen, { once: true });
}
