"""All that is new, marked as read at once, and that undone."""

import datetime as dt
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from community.discussions.models import Post, ReadPointer, Thread
from community.discussions.queries.pointers import READ, UNREAD, with_pointer
from community.discussions.rules import MOST_SWEPT
from community.kernel.context import Context
from community.kernel.db import UtcDateTime, db, execute
from community.kernel.keys import new_key
from community.kernel.operation import operation
from community.spaces.models import Space

_POINTER: Any = ReadPointer.__table__
_INSERT: dict[str, Any] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}
_UPTO = (
    sa.select(sa.func.coalesce(sa.func.max(Post.number), 0))
    .where(
        Post.thread_id == Thread.id,
        Post.created_at <= sa.bindparam("until", type_=UtcDateTime()),
    )
    .correlate(Thread)
    .scalar_subquery()
)
_NEW = (
    with_pointer()
    .join(Space, Space.id == Thread.space_id)
    .where(Space.archived_at.is_(None), UNREAD > 0, _UPTO > READ)
    .order_by(Thread.last_posted_at.desc(), Thread.id)
    .limit(MOST_SWEPT + 1)
    .with_only_columns(Thread.id, READ.label("read"), _UPTO.label("upto"))
)


class Swept(NamedTuple):
    """How many threads were marked as read at once, and whether there are more."""

    threads: int
    more: bool


@operation
def mark_all_read(ctx: Context, *, until: dt.datetime) -> Swept:
    """Say that the actor has read what was counted as new for them and stood at ``until``.

    In the spaces that are not archived; at most ``MOST_SWEPT`` threads, the last posted in first.
    What came later stays new, and what they do not follow stays as it is. No pointer moves back.
    A post that was on its way into the database at ``until`` counts as read, too; undoing it all
    makes it new again.
    """
    given = {"me": ctx.person, "until": min(until, ctx.now)}
    rows = execute(_NEW, given).all()
    found = sorted(rows[:MOST_SWEPT], key=lambda row: row.id)  # two at once hold them in one order
    if found:
        execute(_forward([_row(ctx, row) for row in found]))
    return Swept(len(found), len(rows) > MOST_SWEPT)


def _row(ctx: Context, row: Any) -> dict[str, Any]:
    return {
        "id": new_key(),
        "user_id": ctx.person,
        "thread_id": row.id,
        "number": row.upto,
        "at": ctx.now,
        "swept_at": ctx.now,
        "swept_from": row.read,  # without a pointer what was brought in counts as read
        "swept_to": row.upto,
    }


def _forward(rows: list[dict[str, Any]]) -> Any:
    """Return what makes read pointers or moves them forward, and keeps where they stood then."""
    statement = _INSERT[db.session.connection().dialect.name](_POINTER).values(rows)
    new = statement.excluded
    names = ("number", "at", "swept_at", "swept_to")
    return statement.on_conflict_do_update(
        index_elements=[_POINTER.c.user_id, _POINTER.c.thread_id],
        set_={name: new[name] for name in names} | {"swept_from": _POINTER.c.number},
        where=_POINTER.c.number < new.number,
    )


@operation
def undo_mark_all(ctx: Context, *, at: dt.datetime) -> int:
    """Put the actor's read pointers back where they stood before all was marked as read ``at``.

    Those of threads in which they have read on since, or back, stay. Returns how many were put
    back.
    """
    done = execute(
        sa.update(_POINTER)
        .where(
            _POINTER.c.user_id == ctx.person,
            _POINTER.c.swept_at == at,
            _POINTER.c.number == _POINTER.c.swept_to,
        )
        .values(number=_POINTER.c.swept_from, swept_at=None, swept_from=None, swept_to=None)
    )
    return done.rowcount
