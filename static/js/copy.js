/* Copies the text of the element a button names, and says so on the button. */
for (const button of document.querySelectorAll("[data-copy]")) {
  button.addEventListener("click", async () => {
    const source = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(source.textContent.trim());
      button.lastChild.textContent = button.dataset.copied;
    } catch {
      getSelection().selectAllChildren(source); // no permission, or no TLS: one key is left to press
    }
  });
}
