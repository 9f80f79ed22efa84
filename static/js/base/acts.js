/*
 * Learning acts: kept on the device with an id and an instant, told when something has changed, one
 * by one while the line is up and all together after it was down, and removed once the server has
 * said what became of them. The same from every page: what an earlier one could not tell goes out
 * with the next, also after the browser was closed and one has signed in again.
 */
import { jittered } from "../lib/pause.js";
import { newId, Shelf } from "../lib/shelf.js";
import { actsStrip } from "./acts_strip.js";

const OLDEST = 14 * 24 * 3600 * 1000; // milliseconds, as the server has it
const MOST = 100; // acts at once
const LONGEST = 200_000; // characters at once
const AT_CLOSING = 60_000; // characters that a browser sends of a page that is being left
const LATEST = 60_000; // milliseconds between two tries
const SILENCE = 30_000; // milliseconds without an answer

const root = document.documentElement;
const strip = document.querySelector("[data-acts]");
const shelf = new Shelf("act", OLDEST);
const others = shelf.name && window.BroadcastChannel ? new BroadcastChannel(shelf.name) : null;
const show = actsStrip(strip, () => shelf.all().length);

let token = document.querySelector('input[name="csrf_token"]')?.value ?? "";
let sending = false;
let alone = 0; // how many go one at a time: together they could not be read
let renewed = false; // once in each go: a token tells by itself nothing of whether it is good
let away = new Set(); // activities that can take nothing just now; looked at anew in each go
let signedOut = false;
let delay = 1000;
let next = 0;
let goesOn = 0; // when a page of ours was asked for: that one will tell

const placeOf = ({ run_id, activity_id }) => `${run_id}/${activity_id}`;

/** So many of them as fit. */
function upTo(items) {
  let size = 0;
  return items.slice(0, alone ? 1 : MOST).filter((item, at) => {
    size += JSON.stringify(item).length;
    return at === 0 || size < LONGEST;
  });
}

function post(items) {
  const acts = items.map(({ client_id, kind, run_id, activity_id, at, told }) => ({
    ...{ client_id, kind, run_id, activity_id, told },
    at: new Date(at).toISOString(),
  }));
  const body = JSON.stringify({ told_at: new Date().toISOString(), acts });
  return fetch(strip.dataset.acts, {
    method: "POST",
    keepalive: body.length < AT_CLOSING,
    signal: AbortSignal.timeout(SILENCE),
    headers: { "Content-Type": "application/json", "X-CSRFToken": token },
    body,
  });
}

/** Asks for this page anew: whose it is now, and their token. Answers whether it is ours again. */
async function renew() {
  renewed = true;
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (answer.status >= 500) throw new Error(answer.statusText);
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const mine = fresh.documentElement.dataset.person === root.dataset.person;
  const found = fresh.querySelector('input[name="csrf_token"]')?.value;
  if (!mine || !found) return false;
  token = found;
  for (const field of document.querySelectorAll('input[name="csrf_token"]')) field.value = token;
  return true;
}

function taken(item, { result, status, title, outcome }) {
  shelf.drop(item.client_id);
  const detail = { ...item, result, status, title, outcome };
  others?.postMessage(detail); // whichever window sends, that of the activity hears of it
  const said = new CustomEvent("act:taken", { detail, cancelable: true });
  if (document.dispatchEvent(said) && result === "refused") show("refused", detail);
}

/** Sends what waits. Answers whether to go on at once; throws when it must be tried later. */
async function sendSome() {
  const items = upTo(shelf.all().filter((item) => !away.has(placeOf(item))));
  if (!navigator.onLine) return false;
  if (items.length === 0) {
    if (away.size) throw new Error("later"); // the others are told: these are kept, and wait
    return false;
  }
  const answer = await post(items);
  if (answer.ok) {
    const { acts } = await answer.json();
    for (const [at, act] of acts.entries()) {
      if (act.result === "later") away.add(placeOf(items[at]));
      else {
        taken(items[at], act);
        delay = 1000;
      }
    }
    alone = Math.max(0, alone - items.length);
    return true;
  }
  if ([400, 401, 403].includes(answer.status)) {
    if (renewed) throw new Error(answer.statusText); // ours, and still refused
    if (await renew()) return true;
    signedOut = true;
    show("signedOut");
    return false;
  }
  if ([413, 422].includes(answer.status)) {
    if (items.length > 1) {
      alone = items.length;
      return true;
    }
    taken(items[0], { result: "refused", status: answer.status, title: "" });
    alone = Math.max(0, alone - 1);
    return true;
  }
  throw new Error(answer.statusText);
}

async function flush() {
  clearTimeout(next);
  if (sending || signedOut || shelf.all().length === 0) return;
  sending = true;
  renewed = false;
  away = new Set();
  const all = async () => {
    root.dataset.telling = "";
    while (await sendSome());
  };
  try {
    await (navigator.locks ? navigator.locks.request(shelf.name, all) : all());
    if (!signedOut) show(navigator.onLine ? "sent" : "waiting");
  } catch {
    show("waiting"); // it is kept, and tried again
    next = setTimeout(flush, jittered(delay));
    delay = Math.min(delay * 2, LATEST);
  } finally {
    sending = false;
    delete root.dataset.telling;
  }
}

function take(detail) {
  const { kind, told, slot, run_id, activity_id, merge, quietly } = detail;
  const before = shelf.all().find((item) => item.slot === slot);
  detail.client_id ??= newId();
  shelf.put({
    ...{ client_id: detail.client_id, kind, slot, run_id, activity_id },
    at: Date.now(),
    path: location.pathname,
    told: before && merge ? merge(before.told, told) : told,
  });
  if (before && before.client_id !== detail.client_id) shelf.drop(before.client_id);
  if (!navigator.onLine) show("waiting");
  else if (!quietly && !sending) flush();
}

export function acts() {
  if (!strip || !shelf.name) return;
  document.addEventListener("act:tell", (event) => take(event.detail));
  document.addEventListener("act:untell", ({ detail }) => {
    for (const item of shelf.all()) if (item.slot === detail.slot) shelf.drop(item.client_id);
    show("sent");
  });
  others?.addEventListener("message", ({ data }) => {
    document.dispatchEvent(new CustomEvent("act:taken", { detail: data, cancelable: true }));
    show("sent");
  });
  window.addEventListener("online", flush);
  window.addEventListener("offline", () => show("waiting"));
  window.addEventListener("storage", () => show("less")); // another window has told them
  document.addEventListener("click", (event) => {
    if (event.target.closest("a[href]")?.origin === location.origin) goesOn = Date.now();
  });
  window.addEventListener("pagehide", () => {
    if (Date.now() - goesOn > 2000) flush();
  });
  document.addEventListener("visibilitychange", () => {
    signedOut &&= document.hidden; // whoever comes back may have signed in meanwhile
    if (document.hidden ? Date.now() - goesOn > 2000 : true) flush();
  });
  if (navigator.onLine) flush();
  else show("waiting");
}
