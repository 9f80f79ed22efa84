/* "/" leads to the page's own search, else to that of every page, where one does not write. */

export function finding() {
  const field = document.querySelector("main [data-find]") ?? document.querySelector("[data-find]");
  if (!field) return;
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    event.preventDefault();
    field.focus();
    field.select();
  });
}
