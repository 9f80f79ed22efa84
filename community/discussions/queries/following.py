"""What somebody chose to follow."""

import uuid
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from community.discussions.models import Post, SpaceLevel, Thread, ThreadLevel
from community.discussions.policy import visible_threads
from community.discussions.rules import USUAL_LEVEL, Level
from community.kernel.context import Context
from community.kernel.db import execute, values_of
from community.kernel.paging import LIMIT, Listing, Page
from community.kernel.policy import ANYBODY, ME
from community.spaces.models import Membership, Space
from community.spaces.policy import my_spaces, only_seen, present

_chosen: Any = (
    visible_threads(ANYBODY)
    .join(ThreadLevel, sa.and_(ThreadLevel.thread_id == Thread.id, ThreadLevel.user_id == ME))
    .join(Space, Space.id == Thread.space_id)
    .with_only_columns(
        ThreadLevel.id,
        ThreadLevel.at,
        ThreadLevel.level,
        Thread.id.label("thread_id"),
        Thread.title,
        Space.slug.label("space_slug"),
        Space.name.label("space_name"),
    )
    .order_by(ThreadLevel.at.desc(), ThreadLevel.id.desc())
)
_THREADS = Listing(_chosen)
_SPACES = (
    sa.select(SpaceLevel.level, Space.id.label("space_id"), Space.slug, Space.name)
    .join(Space, Space.id == SpaceLevel.space_id)
    .where(SpaceLevel.user_id == ME, Space.id.in_(my_spaces(ANYBODY)))
    .order_by(Space.name, Space.id)
)
_SPACE = sa.select(SpaceLevel.level).where(
    SpaceLevel.user_id == ME, SpaceLevel.space_id == sa.bindparam("space", type_=sa.Uuid())
)


_Own = aliased(Post)


def level_for(user_id: Any) -> sa.ColumnElement[Level]:
    """Return how somebody follows the thread of a row: ``rules.followed`` in SQL.

    ``user_id`` is a value, or a column of memberships.
    """
    around = (Thread, Membership)
    chosen = (
        sa.select(ThreadLevel.level)
        .where(ThreadLevel.user_id == user_id, ThreadLevel.thread_id == Thread.id)
        .correlate(*around)
        .scalar_subquery()
    )
    of_space = (
        sa.select(SpaceLevel.level)
        .where(SpaceLevel.user_id == user_id, SpaceLevel.space_id == Thread.space_id)
        .correlate(*around)
        .scalar_subquery()
    )
    wrote = (
        sa.exists()
        .where(_Own.author_id == user_id, _Own.thread_id == Thread.id, _Own.removal.is_(None))
        .correlate(*around)
    )
    usual = sa.literal(USUAL_LEVEL, ThreadLevel.level.type)
    return sa.case(
        (chosen.is_not(None), chosen),
        (sa.and_(of_space == Level.NORMAL, wrote), usual),
        else_=sa.func.coalesce(of_space, usual),
    )


def watchers(thread_id: uuid.UUID, *, after: uuid.UUID | None, limit: int) -> Sequence[uuid.UUID]:
    """Return who belongs to a thread's space and watches the thread, by id, those beyond ``after``.

    For the worker, which tells them.
    """
    wanted = (
        sa.select(Membership.user_id)
        .join(Thread, Thread.space_id == Membership.space_id)
        .where(
            Thread.id == thread_id,
            present(),
            level_for(Membership.user_id) == Level.WATCHING,
            # only who watches something at all is looked at
            sa.or_(
                Membership.user_id.in_(
                    sa.select(ThreadLevel.user_id).where(ThreadLevel.thread_id == thread_id)
                ),
                Membership.user_id.in_(
                    sa.select(SpaceLevel.user_id)
                    .join(Thread, Thread.space_id == SpaceLevel.space_id)
                    .where(Thread.id == thread_id)
                ),
            ),
        )
        .order_by(Membership.user_id)
        .limit(limit)
    )
    if after is not None:
        wanted = wanted.where(Membership.user_id > after)
    return execute(wanted).scalars().all()


WATCHED = sa.or_(
    sa.exists()
    .where(ThreadLevel.thread_id == Thread.id, ThreadLevel.level == Level.WATCHING)
    .correlate(Thread),
    sa.exists()
    .where(SpaceLevel.space_id == Thread.space_id, SpaceLevel.level == Level.WATCHING)
    .correlate(Thread),
)
"""Whether anybody watches the thread of a row, or all of its space."""


def followed_threads(ctx: Context, *, limit: int = LIMIT, page: str | None = None) -> Page:
    """Return a page of the threads the actor sees and chose a level for, the last chosen first.

    Columns: id, at, level, thread_id, title, space_slug, space_name. Raises Invalid when ``page``
    is no bookmark of this list.
    """
    return _THREADS.page({"me": ctx.actor_id}, limit=limit, page=page)


def followed_spaces(ctx: Context) -> Sequence[Any]:
    """Return the spaces the actor belongs to and chose a level for: level, space_id, slug, name."""
    return execute(_SPACES, {"me": ctx.actor_id}).all()


def level_of_space(ctx: Context, space_id: uuid.UUID) -> Any:
    """Return the level the actor chose for a space, None where they did not."""
    return execute(_SPACE, {"me": ctx.actor_id, "space": space_id}).scalar()


def personal_following(ctx: Context) -> dict[str, Any]:
    """Return what the actor chose, for them to take along."""
    threads = execute(
        sa.select(
            only_seen(ctx, Space.name).label("space"),
            only_seen(ctx, Thread.title).label("thread"),
            ThreadLevel.level,
            ThreadLevel.at,
        )
        .join(Thread, Thread.id == ThreadLevel.thread_id)
        .join(Space, Space.id == Thread.space_id)
        .where(ThreadLevel.user_id == ctx.actor_id)
        .order_by(ThreadLevel.at, ThreadLevel.id)
    )
    spaces = execute(
        sa.select(only_seen(ctx, Space.name).label("space"), SpaceLevel.level, SpaceLevel.at)
        .join(Space, Space.id == SpaceLevel.space_id)
        .where(SpaceLevel.user_id == ctx.actor_id)
        .order_by(SpaceLevel.at, SpaceLevel.id)
    )
    return {
        "threads_followed": [values_of(row) for row in threads],
        "spaces_followed": [values_of(row) for row in spaces],
    }
