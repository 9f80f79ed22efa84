/*
 * Polls: one votes in place, and sees how many others have. What is told to all holds no more than
 * all may see, and is drawn as it comes; whoever sees more than that, or an order, looks again. Without this
 * script its form posts.
 */
const list = document.getElementById("posts");
const words = document.getElementById("words")?.dataset ?? {};
const [api] = list.dataset.readUrl.split("/threads/");
const PAUSE = 1500; // milliseconds between two looks at one poll, and as much again by chance

const LATE = 20_000; // milliseconds to the next look where a clock goes before the server's
const FARTHEST = 2 ** 31 - 1; // milliseconds a browser waits at most

const waiting = new Set(); // addresses of polls that are looked at soon
const heard = new Map(); // how often one was told of a poll, by its address
const closing = new Map(); // timers of those that close at a time, by their addresses

// outside all polls: one that is drawn anew takes what it holds with it, and nobody hears it
const told = document.createElement("p");
told.className = "visually-hidden";
told.setAttribute("role", "status");
list.after(told);

const pathOf = (poll) => poll.dataset.poll.slice(poll.dataset.poll.indexOf("/posts/"));

async function drawn(poll) {
  const key = poll.dataset.poll;
  const before = heard.get(key);
  const answer = await fetch(`${poll.dataset.poll}?part=yes`).catch(() => null);
  if (!answer?.ok) return null;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (heard.get(key) !== before) lookSoonAt(key); // what was fetched may be older than what was told
  return page.querySelector(".poll");
}

/** Whether somebody is choosing: what they have not sent yet must not be torn away. */
function choosing(poll) {
  const form = poll.querySelector(".poll-form");
  if (!form) return false;
  if (form.contains(document.activeElement)) return true;
  const ranked = [...form.querySelectorAll("option")];
  const ticked = [...form.querySelectorAll("[name=choice]")];
  return (
    ticked.some((each) => each.checked !== each.defaultChecked) ||
    ranked.some((each) => each.value && each.selected !== each.defaultSelected)
  );
}

/** Look at a poll when it closes: nobody tells it then. */
function closeInTime(poll) {
  const key = poll.dataset.poll;
  clearTimeout(closing.get(key));
  closing.delete(key);
  if (!poll.dataset.closes) return;
  const left = Date.parse(poll.dataset.closes) - Date.now();
  if (left < FARTHEST) closing.set(key, setTimeout(() => lookSoonAt(key), left > 0 ? left : LATE));
}

function replace(poll, made) {
  poll.replaceWith(made);
  closeInTime(made);
}

/** Look at a poll as one may see it now; what is ``wrong`` stands in it then. */
async function look(poll, wrong) {
  const made = await drawn(poll);
  if (!poll.isConnected) return;
  if (made && (wrong || made.dataset.state !== poll.dataset.state || !choosing(poll))) {
    replace(poll, made);
    if (wrong) complain(made, wrong);
    return;
  }
  if (wrong) complain(poll, wrong);
  if (!made) return;
  for (const part of [".poll-terms", ".poll-results", ".poll-foot"]) {
    poll.querySelector(part)?.replaceWith(made.querySelector(part));
  }
  if (made.dataset.closes) poll.dataset.closes = made.dataset.closes;
  else delete poll.dataset.closes;
  closeInTime(poll);
}

const lookSoon = (poll) => lookSoonAt(poll.dataset.poll);

function lookSoonAt(key) {
  if (waiting.has(key)) return;
  waiting.add(key);
  setTimeout(() => {
    waiting.delete(key);
    const now = list.querySelector(`[data-poll="${CSS.escape(key)}"]`);
    if (now) look(now);
  }, PAUSE + Math.random() * PAUSE);
}

const instant = (text) => (text ? Date.parse(text) : 0);

function count(poll, voters) {
  const place = poll.querySelector("[data-voters]");
  if (!place || Number(place.dataset.voters) === voters) return;
  place.dataset.voters = voters;
  place.textContent = (voters === 1 ? words.voter : words.voters).replace("{n}", voters);
}

function listed(names, say) {
  const quoted = names.map((name) => say.name.replace("{name}", () => name));
  const last = quoted.pop();
  if (!quoted.length) return last;
  return say.names.replace("{some}", () => quoted.join(", ")).replace("{last}", () => last);
}

/** Draw what the votes come to, as it is told to all; returns whether that could be done. */
function draw(poll, { counts, winners }, voters) {
  const line = poll.querySelector(".poll-said");
  const rows = [...poll.querySelectorAll(".poll-table tbody tr")];
  if (!line?.dataset.ahead || !voters || rows.length !== counts.length) return false;
  rows.forEach((row, at) => {
    const percent = Math.floor((200 * counts[at] + voters) / (2 * voters)); // as the server rounds
    row.classList.toggle("ahead", winners.includes(at + 1));
    row.querySelector("rect").setAttribute("width", `${percent}%`);
    row.querySelector("[data-count]").textContent = counts[at];
    row.querySelector("[data-percent]").textContent = `${percent} %`;
  });
  const names = winners.map((option) => rows[option - 1].querySelector("th").firstChild.data.trim());
  const said = (winners.length > 1 ? line.dataset.tie : line.dataset.ahead)
    .replace("{most}", counts[winners[0] - 1])
    .replace("{of}", voters)
    .replace("{names}", () => listed(names, line.dataset));
  line.textContent = said;
  poll.querySelector(".poll-table caption").textContent = said;
  return true;
}

/** How a poll stands, as it is told to all. */
export function polled({ number, voters, edition, closed, closes_at, results }) {
  const poll = list.querySelector(`#p${number} .poll`);
  if (!poll) return;
  heard.set(poll.dataset.poll, (heard.get(poll.dataset.poll) ?? 0) + 1);
  count(poll, voters);
  const until = closed ? 0 : instant(closes_at);
  const other = poll.dataset.state !== `${edition} ${closed ? "closed" : "open"}`;
  if (other || until !== instant(poll.dataset.closes)) look(poll);
  else if (results && draw(poll, results, voters)) return;
  else if (poll.querySelector(".poll-results")?.dataset.results === "yes") lookSoon(poll);
}

/** What was told while one was away: looked at again. */
export function lookAgain() {
  for (const poll of list.querySelectorAll(".poll")) lookSoon(poll);
}

/** A post that is drawn anew keeps its poll; one that came with one gets it. */
export function withPoll(made, post, old) {
  if (!post.has_poll) return;
  const before = old?.querySelector(".poll");
  const poll = before ?? document.createElement("section");
  made.querySelector(".words").after(poll);
  if (before) return;
  poll.className = "poll";
  poll.dataset.poll = `${location.pathname.split("/threads/")[0]}/posts/${post.id}/poll`;
  setTimeout(() => look(poll)); // once it stands in the page
}

function complain(poll, text) {
  const line = poll.querySelector("[data-wrong]");
  line.hidden = !text;
  line.textContent = text;
}

/** Numbers of options; null where two stand in one place. */
function choicesOf(form) {
  const ranks = [...form.querySelectorAll("[data-option]")].filter((each) => each.value);
  if (new Set(ranks.map((each) => each.value)).size < ranks.length) return null;
  ranks.sort((one, other) => Number(one.value) - Number(other.value));
  const ticked = [...form.querySelectorAll("[name=choice]:checked")];
  return [...ranks.map((each) => each.dataset.option), ...ticked.map((each) => each.value)].map(Number);
}

function send(poll, form, choices) {
  const edition = Number(form.elements.edition.value);
  return fetch(`${api}${pathOf(poll)}/vote`, {
    method: choices ? "PUT" : "DELETE",
    headers: {
      "Content-Type": "application/json",
      "X-CSRFToken": form.elements.csrf_token.value,
    },
    body: choices && JSON.stringify({ choices, edition }),
  }).catch(() => null);
}

list.addEventListener("submit", async (event) => {
  const form = event.target.closest(".poll-form");
  if (!form) return;
  event.preventDefault();
  const poll = form.closest(".poll");
  const back = event.submitter?.name === "withdraw";
  const choices = back ? undefined : choicesOf(form);
  if (choices === null) return complain(poll, words.samePlace);
  const answer = await send(poll, form, choices);
  if (!answer?.ok) {
    const refused = await answer?.json().catch(() => null);
    const why = Object.values(refused?.fields ?? {}).flat().join(" ");
    const wrong = why || refused?.title || words.noLine;
    return answer?.status === 409 ? look(poll, wrong) : complain(poll, wrong);
  }
  const made = await drawn(poll);
  if (!made) return complain(poll, words.noLine);
  replace(poll, made);
  told.textContent = "";
  told.textContent = back ? words.voteBack : words.voteKept;
  made.querySelector("button[type=submit]")?.focus();
});

for (const poll of list.querySelectorAll(".poll")) closeInTime(poll);
