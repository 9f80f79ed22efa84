/*
 * Wide tables and long code scroll in themselves. One that does can be reached by keyboard too,
 * in browsers that do not see to it themselves; one that fits is no stop on the way.
 */

const SCROLLERS = ".scroll, pre";

function reachable(scope = document) {
  for (const box of scope.querySelectorAll(SCROLLERS)) {
    const scrolls = box.scrollWidth > box.clientWidth;
    if (scrolls && !box.hasAttribute("tabindex")) box.tabIndex = 0;
    if (!scrolls && box.getAttribute("tabindex") === "0") box.removeAttribute("tabindex");
  }
}

/** On a phone the tabs of a space and other choices scroll: the one that is open is in sight. */
function showCurrent(tabs) {
  const current = tabs.querySelector("[aria-current]");
  if (!current) return;
  const [frame, tab] = [tabs.getBoundingClientRect(), current.getBoundingClientRect()];
  const edge = parseFloat(getComputedStyle(tabs).paddingInlineStart) || 0;
  const [left, right] = [frame.left + edge, frame.right - edge];
  if (tab.right > right) tabs.scrollLeft += tab.right - right;
  if (tab.left < left) tabs.scrollLeft += tab.left - left;
}

export function scrollers() {
  document.querySelectorAll(".tabs, .talk-kinds .choices").forEach(showCurrent);
  reachable();
  let waiting = 0;
  const later = () => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(() => reachable());
  };
  window.addEventListener("resize", later);
  // Posts that arrive while the page is open.
  const main = document.getElementById("main");
  if (main) new MutationObserver(later).observe(main, { childList: true, subtree: true });
}
