"""What somebody wrote and read, for them to take along."""

from typing import Any

import sqlalchemy as sa

from community.discussions.models import Post, PostEdition, ReadPointer, Thread
from community.kernel.context import Context
from community.kernel.db import execute, values_of
from community.spaces.models import Space
from community.spaces.policy import only_seen


def personal(ctx: Context) -> dict[str, Any]:
    """Return what somebody wrote and how far they read: theirs, also where they left since."""
    rows = execute(
        sa.select(
            only_seen(ctx, Space.name).label("space"),
            only_seen(ctx, Thread.title).label("thread"),
            Thread.kind,
            Post.number,
            Post.body,
            Post.created_at,
            Post.edited_at,
            Post.removed_at,
        )
        .join(Thread, Thread.id == Post.thread_id)
        .join(Space, Space.id == Thread.space_id)
        .where(Post.author_id == ctx.actor_id)
        .order_by(Post.created_at, Post.id)
    )
    before = execute(
        sa.select(Post.thread_id, Post.number, PostEdition.body, PostEdition.written_at)
        .join(Post, Post.id == PostEdition.post_id)
        .where(Post.author_id == ctx.actor_id)
        .order_by(PostEdition.written_at, PostEdition.id)
    )
    pointers = execute(
        sa.select(
            only_seen(ctx, Space.name).label("space"),
            only_seen(ctx, Thread.title).label("thread"),
            ReadPointer.number,
            ReadPointer.at,
        )
        .join(Thread, Thread.id == ReadPointer.thread_id)
        .join(Space, Space.id == Thread.space_id)
        .where(ReadPointer.user_id == ctx.actor_id)
        .order_by(ReadPointer.at, ReadPointer.id)
    )
    return {
        "posts": [values_of(row) for row in rows],
        "former_editions_of_posts": [values_of(row) for row in before],
        "read": [values_of(row) for row in pointers],
    }
