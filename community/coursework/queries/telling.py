"""What a letter about an answer is made of, looked at again just before it leaves."""

import dataclasses
import uuid
from typing import Any

import sqlalchemy as sa

from community.academy.models import Activity
from community.accounts.models import User
from community.cohorts.models import SEATED, Enrolment, Run
from community.coursework.models import AssignmentWork, Marking, QuizAttempt, Submission
from community.kernel.db import db
from community.progress.policy import line_now, plan
from community.spaces.models import Space
from community.spaces.policy import reaches


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An answer; ``outcome`` None: of an attempt at a quiz.

    ``place`` is module and activity where it stands in the course of its run.
    """

    id: uuid.UUID
    user_id: uuid.UUID
    outcome: Marking | None
    title: str
    space_id: uuid.UUID
    run: str
    slug: str
    by: str | None
    place: tuple[int, int] | None


def marked_to_tell(submission_id: uuid.UUID, edition: int) -> Told | None:
    """Return an answer as it was given with an edition; None where it is told no more."""
    row = db.session.execute(
        sa.select(
            Run,
            Enrolment.user_id,
            Submission.outcome,
            AssignmentWork.activity_id,
            Activity.title,
            Space.id.label("space_id"),
            Space.name.label("run_name"),
            Space.slug,
            User.name.label("by"),
        )
        .select_from(Submission)
        .join(AssignmentWork, AssignmentWork.id == Submission.work_id)
        .join(Activity, Activity.id == AssignmentWork.activity_id)
        .join(Enrolment, Enrolment.id == AssignmentWork.enrolment_id)
        .join(Run, Run.id == Enrolment.run_id)
        .join(Space, Space.id == Run.space_id)
        .outerjoin(User, User.id == Submission.marked_by)
        .where(
            Submission.id == submission_id,
            Submission.edition == edition,
            Submission.outcome.is_not(None),
            Enrolment.state.in_(SEATED),
            reaches(Enrolment.user_id, Run.space_id),
        )
    ).one_or_none()
    return _told(submission_id, row) if row else None


def attempt_to_tell(attempt_id: uuid.UUID) -> Told | None:
    """Return an attempt whose essays were marked; None where it is told no more."""
    row = db.session.execute(
        sa.select(
            Run,
            Enrolment.user_id,
            sa.null().label("outcome"),
            QuizAttempt.activity_id,
            Activity.title,
            Space.id.label("space_id"),
            Space.name.label("run_name"),
            Space.slug,
            User.name.label("by"),
        )
        .select_from(QuizAttempt)
        .join(Activity, Activity.id == QuizAttempt.activity_id)
        .join(Enrolment, Enrolment.id == QuizAttempt.enrolment_id)
        .join(Run, Run.id == Enrolment.run_id)
        .join(Space, Space.id == Run.space_id)
        .outerjoin(User, User.id == QuizAttempt.marked_by)
        .where(
            QuizAttempt.id == attempt_id,
            QuizAttempt.marked_at.is_not(None),
            Enrolment.state.in_(SEATED),
            reaches(Enrolment.user_id, Run.space_id),
        )
    ).one_or_none()
    return _told(attempt_id, row) if row else None


def _told(key: uuid.UUID, row: Any) -> Told:
    line = line_now(row.Run, row.activity_id)
    course = plan(row.Run.version_id)
    return Told(
        id=key,
        user_id=row.user_id,
        outcome=row.outcome,
        title=row.title,
        space_id=row.space_id,
        run=row.run_name,
        slug=row.slug,
        by=row.by,
        place=(course.modules[line.module_id].position, line.position) if line else None,
    )
