/* A face as the server draws it: initials, and over them the picture where there is one. */

const root = new URL(document.querySelector(".brand")?.href ?? "/", location.href).pathname;

/** `picture` is a path below the site's address, or nothing. */
export function draw(element, initials, picture) {
  element.textContent = initials;
  if (!picture) return;
  const image = new Image(64, 64);
  image.alt = "";
  image.src = root.replace(/\/$/, "") + picture;
  element.append(image);
}
