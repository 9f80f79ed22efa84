"""Reactions to posts; how many there are stands at the post, exact under its lock."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa

from community.discussions.events import PostReacted
from community.discussions.models import Post, Reaction, ReactionKind, Thread
from community.discussions.operations.people import hold_people
from community.discussions.policy import find_post, may_react
from community.discussions.rules import counts_text
from community.kernel.context import Context
from community.kernel.db import db, execute, insert_missing
from community.kernel.keys import new_key
from community.kernel.operation import operation, tell
from community.kernel.policy import require
from community.spaces.policy import belongs_to, refuse_archived


@operation
def react(ctx: Context, post_id: uuid.UUID, *, kind: ReactionKind, on: bool) -> None:
    """React to a post, or take one's reaction back; as it is already, nothing changes.

    Raises NotFound (also for a post that was removed), Forbidden, or Conflict in an archived space.
    """
    hold_people([ctx.person])
    post = find_post(ctx, post_id, lock=True)
    require(may_react, ctx, post)
    thread = db.session.get_one(Thread, post.thread_id)
    refuse_archived(belongs_to(ctx, thread.space_id))
    mine = {"post_id": post_id, "user_id": ctx.person, "kind": kind}
    if on:
        row = {"id": new_key(), "at": ctx.now, **mine}
        changed = insert_missing(Reaction, row, unique=tuple(mine))
    else:
        changed = bool(execute(sa.delete(Reaction).filter_by(**mine)).rowcount)
    if changed:
        post.reactions = _counted([post_id])[post_id]
        tell(PostReacted(thread_id=thread.id, space_id=thread.space_id, post_id=post_id))


def forget_reactions(ctx: Context) -> None:
    """Take back all reactions of the actor, inside an operation; the posts are counted anew."""
    mine = Reaction.user_id == ctx.person
    of_mine = sa.select(Reaction.post_id).where(mine)
    held = sa.select(Post.id).where(Post.id.in_(of_mine)).order_by(Post.id)
    keys = db.session.scalars(held.with_for_update(of=Post)).all()
    execute(sa.delete(Reaction).where(mine))
    for start in range(0, len(keys), COUNTED_AT_ONCE):
        counted = _counted(keys[start : start + COUNTED_AT_ONCE])
        execute(_COUNT, [{"post": key, "text": text} for key, text in counted.items()])


COUNTED_AT_ONCE = 500
_POST: Any = Post.__table__
_COUNT = (
    sa.update(_POST)
    .where(_POST.c.id == sa.bindparam("post", type_=sa.Uuid()))
    .values(reactions=sa.bindparam("text"))
)


def _counted(keys: Collection[uuid.UUID]) -> Mapping[uuid.UUID, str]:
    """Return how many reactions of each kind posts have that are held, as their rows keep it."""
    rows = execute(
        sa.select(Reaction.post_id, Reaction.kind, sa.func.count())
        .where(Reaction.post_id.in_(keys))
        .group_by(Reaction.post_id, Reaction.kind)
    )
    counts: dict[uuid.UUID, dict[ReactionKind, int]] = defaultdict(dict)
    for post_id, kind, count in rows:
        counts[post_id][kind] = count
    return {
        key: counts_text((kind, counts[key].get(kind, 0)) for kind in ReactionKind) for key in keys
    }
