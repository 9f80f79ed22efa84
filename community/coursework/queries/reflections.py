"""A learner's own reflection, and those of others that are for the reader."""

import dataclasses
import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa

from community.academy.queries import ActivityLine
from community.accounts.models import User
from community.cohorts.models import Enrolment, Run
from community.coursework.models import Reflection
from community.coursework.policy import visible_reflections
from community.kernel.context import Context
from community.kernel.db import UtcDateTime, db
from community.kernel.frame import Person
from community.kernel.paging import Page, page_of
from community.spaces.queries import face_in

# It is never null among those that are visible; the order must say so.
_HANDED_IN = sa.func.coalesce(
    Reflection.handed_in_at, Reflection.saved_at, type_=UtcDateTime()
).label("at")

_SHARED: tuple[Any, ...] = (
    Reflection.id,
    Reflection.html,
    Reflection.text,
    _HANDED_IN,
    Reflection.changed_at,
    User.id.label("user_id"),
    User.name,
)


@dataclasses.dataclass(frozen=True, slots=True)
class Shared:
    """A reflection that its reader may see, and whose it is."""

    id: uuid.UUID
    author: Person
    html: str
    text: str
    handed_in_at: dt.datetime
    changed_at: dt.datetime | None


def my_reflection(enrolment_id: uuid.UUID, activity_id: uuid.UUID) -> Reflection | None:
    """Return what a learner has written in an activity, for themself."""
    found: Reflection | None = db.session.scalar(
        sa.select(Reflection).where(
            Reflection.enrolment_id == enrolment_id, Reflection.activity_id == activity_id
        )
    )
    return found


def shared_reflections(
    ctx: Context, run: Run, line: ActivityLine, *, limit: int, page: str | None = None
) -> Page:
    """Return a page of the reflections in an activity that the actor may read, the newest first.

    Raises Invalid when ``page`` is no bookmark of the list.
    """
    statement = (
        _of(ctx, run, line)
        .join(User, User.id == Enrolment.user_id)
        .with_only_columns(*_SHARED, face_in(Run.space_id))
        .order_by(_HANDED_IN.desc(), Reflection.id.desc())
    )
    found = page_of(statement, limit=limit, page=page)
    return Page([_shared(row) for row in found.items], found.next, found.previous)


def how_many_shared(ctx: Context, run: Run, line: ActivityLine) -> int:
    """Return how many reflections in an activity the actor may read."""
    one = _of(ctx, run, line).with_only_columns(sa.func.count())
    return db.session.scalar(one) or 0


def _of(ctx: Context, run: Run, line: ActivityLine) -> sa.Select[Any]:
    return visible_reflections(ctx).where(
        Enrolment.run_id == run.id, Reflection.activity_id == line.id
    )


def _shared(row: Any) -> Shared:
    return Shared(
        row.id,
        Person(row.user_id, row.name, row.face),
        row.html,
        row.text,
        row.at,
        row.changed_at,
    )
