"""What the actor has not read, over all their spaces."""

import functools
from collections.abc import Mapping, Sequence
from types import MappingProxyType
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
    ctx: Context,
    limit: int,
    *,
    but: sa.ColumnElement[bool] | None = None,
    given: Mapping[str, Any] = MappingProxyType({}),
) -> Sequence[Any]:
    """Return the threads in which the actor has unread posts, the last word first.

    Announcements of which nothing was read come before all others.

    ``but`` is a condition on threads that are left out, one object for good: the statement is built
    once for it; ``given`` is what it binds.

    Columns: id, title, kind, unread, read_number, last_number, last_posted_at, last_author_id,
    last_author_name, space_id, space_slug, space_name.
    """
    return execute(_first(but), {"me": ctx.actor_id, "most": limit, **given}).all()


@functools.lru_cache(maxsize=8)
def _first(but: sa.ColumnElement[bool] | None) -> sa.Select[*tuple[Any, ...]]:
    """Return what reads the first unread threads: found by numbers, and only those then read."""
    found = (
        with_pointer()
        .where(HAS_UNREAD, sa.true() if but is None else sa.not_(but))
        .with_only_columns(
            Thread.id,
            NEW.label("unread"),
            READ.label("read_number"),
            sa.case((_UNOPENED, 0), else_=1).label("rank"),
            Thread.last_posted_at,
        )
        .order_by(sa.case((_UNOPENED, 0), else_=1), Thread.last_posted_at.desc(), Thread.id.desc())
        .limit(sa.bindparam("most", type_=sa.Integer()))
        .subquery()
    )
    return (
        sa.select(
            Thread.id,
            Thread.title,
            Thread.kind,
            found.c.unread,
            found.c.read_number,
            Thread.last_number,
            Thread.last_posted_at,
            Thread.last_author_id,
            User.name.label("last_author_name"),
            Thread.space_id,
            Space.slug.label("space_slug"),
            Space.name.label("space_name"),
        )
        .select_from(found)
        .join(Thread, Thread.id == found.c.id)
        .join(Space, Space.id == Thread.space_id)
        .join(User, User.id == Thread.last_author_id)
        .order_by(found.c.rank, found.c.last_posted_at.desc(), found.c.id.desc())
    )
