"""One thread: its head as the actor sees it.

Statements are built once and take parameters; they fetch columns, not rows of the models.
"""

import uuid
from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from community.discussions.models import (
    Block,
    Post,
    ReadPointer,
    SpaceLevel,
    Thread,
    ThreadLevel,
)
from community.discussions.policy import visible_threads
from community.discussions.queries.pointers import NEW, READ
from community.discussions.queries.tags import TAGS
from community.discussions.queries.waiting import WAITS_HERE
from community.discussions.rules import Because, Level, followed
from community.kernel.context import Context
from community.kernel.db import execute
from community.kernel.errors import NotFound
from community.kernel.log import Stream
from community.kernel.policy import ANYBODY, ME
from community.spaces.models import Space
from community.spaces.policy import my_spaces

_chosen = (
    sa.select(ThreadLevel.level)
    .where(ThreadLevel.user_id == ME, ThreadLevel.thread_id == Thread.id)
    .correlate(Thread)
)
_of_space = (
    sa.select(SpaceLevel.level)
    .where(SpaceLevel.user_id == ME, SpaceLevel.space_id == Thread.space_id)
    .correlate(Thread)
)
_wrote = (
    sa.exists()
    .where(Post.author_id == ME, Post.thread_id == Thread.id, Post.removal.is_(None))
    .correlate(Thread)
)
_Into = aliased(Thread)


def _merged_into(seen: sa.ColumnElement[bool]) -> tuple[Any, Any]:
    """Return with which thread one was merged, id and title; null where that is not ``seen``."""
    return (
        sa.case((seen, _Into.id)).label("merged_into"),
        sa.case((seen, _Into.title)).label("merged_into_title"),
    )


_OF_THREAD = (
    Thread.id,
    Thread.space_id,
    Thread.kind,
    Thread.title,
    Thread.author_id,
    Thread.created_at,
    Thread.last_number,
    Thread.last_posted_at,
    Thread.pinned_at,
    Thread.locked_at,
    Thread.answer,
    Thread.merged_into_id.is_not(None).label("merged"),
    TAGS,
)
OF_FOLLOWING = (
    _chosen.scalar_subquery().label("thread_level"),
    _of_space.scalar_subquery().label("space_level"),
    # CASE, not AND: all one's posts would be looked through where nothing was chosen
    sa.case((_of_space.scalar_subquery() == Level.NORMAL, _wrote), else_=sa.false()).label(
        "counts_as_writer"
    ),
)
"""What ``level_in`` asks of a row of threads; to be executed with ``me``."""
_HEAD = (
    *_OF_THREAD,
    *_merged_into(_Into.space_id.in_(my_spaces(ANYBODY))),
    (Thread.last_number - Thread.removed).label("standing"),
    Space.slug.label("space_slug"),
    Space.name.label("space_name"),
    Space.kind.label("space_kind"),
    Space.archived_at.label("space_archived_at"),
    Stream.head.label("head"),
    # what was brought in is opened at its beginning, while nothing of it is new
    sa.case(
        (sa.and_(ReadPointer.id.is_(None), Thread.last_number <= Thread.history), 0), else_=READ
    ).label("read_number"),
    NEW.label("new"),
    ReadPointer.at.label("read_at"),
    *OF_FOLLOWING,
    sa.exists().where(Block.user_id == ME).label("blocks_somebody"),
    WAITS_HERE.label("something_waits"),
)


# The read rule, with its actor left open: the rule stays one, and the statement is built once.
_THREAD_HEAD = (
    visible_threads(ANYBODY)
    .where(Thread.id == sa.bindparam("thread", type_=sa.Uuid()))
    .join(Space, Space.id == Thread.space_id)
    .join(Stream, Stream.id == Thread.id)
    .outerjoin(_Into, _Into.id == Thread.merged_into_id)
    .outerjoin(
        ReadPointer,
        sa.and_(
            ReadPointer.thread_id == Thread.id,
            ReadPointer.user_id == ME,
        ),
    )
    .with_only_columns(*_HEAD)
)


def level_in(head: Any) -> tuple[Level, Because]:
    """Return how closely the reader of a head follows its thread, and why."""
    return followed(head.thread_level, head.space_level, wrote=head.counts_as_writer)


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


_SEEN = (
    visible_threads(ANYBODY)
    .where(Thread.id.in_(sa.bindparam("threads", type_=sa.Uuid(), expanding=True)))
    .outerjoin(_Into, _Into.id == Thread.merged_into_id)
    .with_only_columns(*_OF_THREAD, *_merged_into(_Into.space_id == Thread.space_id))
)


def threads_seen(ctx: Context, keys: Collection[uuid.UUID]) -> Sequence[Any]:
    """Return those of some threads that the actor sees, as everybody may who sees them.

    The columns are those of ``_OF_THREAD``, merged_into and merged_into_title.
    """
    return execute(_SEEN, {"me": ctx.actor_id, "threads": list(keys)}).all()
