"""What learners handed in that a person reads before it counts, read beside what is read anyway.

A feature above keeps it and says so by ``Feature.handed_in``. Packed into one text a learner, as
more time is (``policy.more_time``), so that no page takes another statement for it.
"""

import dataclasses
import functools
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from community.cohorts.models import Enrolment
from community.kernel.feature import HandedIn
from community.kernel.installed import installed

_NEXT, _THEN = "\x1e", "\x1f"  # in no name
_BACK = "1"


@dataclasses.dataclass(frozen=True, slots=True)
class Reading:
    """Whose turn it is with what was handed in: it waits to be read, or was given back ``by``."""

    given_back: bool
    by: str = ""


Readings = Mapping[uuid.UUID, Reading]
"""By activity."""
NO_READINGS: Readings = {}


def readings_said() -> tuple[HandedIn, ...]:
    """Return what features say of what was handed in."""
    return tuple(each.handed_in for each in installed().features if each.handed_in)


def packed_readings(said: Sequence[HandedIn]) -> sa.ColumnElement[Any]:
    """Return a column for a statement over ``Enrolment``, to be read by ``unpacked_readings``."""
    learner = sa.type_coerce(Enrolment.id, sa.Uuid())
    texts = [sa.func.coalesce(_packed(rows), "") for each in said for rows in each(learner)]
    return functools.reduce(lambda a, b: a.concat(_NEXT).concat(b), texts) if texts else sa.null()


def _packed(rows: sa.Select[uuid.UUID, bool, str]) -> sa.ScalarSelect[str]:
    activity, back, by = rows.selected_columns
    one = sa.cast(activity, sa.String) + _THEN + sa.case((back, _BACK), else_="") + _THEN + by
    said = sa.func.aggregate_strings(one, _NEXT)
    return rows.with_only_columns(said).correlate(Enrolment).scalar_subquery()


def unpacked_readings(text: str | None) -> Readings:
    """Return what a column of ``packed_readings`` holds."""
    if not text:
        return NO_READINGS
    said = (each.split(_THEN, 2) for each in text.split(_NEXT) if each)
    return {uuid.UUID(key): Reading(back == _BACK, by) for key, back, by in said}
