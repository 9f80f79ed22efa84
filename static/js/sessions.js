/*
 * Calendars, live: where a session is moved or called off, who looks sees it. Subscribe first, read
 * again afterwards: what changed in between is seen, also after a broken line.
 */
import { refreshParts } from "./lib/parts.js";
import { connect, jittered, request } from "./lib/socket.js";

const PATIENCE = 5000; // milliseconds until a refused or lost subscription is tried again
const SPREAD = 2000; // milliseconds over which those who look read again

const place = document.querySelector("[data-sessions]");

if (place) {
  const space_id = place.dataset.sessions || null; // nothing: all my spaces
  const socket = connect();
  let since = place.dataset.now; // as of when this page is right
  let waiting = null;
  const watch = async () => {
    try {
      const answer = await request(socket, "sessions.watch", { space_id, since });
      if (answer.changed) await refreshParts();
      since = answer.now;
    } catch (error) {
      if (error.passing ?? true) setTimeout(() => socket.connected && watch(), jittered(PATIENCE));
    }
  };
  socket.on("sessions.changed", () => {
    // A run that is shifted moves all its sessions at once: they are read once.
    waiting ??= setTimeout(() => {
      waiting = null;
      refreshParts();
    }, jittered(SPREAD));
  });
  socket.on("connect", watch);
  if (socket.connected) watch();
}
