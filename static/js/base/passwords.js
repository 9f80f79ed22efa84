/* A password can be looked at while it is typed. Without scripts there is no such button. */
export function passwords() {
  for (const input of document.querySelectorAll("input[type=password][data-show]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "link-button";
    button.setAttribute("aria-controls", input.id);
    const label = input.labels[0]?.textContent.trim() ?? "";
    const show = (shown) => {
      input.type = shown ? "text" : "password";
      button.textContent = shown ? input.dataset.hide : input.dataset.show;
      button.setAttribute("aria-label", `${button.textContent}: ${label}`); // a page may have two
    };
    show(false);
    button.addEventListener("click", () => show(input.type === "password"));
    input.form?.addEventListener("submit", () => show(false)); // or browsers keep it as plain text
    input.after(button);
  }
}
