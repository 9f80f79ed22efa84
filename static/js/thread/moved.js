/*
 * Posts went to another thread, or came from one: what the page shows is read again, each reader by
 * their own rights, and what stands otherwise is drawn anew in its place.
 */
import { threadChanged } from "./head.js";

const list = document.getElementById("posts");
const words = document.getElementById("words")?.dataset ?? {};
const MOST = 100; // posts that one answer holds

export async function postsMoved(thread, posts) {
  const drawn = threadChanged(thread);
  const shown = list.querySelectorAll(":scope > .post[data-number]").length;
  const limit = Math.min(MOST, shown + Number(list.dataset.pageLength));
  const answer = await fetch(`${list.dataset.postsUrl}?after=${list.dataset.start}&limit=${limit}`).catch(
    () => null, // no line: the way to what came is offered below
  );
  if (answer?.ok) {
    const { items, next } = await answer.json();
    for (const post of items) {
      const old = document.getElementById(`p${post.number}`);
      if (!old) posts.show(post);
      else if (post.removal === "moved" && !("moved" in old.dataset)) posts.change(post);
    }
    if (next && posts.whole) posts.tooMany();
  } else {
    posts.tooMany();
  }
  await drawn;
  document.getElementById("news").textContent = words.postsMoved;
}
