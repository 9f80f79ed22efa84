"""What is chosen from where posts move: posts that stand, and threads they can go to."""

import uuid
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from community.accounts.models import User
from community.discussions.models import Post, Thread
from community.discussions.policy import visible_threads
from community.kernel.context import Context
from community.kernel.db import execute

MOST_FOUND = 20  # threads that a search offers


def standing_posts(
    thread_id: uuid.UUID,
    limit: int,
    *,
    after: int = 0,
    numbers: Sequence[int] = (),
) -> Sequence[Any]:
    """Return posts of a thread that stand, to choose from: number, author_name, created_at, html.

    Of those after a number, or of some ``numbers``. The caller has found the thread.
    """
    wanted = [Post.number.in_(numbers)] if numbers else [Post.number > after]
    return execute(
        sa.select(
            Post.number,
            User.name.label("author_name"),
            Post.created_at,
            Post.html,
        )
        .join(User, User.id == Post.author_id)
        .where(Post.thread_id == thread_id, Post.removal.is_(None), *wanted)
        .order_by(Post.number)
        .limit(limit)
    ).all()


def threads_named(
    ctx: Context, space_id: uuid.UUID, words: str, *, but: uuid.UUID
) -> Sequence[Any]:
    """Return threads of a space by words of their titles, the last word first: id and title.

    At most ``MOST_FOUND`` of those the actor sees; without words the latest. None that was merged,
    nor ``but``.
    """
    named = [Thread.title.icontains(word, autoescape=True) for word in words.split()[:8]]
    return execute(
        visible_threads(ctx)
        .where(
            Thread.space_id == space_id,
            Thread.id != but,
            Thread.merged_into_id.is_(None),
            *named,
        )
        .with_only_columns(Thread.id, Thread.title)
        .order_by(Thread.last_posted_at.desc(), Thread.id.desc())
        .limit(MOST_FOUND)
    ).all()
