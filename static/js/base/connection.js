/* Offline is said quietly, once, at the top of the page; it goes away by itself. */

export function connection() {
  const strip = document.querySelector("[data-offline]");
  if (!strip) return;
  const show = () => {
    strip.hidden = navigator.onLine;
  };
  window.addEventListener("online", show);
  window.addEventListener("offline", show);
  show();
}
