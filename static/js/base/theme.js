/* The switch between light and dark. A choice equal to the system's is forgotten: one follows it again. */

const root = document.documentElement;
const systemIsDark = window.matchMedia("(prefers-color-scheme: dark)");

function keep(theme) {
  try {
    if (theme) localStorage.setItem("theme", theme);
    else localStorage.removeItem("theme");
  } catch {
    /* Storage is switched off: the choice holds for this page. */
  }
}

export function themeSwitch() {
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-theme-switch]")) return;
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : systemIsDark.matches;
    const wanted = dark ? "light" : "dark";
    if ((wanted === "dark") === systemIsDark.matches) {
      delete root.dataset.theme;
      keep(null);
    } else {
      root.dataset.theme = wanted;
      keep(wanted);
    }
  });

  // Another window of ours changed it.
  window.addEventListener("storage", (event) => {
    if (event.key !== "theme") return;
    if (event.newValue) root.dataset.theme = event.newValue;
    else delete root.dataset.theme;
  });
}
