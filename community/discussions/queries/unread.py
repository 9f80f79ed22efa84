"""What the actor has not read, over all their spaces."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from community.accounts.models import User
from community.discussions.models import Thread, ThreadKind
from community.discussions.queries.pointers import HAS_UNREAD, NEW, READ, with_pointer
from community.kernel.context import Context
from community.kernel.db import execute
from community.spaces.models import Space

UNREAD_BY_SPACE = (
    with_pointer()
    .where(HAS_UNREAD)
    .with_only_columns(Thread.space_id, sa.func.sum(NEW).label("unread"))
    .group_by(Thread.space_id)
)
"""Of a reader's spaces in which they have not read all: how many posts. Binds ``me``."""

# asked only of threads in which something is unread
_UNOPENED = sa.and_(Thread.kind == ThreadKind.ANNOUNCEMENT, READ == 0)


def unread_threads(
    ctx: Context, limit: int, *, but: sa.ColumnElement[bool] | None = None
) -> Sequence[Any]:
    """Return the threads in which the actor has unread posts, the last word first.

    Announcements of which nothing was read come before all others.

    ``but`` is a condition on threads that are left out.

    Columns: id, title, kind, unread, read_number, last_number, last_posted_at, last_author_id,
    last_author_name, space_id, space_slug, space_name.
    """
    return execute(
        with_pointer()
        .where(HAS_UNREAD, sa.true() if but is None else sa.not_(but))
        .join(Space, Space.id == Thread.space_id)
        .join(User, User.id == Thread.last_author_id)
        .with_only_columns(
            Thread.id,
            Thread.title,
            Thread.kind,
            NEW.label("unread"),
            READ.label("read_number"),
            Thread.last_number,
            Thread.last_posted_at,
            Thread.last_author_id,
            User.name.label("last_author_name"),
            Thread.space_id,
            Space.slug.label("space_slug"),
            Space.name.label("space_name"),
        )
        .order_by(sa.case((_UNOPENED, 0), else_=1), Thread.last_posted_at.desc(), Thread.id.desc())
        .limit(limit),
        {"me": ctx.actor_id},
    ).all()
