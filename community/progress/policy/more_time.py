"""More time that learners were given for single activities, read beside what is read anyway.

A feature above gives it and says so by ``Feature.more_time``. Packed into one text a learner, so
that no page takes another statement for it.
"""

import datetime as dt
import functools
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from community.cohorts.models import Enrolment
from community.kernel.context import Context
from community.kernel.db import execute
from community.kernel.feature import MoreTime
from community.kernel.installed import installed

Given = Mapping[uuid.UUID, dt.datetime]
"""Until when a learner was given more time, by activity."""
NO_TIME: Given = {}
_NEXT, _IS = ",", "="


def hooks() -> tuple[MoreTime, ...]:
    """Return what features say of more time."""
    return tuple(each.more_time for each in installed().features if each.more_time)


def packed(said: Sequence[MoreTime]) -> sa.ColumnElement[Any]:
    """Return a column for a statement over ``Enrolment``, to be read by ``unpacked``."""
    learner = sa.type_coerce(Enrolment.id, sa.Uuid())
    texts = [sa.func.coalesce(_packed(each(learner)), "") for each in said]
    return functools.reduce(lambda a, b: a.concat(_NEXT).concat(b), texts) if texts else sa.null()


def _packed(rows: sa.Select[uuid.UUID, dt.datetime]) -> sa.ScalarSelect[str]:
    activity, until = rows.selected_columns
    one = sa.cast(activity, sa.String) + _IS + sa.cast(until, sa.String)
    said = sa.func.aggregate_strings(one, _NEXT)
    return rows.with_only_columns(said).correlate(Enrolment).scalar_subquery()


def unpacked(text: str | None) -> Given:
    """Return what a column of ``packed`` holds."""
    if not text:
        return NO_TIME
    pairs = (each.split(_IS) for each in text.split(_NEXT) if each)
    return {_key(key): _instant(until) for key, until in pairs}


@functools.lru_cache(maxsize=4_096)
def _key(text: str) -> uuid.UUID:
    """Return the id of an activity: there are few, and as many texts as learners."""
    return uuid.UUID(text)


def _instant(text: str) -> dt.datetime:
    """Return an instant as a database writes it: SQLite without an offset, PostgreSQL with one."""
    at = dt.datetime.fromisoformat(text)
    return at.astimezone(dt.UTC) if at.tzinfo else at.replace(tzinfo=dt.UTC)


def given_to(ctx: Context, enrolment_id: uuid.UUID) -> Given:
    """Return until when a learner was given more time; read once a context."""

    def read() -> Given:
        text = execute(_of_one(hooks()), {"enrolment": enrolment_id}).scalar_one_or_none()
        return unpacked(text)

    return ctx.memo(("progress.more_time", enrolment_id), read)


def keep_given(ctx: Context, enrolment_id: uuid.UUID, given: Given) -> None:
    """Keep for ``given_to`` what was read of a learner."""
    ctx.keep(("progress.more_time", enrolment_id), given)


@functools.cache
def _of_one(said: Sequence[MoreTime]) -> sa.Select[Any]:
    enrolment = sa.bindparam("enrolment", type_=sa.Uuid())
    return sa.select(packed(said)).select_from(Enrolment).where(Enrolment.id == enrolment)
