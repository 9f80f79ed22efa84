"""What the actor has not read, over all their spaces."""

import datetime as dt
import functools
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

from community.accounts.models import User
from community.discussions.models import Thread, ThreadKind
from community.discussions.queries.pointers import (
    HAS_UNREAD,
    NEW,
    READ,
    latest_of_membership,
    with_pointer,
)
from community.kernel.context import Context
from community.kernel.db import UtcDateTime, db, execute
from community.kernel.frame import MOST_COUNTED
from community.kernel.policy import ME
from community.spaces.models import Membership, Space

_counted = (
    latest_of_membership()
    .where(HAS_UNREAD)
    .with_only_columns(NEW.label("new"))
    .limit(MOST_COUNTED + 1)
    .subquery()
)
UNREAD_BY_SPACE = sa.select(
    Membership.space_id,
    sa.select(sa.func.sum(_counted.c.new)).scalar_subquery().label("unread"),
).where(Membership.user_id == ME)
"""Of a reader's spaces how many posts they have not read, null for none. Binds ``me``.

Counted in the latest threads: beyond ``MOST_COUNTED`` it says that there are more, not how many.
"""

_ANNOUNCED = Thread.kind == ThreadKind.ANNOUNCEMENT
# asked only of threads in which something is unread
_UNOPENED = sa.and_(_ANNOUNCED, READ == 0)
_MOST = sa.bindparam("most", type_=sa.Integer())
_FOUND = (Thread.id, NEW.label("unread"), READ.label("read_number"), Thread.last_posted_at)
_BEGINNING = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


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
    lateral = db.session.connection().dialect.name == "postgresql"
    statement = _first(but, lateral=lateral)
    return execute(statement, {"me": ctx.actor_id, "most": limit, **given}).all()


@functools.lru_cache(maxsize=8)
def _first(but: sa.ColumnElement[bool] | None, *, lateral: bool) -> sa.Select[*tuple[Any, ...]]:
    """Return what reads the first unread threads: found by numbers, and only those then read."""
    asked = (HAS_UNREAD, sa.true() if but is None else sa.not_(but))
    # SQLite goes through all threads of a space unless it is told that few are announcements
    few = _ANNOUNCED if lateral else sa.func.likelihood(_ANNOUNCED, sa.literal_column("0.001"))
    announced = with_pointer().where(*asked, few, READ == 0).with_only_columns(*_FOUND)
    found = sa.union_all(
        announced.add_columns(sa.literal(0).label("rank")),
        _latest_of_each(asked) if lateral else _since_late_enough(asked),
    ).subquery("found")
    order = (found.c.rank, found.c.last_posted_at.desc(), found.c.id.desc())
    first = sa.select(found).order_by(*order).limit(_MOST).subquery("first")
    return (
        sa.select(
            Thread.id,
            Thread.title,
            Thread.kind,
            first.c.unread,
            first.c.read_number,
            Thread.last_number,
            Thread.last_posted_at,
            Thread.last_author_id,
            User.name.label("last_author_name"),
            Thread.space_id,
            Space.slug.label("space_slug"),
            Space.name.label("space_name"),
        )
        .select_from(first)
        .join(Thread, Thread.id == first.c.id)
        .join(Space, Space.id == Thread.space_id)
        .join(User, User.id == Thread.last_author_id)
        .order_by(first.c.rank, first.c.last_posted_at.desc(), first.c.id.desc())
    )


_LAST = sa.literal(1).label("rank")


def _latest_of_each(asked: Sequence[sa.ColumnElement[bool]]) -> sa.Select[*tuple[Any, ...]]:
    """Return the latest threads of each space, as many as are asked for.

    For PostgreSQL, which takes what no number in the statement bounds for most of the threads.
    """
    latest = latest_of_membership().where(*asked, sa.not_(_UNOPENED)).limit(_MOST)
    each = latest.with_only_columns(*_FOUND).lateral("latest")
    chosen = sa.select(*each.c, _LAST).select_from(Membership).join(each, sa.true())
    return chosen.where(Membership.user_id == ME)


def _since_late_enough(asked: Sequence[sa.ColumnElement[bool]]) -> sa.Select[*tuple[Any, ...]]:
    """Return the latest threads, as many as are asked for or more, for SQLite: it has no LATERAL.

    Those since an instant at which some space has so many: no more of any space are looked at, and
    of most spaces few. All where no space has so many.
    """
    nth = latest_of_membership().where(*asked).with_only_columns(Thread.last_posted_at)
    at = nth.limit(1).offset(_MOST - 1).scalar_subquery().label("at")
    of_spaces = sa.select(at).where(Membership.user_id == ME).subquery()
    since = sa.func.coalesce(
        sa.select(sa.func.max(of_spaces.c.at)).scalar_subquery(),
        sa.literal(_BEGINNING, UtcDateTime()),
    )
    late = with_pointer().where(*asked, sa.not_(_UNOPENED), Thread.last_posted_at >= since)
    return late.with_only_columns(*_FOUND, _LAST)
