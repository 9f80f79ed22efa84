/*
 * The quiet line about what waits to be told: how much it is, and why. A moment's waiting says
 * nothing; the same is never said twice.
 */
const PATIENCE = 800; // milliseconds
const THANKS = 6000; // milliseconds for which it says that everything is there

/** Answers a function that is told what happened: waiting, sent, less, signedOut or refused. */
export function actsStrip(strip, howMany) {
  const words = strip?.querySelector("[data-acts-text]");
  const [signIn, look] = ["sign-in", "look"].map((name) =>
    strip?.querySelector(`[data-acts-${name}]`),
  );
  if (signIn) signIn.href = location.href; // the page asks for it itself, and comes back
  let later = 0;
  let waited = false;
  let refusal = null;

  function say(text, link = null) {
    strip.hidden = !text;
    signIn.hidden = link !== signIn;
    look.hidden = link !== look;
    if (words.textContent !== text) words.textContent = text;
  }

  function counted(number) {
    const one = new Intl.PluralRules(root.lang).select(number) === "one";
    return strip.dataset[one ? "one" : "other"].replace("{n}", number.toLocaleString(root.lang));
  }

  function sayRefused() {
    const text = strip.dataset.refused.replace("{why}", refusal.title || strip.dataset.unread);
    look.href = refusal.path;
    say(text.trim(), look);
  }

  const root = document.documentElement;
  return function show(what, detail) {
    clearTimeout(later);
    if (what === "refused") refusal = detail;
    later = setTimeout(() => {
      const number = howMany();
      if (number > 0 && what !== "less") {
        if (what === "sent" && !waited) return; // it is on its way
        waited = true;
        const out = what === "signedOut";
        say(`${counted(number)} ${strip.dataset[out ? "out" : "why"]}`, out ? signIn : null);
      } else if (refusal) {
        sayRefused();
      } else if (waited && number === 0) {
        waited = false;
        say(strip.dataset.sent);
        later = setTimeout(() => say(""), THANKS);
      } else if (waited) {
        say(`${counted(number)} ${strip.dataset.why}`);
      }
    }, PATIENCE);
  };
}
