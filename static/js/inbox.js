/*
 * How much is unread in the inbox, on every page, and the inbox itself where it is open. The server
 * says that something changed; the count is asked for, so that whatever was missed is in it.
 */
import { refreshParts } from "./lib/parts.js";
import { connect, isShared, jittered, request } from "./lib/socket.js";

const SPREAD = 300; // milliseconds over which those ask who were told together
const REST = 60_000; // milliseconds after which a tab in the background lets go of the line
const PATIENCE = 5000; // milliseconds until a refused or lost question is asked again

const me = document.documentElement.dataset.person;
const list = document.querySelector("[data-inbox-list]");
const socket = connect();
let waiting = 0;
let asked = false;

function show({ unread, more }) {
  for (const place of document.querySelectorAll("[data-inbox-count]")) {
    place.hidden = unread === 0;
    place.querySelector("[data-number]").textContent = more ? `${unread}+` : unread;
  }
}

async function ask() {
  waiting = 0;
  try {
    const answer = await request(socket, "inbox.count", {});
    show(answer);
    if (list && asked && !inUse()) await refreshParts();
    asked = true;
  } catch (error) {
    if (error.passing ?? true) later(PATIENCE);
  }
}

/** Whether somebody is at work in the list: nothing is taken from under their hands. */
function inUse() {
  return document.querySelector("[data-inbox-list] :is(:focus, details[open])") !== null;
}

function later(milliseconds) {
  waiting ||= setTimeout(() => socket.connected && ask(), jittered(milliseconds));
}

socket.on("inbox.changed", () => later(SPREAD));
socket.on("stream.head", ({ stream }) => stream === me && later(SPREAD));
socket.on("connect", () => {
  waiting = 0;
  ask();
});
if (socket.connected) ask();

// A person has twenty connections; tabs nobody looks at need none, unless something else is live.
let resting = 0;
document.addEventListener("visibilitychange", () => {
  clearTimeout(resting);
  if (document.hidden) resting = setTimeout(() => isShared() || socket.disconnect(), REST);
  else if (!socket.connected) socket.connect();
});

// What is opened from the inbox is read there: what no thread remembers would stay unread.
list?.closest("main").addEventListener("click", ({ target }) => {
  const row = target.closest("a.title")?.closest("li");
  const form = row?.querySelector("form[data-inbox-mark]");
  if (!form) return;
  fetch(form.action, { method: "POST", body: new FormData(form), keepalive: true, redirect: "manual" });
});
