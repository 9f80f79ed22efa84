/*
 * A live room: follows the session's stream without gaps, sends what is written through an outbox,
 * and says quietly what the line is doing. Who is here comes beside the stream, unnumbered.
 */
import { carryDraft, clearDraft } from "./base/drafts.js";
import { Outbox } from "./lib/outbox.js";
import { refreshParts } from "./lib/parts.js";
import { newId } from "./lib/shelf.js";
import { connect, jittered, pause, request, Lost } from "./lib/socket.js";
import { Stream } from "./lib/stream.js";
import { strip } from "./lib/strip.js";
import { Clock } from "./room/clock.js";
import { RoomView } from "./room/view.js";

const SPREAD = 1000; // milliseconds over which those in the room read its page again
const SAID_FOR = 5000; // milliseconds the good news of being back stays

const root = document.getElementById("main");
const session_id = root.dataset.session;
const clock = new Clock(root);
const view = new RoomView(root, clock);
const say = root.querySelector("[data-act=say]");

// ---------- what happens ----------

const apply = {
  "room.started": ({ at }) => view.start(at),
  "room.ended": ({ at }) => view.end(at),
  "room.message_posted": (message) => view.addLine(message),
  "room.hand_raised": (hand) => {
    view.raise(hand);
    if (hand.person.id !== view.me) view.news("raised", hand.person.name);
  },
  "room.hand_lowered": ({ person, by_owner }) => {
    view.lower(person.id);
    if (person.id !== view.me) view.news("lowered", person.name);
    else if (!by_owner) view.news("myLowered");
  },
  "room.video_link_changed": ({ video_url }) => view.setVideo(video_url),
  "room.scheduled": () => {},
  "room.moved": (planned) => replan(planned, "moved"),
  "room.changed": (planned) => replan(planned),
  "room.called_off": (planned) => replan(planned, "calledOff"),
  "room.reinstated": (planned) => replan(planned, "reinstated"),
};

/** What is planned has changed: the clock goes by it at once, the words come from the server. */
async function replan(planned, news = null) {
  if (planned.edition <= Number(root.dataset.edition)) return;
  const { state, starts_at, minutes, opens_at, edition } = planned;
  Object.assign(root.dataset, { edition, minutes, opens: opens_at, starts: starts_at });
  root.dataset.began = starts_at; // what has begun is not planned anew
  view.setState(state);
  view.setOpen(state === "scheduled" && Date.parse(opens_at) <= clock.now);
  if (news) view.news(news);
  openInTime();
  await pause(jittered(SPREAD));
  if ("lapsed" in root.dataset) location.reload(); // it was loaded without what one writes in
  else await refreshParts();
  clock.readPlan();
  clock.tick();
}

/** Too far behind for single events: the state as it is now. */
function showAfresh({ snapshot }) {
  replan(snapshot);
  if (snapshot.started_at) root.dataset.began = later(snapshot.started_at, root.dataset.starts);
  view.setState(snapshot.state);
  view.setVideo(snapshot.video_url);
  view.setLines(snapshot.messages, { started: snapshot.started_at, ended: snapshot.ended_at });
  view.setHands(snapshot.hands);
}

const later = (one, other) => (Date.parse(one) > Date.parse(other) ? one : other);

// ---------- the line ----------

const socket = connect();
const showLine = strip(root.querySelector("[data-strip]"));
let wasAway = false;

const stream = new Stream(socket, {
  id: session_id,
  names: Object.keys(apply),
  since: Number(root.dataset.head),
  join: (since) => request(socket, "room.join", { session_id, since }),
  sync: (since) => request(socket, "room.sync", { session_id, since }),
  apply: ({ name, data }) => apply[name](data),
  reload: showAfresh,
  joined({ now, people }) {
    clock.correct(now);
    view.setPeople(people);
    outbox?.flush();
  },
  status(state) {
    showLine(state);
    if (state === "waiting") wasAway = true;
    if (state === "live" && wasAway) {
      wasAway = false;
      sayBack();
    }
  },
});

function sayBack() {
  const place = root.querySelector("[data-back]");
  place.hidden = false;
  place.textContent = place.dataset.text;
  setTimeout(() => {
    place.hidden = true;
    place.textContent = "";
  }, SAID_FOR);
}

socket.on("room.people", (message) => {
  if (message.stream === session_id) view.setPeople(message);
});

root.querySelector("[data-leave]").addEventListener("click", () => {
  if (socket.connected) socket.emit("room.leave", { session_id });
});

let opening = 0;

/** The room opens by the clock: what is closed until then opens by itself. */
function openInTime() {
  clearTimeout(opening);
  if (root.dataset.state !== "scheduled" || root.dataset.open === "yes") return;
  const left = Date.parse(root.dataset.opens) - clock.now;
  const DAY = 24 * 3600 * 1000;
  if (left > DAY) return;
  opening = setTimeout(() => {
    view.openForWriting();
    if (stream.live) request(socket, "room.join", { session_id, since: stream.seq }).catch(() => {});
  }, Math.max(0, left) + 500);
}

// ---------- what I do ----------

const outbox = say && prepareToSay();

function prepareToSay() {
  const field = say.querySelector("textarea");
  const error = say.querySelector("[role=alert]");

  function complain(text) {
    error.hidden = !text;
    error.querySelector("span").textContent = text;
    field.toggleAttribute("aria-invalid", Boolean(text));
    if (text) field.setAttribute("aria-invalid", "true");
  }

  const out = new Outbox({
    key: `room:${session_id}`,
    send: (fields) => request(socket, "room.say", { session_id, ...fields }),
    ready: () => stream.live,
    added: (item) => view.addWaiting(item, item.fields.body),
    delivered: (item) => view.dropWaiting(item),
    refused(item, refusal) {
      view.dropWaiting(item);
      const why = Object.values(refusal.fields).flat().join(" ") || refusal.message;
      complain(say.dataset.refused.replace("{why}", why));
      const { body } = item.fields;
      field.value = field.value.trim() ? `${body}\n${field.value}` : body;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      view.keepUnsent();
    },
    slowed: () => view.slowed(),
  });

  field.required = false; // an empty line is left alone: no browser's bubble after a second click
  say.addEventListener("submit", (event) => {
    event.preventDefault();
    if (root.dataset.state === "ended") return;
    const body = field.value.trim();
    if (body === "") return field.focus();
    if (!out.add({ body })) {
      complain(say.dataset.full);
      return;
    }
    complain("");
    field.value = "";
    clearDraft(field.dataset.draft);
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  });

  // Enter sends, as in every chat; Shift+Enter makes a new line; an unfinished word of an input
  // method is finished first.
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    say.requestSubmit();
  });
  // What the end of the session left unsent goes into a new thread.
  say.querySelector("[data-carry]").addEventListener("click", ({ currentTarget }) => {
    if (carryDraft(field.dataset.draft, field.value, currentTarget.dataset.carry)) field.value = "";
  });
  view.keepUnsent();
  return out;
}

/** Hands and the start go over the socket; where there is no line, the form goes its own way. */
root.addEventListener("submit", async (event) => {
  const form = event.target;
  const act = form.dataset.act;
  if (!act || act === "say" || !stream.live) return;
  event.preventDefault();
  if (form.ariaBusy === "true") return; // a second click, while the first is on its way
  const user_id = form.closest("[data-user]")?.dataset.user ?? null;
  const calls = {
    raise: ["room.raise_hand", { session_id, client_id: newId() }],
    lower: ["room.lower_hand", { session_id, user_id, client_id: newId() }],
    "lower-mine": ["room.lower_hand", { session_id, client_id: newId() }],
    start: ["room.start", { session_id }],
  };
  form.ariaBusy = "true";
  try {
    await request(socket, ...calls[act]);
  } catch (error) {
    // The form says it again, and the page that answers says what is wrong.
    if (error instanceof Lost || error.status) form.submit();
    else throw error;
  } finally {
    form.ariaBusy = null;
  }
});

stream.open();
clock.start();
openInTime();
