"""How much waits to be marked: as columns of a statement, and in one assignment."""

import uuid
from typing import Any

import sqlalchemy as sa

from community.cohorts.models import SEATED, Enrolment, Run
from community.coursework.models import AssignmentWork, QuizAttempt, Stage
from community.kernel.db import UtcDateTime, db

_waiting_works = (
    sa.select(AssignmentWork.id)
    .join(Enrolment, Enrolment.id == AssignmentWork.enrolment_id)
    .where(
        AssignmentWork.stage == Stage.HANDED_IN,
        Enrolment.state.in_(SEATED),
        Enrolment.run_id == Run.id,
    )
    .correlate(Run)
)
_waiting_attempts = (
    sa.select(QuizAttempt.id)
    .join(Enrolment, Enrolment.id == QuizAttempt.enrolment_id)
    .where(
        QuizAttempt.submitted_at.is_not(None),
        QuizAttempt.score.is_(None),
        Enrolment.state.in_(SEATED),
        Enrolment.run_id == Run.id,
    )
    .correlate(Run)
)


def _of(waiting: Any, column: Any) -> Any:
    return waiting.with_only_columns(column).scalar_subquery()


HOW_MANY_WAIT = (
    _of(_waiting_works, sa.func.count()) + _of(_waiting_attempts, sa.func.count())
).label("hand_ins")
# both in one list, so that each is looked through once
_since = sa.union_all(
    _waiting_works.with_only_columns(AssignmentWork.waiting_since.label("since")),
    _waiting_attempts.with_only_columns(QuizAttempt.submitted_at.label("since")),
).subquery()
WAIT_SINCE = (
    sa.select(sa.func.min(_since.c.since, type_=UtcDateTime()))
    .scalar_subquery()
    .label("handed_in_since")
)
"""Columns for whoever reads runs that its reader leads: what waits there, and since when."""


def how_many_wait_in(run_id: uuid.UUID) -> int:
    """Return how much waits to be marked in a run, work and attempts."""
    return db.session.scalar(sa.select(HOW_MANY_WAIT).where(Run.id == run_id)) or 0


def how_many_wait(run_id: uuid.UUID, activity_id: uuid.UUID) -> tuple[int, int]:
    """Return of how many learners work waits in an assignment, and how many ever handed in."""
    row = db.session.execute(
        sa.select(
            sa.func.count().filter(AssignmentWork.stage == Stage.HANDED_IN),
            sa.func.count().filter(AssignmentWork.stage != Stage.OPEN),
        )
        .join(Enrolment, Enrolment.id == AssignmentWork.enrolment_id)
        .where(
            Enrolment.run_id == run_id,
            Enrolment.state.in_(SEATED),
            AssignmentWork.activity_id == activity_id,
        )
    ).one()
    return row[0], row[1]
