/*
 * Runs before the first paint, blocking and small: sets the theme the reader chose, and says that
 * scripts run (what needs them is hidden until then). The switch itself is in base/theme.js.
 */
(() => {
  const root = document.documentElement;
  root.classList.add("has-scripts");
  try {
    const kept = localStorage.getItem("theme");
    if (kept === "light" || kept === "dark") root.dataset.theme = kept;
  } catch {
    /* Storage is switched off: the system's theme holds. */
  }
})();
