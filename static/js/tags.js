/*
 * A field of tags with commas between them: a datalist completes a whole field, so that each of its
 * options is given what stands before the tag that is being typed.
 */
for (const field of document.querySelectorAll("[data-tags][list]")) {
  const list = document.getElementById(field.getAttribute("list"));
  const names = [...list.options].map((option) => option.value);
  field.addEventListener("input", () => {
    const typed = field.value.split(",");
    typed.pop();
    const taken = new Set(typed.map((name) => name.trim().toLowerCase()));
    const before = typed.length ? `${typed.map((name) => name.trim()).join(", ")}, ` : "";
    const free = names.filter((name) => !taken.has(name.toLowerCase()));
    list.replaceChildren(...free.map((name) => new Option("", before + name)));
  });
}
