"""One thread: its head as the actor sees it.

Statements are built once and take parameters; they fetch columns, not rows of the models.
"""

import uuid
from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa

from community.discussions.models import ReadPointer, Thread
from community.discussions.policy import visible_threads
from community.discussions.queries.pointers import NEW, READ
from community.kernel.context import Context
from community.kernel.db import db, execute
from community.kernel.errors import NotFound
from community.kernel.log import Stream
from community.kernel.policy import ANYBODY, ME
from community.spaces.models import Space

_HEAD = (
    Thread.id,
    Thread.kind,
    Thread.title,
    Thread.author_id,
    Thread.created_at,
    Thread.last_number,
    (Thread.last_number - Thread.removed).label("standing"),
    Thread.last_posted_at,
    Thread.pinned_at,
    Thread.locked_at,
    Thread.answer,
    Space.id.label("space_id"),
    Space.slug.label("space_slug"),
    Space.name.label("space_name"),
    Space.kind.label("space_kind"),
    Space.archived_at.label("space_archived_at"),
    Stream.head.label("head"),
    READ.label("read_number"),
    NEW.label("new"),
    ReadPointer.at.label("read_at"),
)


# The read rule, with its actor left open: the rule stays one, and the statement is built once.
_THREAD_HEAD = (
    visible_threads(ANYBODY)
    .where(Thread.id == sa.bindparam("thread", type_=sa.Uuid()))
    .join(Space, Space.id == Thread.space_id)
    .join(Stream, Stream.id == Thread.id)
    .outerjoin(
        ReadPointer,
        sa.and_(
            ReadPointer.thread_id == Thread.id,
            ReadPointer.user_id == ME,
        ),
    )
    .with_only_columns(*_HEAD)
)


def thread_head(ctx: Context, thread_id: uuid.UUID) -> Any:
    """Return a thread with its space, its stream's head and how far the actor has read.

    The columns are those of ``_HEAD``; ``read_number`` is 0 and ``read_at`` None for a thread the
    actor has not read in. Raises NotFound.
    """
    given = {"me": ctx.actor_id, "thread": thread_id}
    row = execute(_THREAD_HEAD, given).one_or_none()
    if row is None:
        raise NotFound
    return row


def threads_seen(ctx: Context, keys: Collection[uuid.UUID]) -> Sequence[Thread]:
    """Return those of some threads that the actor sees."""
    return db.session.scalars(visible_threads(ctx).where(Thread.id.in_(keys))).all()
