"""What a learner has handed in that somebody reads, and what was given back to them."""

import uuid
from collections.abc import Sequence

import sqlalchemy as sa

from community.accounts.models import User
from community.coursework.models import AssignmentWork, Marking, QuizAttempt, Stage, Submission

_MARKER = (
    sa.select(User.name)
    .join(Submission, Submission.marked_by == User.id)
    .where(Submission.work_id == AssignmentWork.id, Submission.outcome == Marking.RETURNED)
    .order_by(Submission.number.desc())
    .limit(1)
    .correlate(AssignmentWork)
    .scalar_subquery()
)


def handed_in(
    enrolment_id: sa.ColumnElement[uuid.UUID],
) -> Sequence[sa.Select[uuid.UUID, bool, str]]:
    """Select the work and the essays of a learner that a person reads: see ``HandedIn``."""
    back = AssignmentWork.stage == Stage.RETURNED
    works = sa.select(
        AssignmentWork.activity_id,
        back,
        sa.case((back, sa.func.coalesce(_MARKER, "")), else_=""),
    ).where(
        AssignmentWork.enrolment_id == enrolment_id,
        AssignmentWork.stage.in_((Stage.HANDED_IN, Stage.RETURNED)),
    )
    attempts = sa.select(QuizAttempt.activity_id, sa.false(), sa.literal("")).where(
        QuizAttempt.enrolment_id == enrolment_id,
        QuizAttempt.submitted_at.is_not(None),
        QuizAttempt.score.is_(None),
    )
    return works, attempts
