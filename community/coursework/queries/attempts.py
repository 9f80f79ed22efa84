"""A learner's attempts at a quiz, and the sheet of each: its own copy of rules and questions."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from community.academy.kinds.quiz.sheets import make_sheet
from community.academy.queries import activity_content
from community.coursework.models import QuizAttempt
from community.kernel.db import db, execute, values_of

GRACE = dt.timedelta(seconds=15)
"""How much later than its time an attempt may arrive: a line is slow, a clock is not ours."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """An attempt without its questions; open while ``submitted_at`` is None.

    ``outdated``: its questions were others, in an earlier version of the course.
    """

    id: uuid.UUID
    number: int
    score: int | None
    passed: bool | None
    begun_at: dt.datetime | None
    ends_at: dt.datetime | None
    submitted_at: dt.datetime | None
    outdated: bool = False

    @property
    def open(self) -> bool:
        return self.submitted_at is None

    @property
    def waits(self) -> bool:
        """Whether a person has to mark some of it: it has no score yet."""
        return self.submitted_at is not None and self.score is None

    @property
    def ran_out(self) -> bool:
        """Whether nobody handed it in: its time was over."""
        return self.ends_at is not None and self.submitted_at == self.ends_at


@dataclasses.dataclass(frozen=True, slots=True)
class Filled:
    """The sheet of an attempt, what was answered on it, and what a person said to its essays.

    ``marks`` are for its learner once all are given: empty before.
    """

    sheet: Mapping[str, Any]
    answers: Mapping[str, Sequence[str]]
    marks: Mapping[str, Mapping[str, Any]] = dataclasses.field(default_factory=dict)


_ATTEMPTS = (
    sa.select(
        QuizAttempt.id,
        QuizAttempt.number,
        QuizAttempt.score,
        QuizAttempt.passed,
        QuizAttempt.begun_at,
        QuizAttempt.ends_at,
        QuizAttempt.submitted_at,
        QuizAttempt.answered_in.is_not(None).label("outdated"),
    )
    .where(
        QuizAttempt.enrolment_id == sa.bindparam("enrolment", type_=sa.Uuid()),
        QuizAttempt.activity_id == sa.bindparam("activity", type_=sa.Uuid()),
    )
    .order_by(QuizAttempt.number)
)


def attempts_of(enrolment_id: uuid.UUID, activity_id: uuid.UUID) -> list[Attempt]:
    """Return a learner's attempts at a quiz, oldest first; one statement."""
    found = execute(_ATTEMPTS, {"enrolment": enrolment_id, "activity": activity_id})
    return [Attempt(**values_of(row)) for row in found]


def is_over(ends_at: dt.datetime | None, now: dt.datetime) -> bool:
    """Whether the time of an attempt is over, the grace for its way here included."""
    return ends_at is not None and now > ends_at + GRACE


def filled(attempt_id: uuid.UUID) -> Filled:
    """Return the sheet of an attempt with its answers; one statement."""
    row = db.session.execute(
        sa.select(
            QuizAttempt.sheet,
            QuizAttempt.answers,
            QuizAttempt.answered_in,
            QuizAttempt.activity_id,
            QuizAttempt.marks,
            QuizAttempt.marked_at,
        ).where(QuizAttempt.id == attempt_id)
    ).one()
    sheet = row.sheet or _sheet_from(row.answered_in or row.activity_id)
    return Filled(sheet, row.answers, (row.marks or {}) if row.marked_at else {})


def sheet_of(attempt: QuizAttempt) -> Mapping[str, Any]:
    """Return the sheet of an attempt."""
    return attempt.sheet or _sheet_from(attempt.answered_in or attempt.activity_id)


def _sheet_from(activity_id: uuid.UUID) -> Mapping[str, Any]:
    """Return what an attempt of a release before would have copied: all or nothing counted."""
    return make_sheet({**activity_content(activity_id).settings, "partial": False}, seed=0)
