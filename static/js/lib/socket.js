/*
 * One Socket.IO connection a page, shared by all that listens on it.
 *
 *   const socket = connect();
 *   const data = await request(socket, "thread.join", { thread_id, since });
 *
 * WebSocket first; long polling where it is blocked. A lost line is tried again after 0.5 s, then
 * ever later up to 10 s, each time with a jitter, so that a thousand browsers do not come back at
 * once; at once when the device is online again. The connection is a hint: nothing is lost when it
 * breaks (see stream.js, outbox.js).
 */
import { io } from "socket.io-client";

import { jittered } from "./pause.js";

export { jittered, pause } from "./pause.js";

const PATIENCE = 10_000; // milliseconds to wait for an answer
const STEADY = 30_000; // milliseconds after which a connection counts as a good one
const LATEST = 30_000; // milliseconds between two tries at a server that sent us away

/** The server said no. status and code as in its problem documents; fields names what is wrong. */
export class Refusal extends Error {
  constructor(problem) {
    super(problem?.title ?? "");
    this.status = problem?.status ?? 500;
    this.code = problem?.code ?? "error";
    this.fields = problem?.fields ?? {};
    this.retryAfter = (problem?.retry_after ?? 2) * 1000; // milliseconds
  }

  /** Whether the same may succeed later: too fast, too busy, or a fault of the server's. */
  get passing() {
    return this.status === 429 || this.status >= 500;
  }
}

/** No answer came: the line broke, or the server took too long. It may have been heard. */
export class Lost extends Error {}

const SHARED = Symbol.for("community.socket"); // on the window: each entry has a copy of this module

/** The page's connection; opened by the first who asks. */
export function connect() {
  window[SHARED] ??= { socket: keepTrying(open()), users: 0 };
  window[SHARED].users += 1;
  return window[SHARED].socket;
}

/** Whether more than one script of the page asked for its connection. */
export function isShared() {
  return window[SHARED].users > 1;
}

function open() {
  return io({
    transports: ["websocket", "polling"],
    tryAllTransports: true,
    reconnectionDelay: 500,
    reconnectionDelayMax: 10_000,
    randomizationFactor: 0.5,
  });
}

/** Come back also where Socket.IO by itself gives up: after the server closed or refused us. */
function keepTrying(socket) {
  let tries = 0;
  let next = 0;
  let steady = 0;
  const again = () => {
    clearTimeout(next);
    next = setTimeout(() => socket.connect(), jittered(Math.min(500 * 2 ** tries, LATEST)));
    tries += 1;
  };
  socket.on("connect", () => {
    steady = setTimeout(() => (tries = 0), STEADY);
  });
  socket.on("disconnect", (reason) => {
    clearTimeout(steady);
    if (reason === "io server disconnect") again();
  });
  socket.on("connect_error", () => {
    if (!socket.active) again();
  });
  // A line that was cut may look alive for most of a minute: begin a new one.
  window.addEventListener("online", () => {
    clearTimeout(next);
    socket.disconnect().connect();
  });
  return socket;
}

/** Send one event. Answers the acknowledged data; throws Refusal or Lost. */
export function request(socket, name, fields, patience = PATIENCE) {
  return new Promise((resolve, reject) => {
    if (!socket.connected) {
      reject(new Lost());
      return;
    }
    socket.timeout(patience).emit(name, fields, (silent, answer) => {
      if (silent) reject(new Lost());
      else if (answer?.ok) resolve(answer.data ?? {});
      else reject(new Refusal(answer?.error));
    });
  });
}
