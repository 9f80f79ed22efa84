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
import { postsMoved } from "./thread/moved.js";
import { lookAgain, polled } from "./thread/polls.js";
import { follow } from "./thread/posts.js";
import { reacted, tallies } from "./thread/reactions.js";
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
  names: ["thread.reply_posted", "thread.post_changed", "thread.changed", "thread.posts_moved"],
  since: Number(list.dataset.since),
  join: (since) => request(socket, "thread.join", { thread_id, since }),
  sync: (since) => request(socket, "thread.sync", { thread_id, since }),
  apply: ({ name, data }) => {
    if (name === "thread.post_changed") return posts.change(data) && ask();
    if (name === "thread.changed") return threadChanged(data);
    if (name === "thread.posts_moved") return postsMoved(data, posts);
    const mine = data.author?.id === me;
    if (mine) form?.arrived();
    posts.show(data, { mine });
  },
  reload: () => posts.tooMany(),
  joined: () => ask(),
  status: (state) => {
    line(state);
    list.toggleAttribute("data-live", state === "live");
    form?.line(state);
    if (state === "live") outbox?.flush();
  },
});

// Reactions have no number in the stream: what was missed is asked for when one comes (back).
socket.on("thread.reacted", ({ data }) => data.thread_id === thread_id && reacted(data));
socket.on("thread.polled", ({ data }) => data.thread_id === thread_id && polled(data));
async function ask() {
  if (!stream.live) return;
  const page = { thread_id, after: Number(list.dataset.start), limit: 100 };
  const answer = await request(socket, "thread.tallies", page).catch(() => null); // told later
  lookAgain();
  if (answer) tallies(answer.items, page.after + page.limit);
}
document.addEventListener("visibilitychange", () => !document.hidden && ask());

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
