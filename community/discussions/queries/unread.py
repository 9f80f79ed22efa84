"""What the actor has not read, over all their spaces."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from community.accounts.models import User
from community.discussions.models import Thread
from community.discussions.queries.pointers import ANNOUNCED, READ, UNREAD, with_pointer
from community.kernel.context import Context
from community.kernel.db import db, execute
from community.kernel.policy import ANYBODY
from community.spaces.models import Space

_UNREAD_BY_SPACE = (
    with_pointer(ANYBODY)
    .where(UNREAD > 0)
    .with_only_columns(Thread.space_id, sa.func.sum(UNREAD))
    .group_by(Thread.space_id)
)


def unread_by_space(ctx: Context) -> Mapping[uuid.UUID, int]:
    """Return the number of unread posts in each of the actor's spaces that has any."""
    if ctx.actor_id is None:
        return {}
    rows = execute(_UNREAD_BY_SPACE, {"me": ctx.actor_id})
    return {space_id: int(count) for space_id, count in rows}


def unread_threads(
    ctx: Context, limit: int, *, but: sa.ColumnElement[bool] | None = None
) -> Sequence[Any]:
    """Return the threads in which the actor has unread posts, the last word first.

    Announcements of which nothing was read come before all others.

    ``but`` is a condition on threads that are left out.

    Columns: id, title, kind, unread, read_number, last_number, last_posted_at, last_author_id,
    last_author_name, space_id, space_slug, space_name.
    """
    return db.session.execute(
        with_pointer(ctx)
        .where(UNREAD > 0, sa.true() if but is None else sa.not_(but))
        .join(Space, Space.id == Thread.space_id)
        .join(User, User.id == Thread.last_author_id)
        .with_only_columns(
            Thread.id,
            Thread.title,
            Thread.kind,
            UNREAD.label("unread"),
            READ.label("read_number"),
            Thread.last_number,
            Thread.last_posted_at,
            Thread.last_author_id,
            User.name.label("last_author_name"),
            Thread.space_id,
            Space.slug.label("space_slug"),
            Space.name.label("space_name"),
        )
        .order_by(sa.case((ANNOUNCED, 0), else_=1), Thread.last_posted_at.desc(), Thread.id.desc())
        .limit(limit)
    ).all()
