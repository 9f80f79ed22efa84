/*
 * An open thread: posts arrive as they are written and change as they are changed, replies go out at
 * once, what was shown is read.
 * Without this script the page reads, its form posts, and a button marks it as read.
 */
import { Outbox } from "./lib/outbox.js";
import { connect, request } from "./lib/socket.js";
import { Stream } from "./lib/stream.js";
import { strip } from "./lib/strip.js";
import { threadChanged } from "./thread/head.js";
import { follow } from "./thread/posts.js";
import { readTracker } from "./thread/read.js";
import { replyForm } from "./thread/reply.js";

const list = document.getElementById("posts");
const thread_id = list.dataset.thread;
const me = document.documentElement.dataset.person;
const line = strip(document.getElementById("line"));

const posts = follow({ watch: (post) => reader.watch(post) });
const reader = readTracker(list, { seen: (number) => posts.seen(number) });
const form = replyForm(document.getElementById("reply"), {
  posts,
  list,
  send: (fields) => outbox.add(fields),
});

const socket = connect();
const stream = new Stream(socket, {
  id: thread_id,
  names: ["thread.reply_posted", "thread.post_changed", "thread.changed"],
  since: Number(list.dataset.since),
  join: (since) => request(socket, "thread.join", { thread_id, since }),
  sync: (since) => request(socket, "thread.sync", { thread_id, since }),
  apply: ({ name, data }) => {
    if (name === "thread.post_changed") return posts.change(data);
    if (name === "thread.changed") return threadChanged(data);
    const mine = data.author?.id === me;
    if (mine) form?.arrived();
    posts.show(data, { mine });
  },
  reload: () => posts.tooMany(),
  status: (state) => {
    line(state);
    list.toggleAttribute("data-live", state === "live");
    form?.line(state);
    if (state === "live") outbox?.flush();
  },
});
const outbox =
  form &&
  new Outbox({
    key: `thread:${thread_id}`,
    ready: () => stream.live,
    send: (fields) => request(socket, "thread.reply", { thread_id, ...fields }),
    added: form.added,
    delivered: form.delivered,
    refused: form.refused,
  });

// Opened without a wish for a certain post: to where the unread begins.
const [visit] = performance.getEntriesByType("navigation");
if (!location.hash && !location.search && visit?.type === "navigate") {
  document.getElementById("new")?.scrollIntoView();
}

stream.open();
