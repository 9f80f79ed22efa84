/*
 * Passkeys: a form with data-passkey ("create" or "get") asks the device before it is sent. What the
 * device is asked comes from data-challenge, what it answers goes into the form's field "answer".
 * A form that cannot be used here stays hidden; codes and passwords do without scripts.
 */
const RENEWED = 4 * 60 * 1000; // a challenge holds for five minutes
const FIELDS = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];

const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
const credentials = (list = []) => list.map((one) => ({ ...one, id: bytes(one.id) }));

/** What the device is asked, as the browser wants it. */
async function asked(form) {
  const answer = await fetch(form.dataset.challenge, {
    method: "POST",
    headers: { "X-CSRFToken": form.elements.csrf_token.value },
  });
  if (!answer.ok) throw new Error(`${answer.status}`);
  const given = await answer.json();
  return {
    ...given,
    challenge: bytes(given.challenge),
    ...(given.user && { user: { ...given.user, id: bytes(given.user.id) } }),
    ...(given.excludeCredentials && { excludeCredentials: credentials(given.excludeCredentials) }),
    ...(given.allowCredentials && { allowCredentials: credentials(given.allowCredentials) }),
  };
}

/** What the device answered, as the server reads it. */
function plain(credential) {
  const response = {};
  for (const name of FIELDS) {
    if (credential.response[name]) response[name] = text(credential.response[name]);
  }
  const transports = credential.response.getTransports?.();
  if (transports) response.transports = transports;
  const { id, type } = credential;
  return JSON.stringify({ id, rawId: text(credential.rawId), type, response });
}

function prepare(form) {
  const note = form.querySelector("[data-passkey-note]");
  const say = (words) => {
    note.textContent = words;
    note.hidden = !words;
  };
  let waiting; // what stops the question that waits in the field of the address
  let timer;

  async function ask(options) {
    const publicKey = await asked(form);
    const credential = await navigator.credentials[form.dataset.passkey]({ publicKey, ...options });
    if (!credential) throw new Error("none");
    form.elements.answer.value = plain(credential);
    form.submit();
  }

  function stop() {
    clearTimeout(timer);
    waiting?.abort();
  }

  async function offer() {
    stop();
    waiting = new AbortController();
    timer = setTimeout(offer, RENEWED);
    try {
      await ask({ mediation: "conditional", signal: waiting.signal });
    } catch {
      // nobody chose one: the button is still there
    }
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    stop();
    if (form.hasAttribute("aria-busy")) return;
    form.setAttribute("aria-busy", "true");
    say("");
    try {
      await ask({});
    } catch {
      say(form.dataset.refused);
    } finally {
      form.removeAttribute("aria-busy");
    }
  });

  if ("conditional" in form.dataset) {
    PublicKeyCredential.isConditionalMediationAvailable?.().then((can) => can && offer());
  }
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (window.PublicKeyCredential) {
    form.hidden = false;
    prepare(form);
  }
}
