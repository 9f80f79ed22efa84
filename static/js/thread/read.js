/*
 * What has been in view counts as read; the server hears of it after a moment, and when one leaves.
 * Only ever forward: the highest number seen.
 */

const PAUSE = 800; // milliseconds

export function readTracker(list, { seen }) {
  const button = document.getElementById("mark-read");
  const token = document.querySelector("input[name=csrf_token]")?.value;
  let told = Number(list.dataset.read);
  let highest = told;
  let later = 0;

  async function tell() {
    clearTimeout(later);
    later = 0;
    const number = highest;
    if (number <= told || !token) return;
    const answer = await fetch(list.dataset.readUrl, {
      method: "PUT",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token },
      body: JSON.stringify({ number }),
      keepalive: true,
    }).catch(() => null); // no line: what is seen next tells it again
    if (!answer?.ok) return;
    told = Math.max(told, number);
    if (button && told >= Number(button.elements.number.value)) button.hidden = true;
  }

  const observer = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        observer.unobserve(target);
        const number = Number(target.dataset.number);
        highest = Math.max(highest, number);
        seen(number);
      }
      if (highest > told && !later) later = setTimeout(tell, PAUSE);
    },
    { rootMargin: "0px 0px -8% 0px" }, // the reply box covers the foot of the page
  );
  for (const post of list.querySelectorAll(":scope > :is(.post, .folded)")) observer.observe(post);

  document.addEventListener("visibilitychange", () => document.hidden && tell());
  window.addEventListener("pagehide", () => tell());
  // Who signs out has no session left to tell it with; who reads again later takes it back.
  document.addEventListener("submit", ({ target }) => {
    if (target.matches("[data-sign-out], #unread")) told = Infinity;
  });

  return { watch: (post) => observer.observe(post) };
}
