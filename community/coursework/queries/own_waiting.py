"""What a learner has handed in that somebody reads, and what was given back to them."""

import uuid
from typing import Any

import sqlalchemy as sa

from community.coursework.models import AssignmentWork, QuizAttempt, Stage
from community.kernel.db import execute

MOST = 500  # as many activities as a course may have


def _works() -> Any:
    return sa.select(
        AssignmentWork.activity_id, (AssignmentWork.stage == Stage.RETURNED).label("returned")
    ).where(
        AssignmentWork.enrolment_id == sa.bindparam("enrolment", type_=sa.Uuid()),
        AssignmentWork.stage.in_((Stage.HANDED_IN, Stage.RETURNED)),
    )


def _attempts() -> Any:
    return sa.select(QuizAttempt.activity_id, sa.false().label("returned")).where(
        QuizAttempt.enrolment_id == sa.bindparam("enrolment", type_=sa.Uuid()),
        QuizAttempt.submitted_at.is_not(None),
        QuizAttempt.score.is_(None),
    )


_BOTH = sa.union_all(_works(), _attempts()).limit(MOST)


def with_a_reader(enrolment_id: uuid.UUID) -> dict[uuid.UUID, bool]:
    """Return the activities whose work or essays wait for a reader, and (True) those given back.

    The caller has found the enrolment as the actor's own.
    """
    rows = execute(_BOTH, {"enrolment": enrolment_id})
    return {row.activity_id: bool(row.returned) for row in rows}
