/*
 * Being told on this device: a form with data-push asks the browser, and sends what it answers.
 * data-push is the server's key, data-worker the address of what shows messages.
 */
const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

const same = (first, second) => first && text(first) === text(second.buffer);

/** How the browser is reached; asked anew where it was told another key, or of another account. */
async function subscribed(form) {
  const registration = await navigator.serviceWorker.register(form.dataset.worker);
  await navigator.serviceWorker.ready;
  const key = bytes(form.dataset.push);
  const kept = await registration.pushManager.getSubscription();
  if (kept && same(kept.options.applicationServerKey, key)) return kept;
  await kept?.unsubscribe();
  return registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
}

function prepare(form) {
  const note = form.querySelector("[data-push-note]");
  const button = form.querySelector("button");
  const say = (words) => {
    note.textContent = words;
    note.hidden = !words;
  };
  if (!("serviceWorker" in navigator && "PushManager" in window && "Notification" in window)) {
    button.hidden = true;
    say(form.dataset.unable);
    return;
  }
  form.addEventListener("submit", async (event) => {
    if (form.elements.endpoint.value) return;
    event.preventDefault();
    say("");
    button.disabled = true;
    try {
      if ((await Notification.requestPermission()) !== "granted") {
        say(form.dataset.refused);
        return;
      }
      const found = await subscribed(form);
      form.elements.endpoint.value = found.endpoint;
      form.elements.p256dh.value = text(found.getKey("p256dh"));
      form.elements.auth.value = text(found.getKey("auth"));
      form.submit();
    } catch {
      say(form.dataset.failed);
    } finally {
      button.disabled = false;
    }
  });
}

document.querySelectorAll("form[data-push]").forEach(prepare);
