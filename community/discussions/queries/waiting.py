"""Posts that wait for approval, for their authors and those who lead their space.

Statements fetch columns, not rows of the models.
"""

import uuid
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from community.accounts.models import User
from community.discussions.models import Poll, Post, Removal, Thread
from community.discussions.policy import BEGUN, PLACED, visible_waiting_posts
from community.kernel.context import Context
from community.kernel.db import execute
from community.kernel.errors import NotFound
from community.kernel.policy import ANYBODY
from community.spaces.models import Space

MOST_SHOWN = 50  # of a thread or of a space, what has waited longest

WAITS_HERE = (
    visible_waiting_posts(ANYBODY)
    .where(Post.thread_id == Thread.id, ~PLACED)
    .correlate(Thread)
    .exists()
)
"""Whether anything waits in a thread that the reader (``me``) may see: others learn nothing."""


def _found(ctx: Context, *where: sa.ColumnElement[bool]) -> Sequence[Any]:
    statement = (
        visible_waiting_posts(ctx)
        .join(Thread, Thread.id == Post.thread_id)
        .join(User, User.id == Post.author_id)
        .outerjoin(Poll, Poll.post_id == Post.id)
        .where(*where)
        .order_by(Post.created_at, Post.id)
        .limit(MOST_SHOWN)
        .with_only_columns(
            Post.id,
            Post.thread_id,
            Post.edition,
            Post.html,
            Post.created_at,
            Post.author_id,
            User.name.label("author_name"),
            Thread.title,
            Poll.question,
            Poll.options,
        )
    )
    return execute(statement).all()


def waiting_in_thread(ctx: Context, thread_id: uuid.UUID) -> Sequence[Any]:
    """Return the posts of a thread that wait and that the actor may read, the oldest first.

    Columns: id, thread_id, edition, html, created_at, author_id, author_name, title, and of its
    poll question and options.
    """
    return _found(ctx, Post.thread_id == thread_id)


def waiting_threads(ctx: Context, space_id: uuid.UUID) -> Sequence[Any]:
    """Return the beginnings of threads of a space that wait, as ``waiting_in_thread``."""
    return _found(ctx, Thread.space_id == space_id, ~BEGUN)


def how_many_wait(space_id: uuid.UUID) -> int:
    """Return how many posts wait for approval in a space; for who leads it."""
    waiting = (
        sa.select(sa.func.count())
        .select_from(Post)
        .join(Thread, Thread.id == Post.thread_id)
        .where(Thread.space_id == space_id, Post.removal == Removal.WAITING)
    )
    return int(execute(waiting).scalar_one())


def waiting_place(ctx: Context, post_id: uuid.UUID) -> Any:
    """Return the thread of a waiting post as pages about one read it; raises NotFound.

    Columns: id, title, begun (others read it), and space_id, space_slug, space_name, space_kind.
    """
    statement = (
        visible_waiting_posts(ctx)
        .where(Post.id == post_id)
        .join(Thread, Thread.id == Post.thread_id)
        .join(Space, Space.id == Thread.space_id)
        .with_only_columns(
            Thread.id,
            Thread.title,
            BEGUN.label("begun"),
            Space.id.label("space_id"),
            Space.slug.label("space_slug"),
            Space.name.label("space_name"),
            Space.kind.label("space_kind"),
        )
    )
    row = execute(statement).one_or_none()
    if row is None:
        raise NotFound
    return row


def waiting_words(ctx: Context, post_id: uuid.UUID) -> Any:
    """Return a waiting post as ``words_of`` does, or None."""
    columns = (Post.id, Post.thread_id, Post.number, Post.author_id, Post.body, Post.edition)
    statement = visible_waiting_posts(ctx).where(Post.id == post_id).with_only_columns(*columns)
    return execute(statement).one_or_none()
