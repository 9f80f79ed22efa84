"""What concerns the reader themselves of what they missed, read at once."""

import dataclasses
import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from community.home.queries.missed_talk import ADDRESSED
from community.home.queries.missed_work import HELD, WORK
from community.kernel.context import Context
from community.kernel.db import execute

_ALL = ("id", "at", "title", "space_id", "word", "place", "all")
_SOME: dict[str, Any] = {
    "by": sa.String,
    "activity_id": sa.Uuid,
    "slug": sa.String,
}


def _part(name: str, query: sa.Select[Any]) -> sa.Select[Any]:
    found = query.subquery()
    some = (
        found.c[column] if column in found.c else sa.cast(sa.null(), kind).label(column)
        for column, kind in _SOME.items()
    )
    return sa.select(sa.literal(name).label("part"), *(found.c[each] for each in _ALL), *some)


_TOLD = sa.union_all(
    _part("addressed", ADDRESSED), _part("work", WORK), _part("held", HELD)
).subquery()
_IN_ORDER = sa.select(_TOLD).order_by(_TOLD.c.place, _TOLD.c.id)


@dataclasses.dataclass(frozen=True, slots=True)
class Told:
    """Posts ``ADDRESSED`` to the reader, what was said to their ``WORK``, sessions ``HELD``."""

    addressed: Sequence[Any]
    work: Sequence[Any]
    held: Sequence[Any]


def told_since(ctx: Context, since: dt.datetime) -> Told:
    """Return what concerned the reader since an instant; one statement."""
    given = {"me": ctx.person, "since": since, "now": ctx.now}
    rows = execute(_IN_ORDER, given).all()
    return Told(
        *([row for row in rows if row.part == part] for part in ("addressed", "work", "held"))
    )
