"""What was handed in in a run, in one list for those who mark: work, and essays in quizzes."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from community.academy.queries import ActivityLine
from community.accounts.models import User
from community.cohorts.models import Enrolment, Run
from community.coursework.models import AssignmentWork, QuizAttempt, Stage, Submission
from community.coursework.policy import visible_attempts, visible_submissions
from community.kernel.context import Context
from community.kernel.db import UtcDateTime
from community.kernel.frame import Person
from community.kernel.paging import LIMIT, Page, page_of
from community.progress.policy import plan
from community.spaces.queries import face_in

WORK, QUIZ = "work", "quiz"
"""What is handed in: a version of work, an attempt at a quiz with essays."""
WAITING, LATE, ANSWERED = "waiting", "late", "answered"
SHOWS = (WAITING, LATE, ANSWERED)
"""What of a run's hand-ins is asked for."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class HandIn:
    """A version of work or an attempt with essays (``sort``) in the queue.

    ``reader`` is who has begun to mark it, or did; ``outcome`` of an attempt is "marked".
    """

    sort: str
    id: uuid.UUID
    author: Person
    activity_id: uuid.UUID
    title: str
    number: int
    handed_in_at: dt.datetime
    late: bool
    began: bool
    outcome: str | None
    marked_at: dt.datetime | None
    reader: str | None


_MARKER = sa.orm.aliased(User)


def hand_ins(
    ctx: Context,
    run: Run,
    *,
    show: str = WAITING,
    activity_id: uuid.UUID | None = None,
    limit: int = LIMIT,
    page: str | None = None,
) -> Page:
    """Return a page of what was handed in: what waits, the oldest first, or what was answered.

    What was answered stands with the newest first. Raises Invalid for no bookmark of the list.
    """
    answered = show == ANSWERED
    both = sa.union_all(
        _works(ctx, run, answered=answered), _attempts(ctx, run, answered=answered)
    ).subquery()
    # It is never null among those that were answered; the order must say so.
    at = sa.func.coalesce(both.c.marked_at, both.c.handed_in_at, type_=UtcDateTime()).label("at")
    statement: Any = sa.select(both, at)
    if answered:
        statement = statement.order_by(at.desc(), both.c.id.desc())
    else:
        statement = statement.order_by(both.c.handed_in_at, both.c.id)
    if show == LATE:
        statement = statement.where(both.c.late.is_(True))
    if activity_id is not None:
        statement = statement.where(both.c.activity_id == activity_id)
    found = page_of(statement, limit=limit, page=page)
    lines = plan(run.version_id).lines
    return Page([_line(row, lines) for row in found.items], found.next, found.previous)


def _works(ctx: Context, run: Run, *, answered: bool) -> Any:
    """Return versions of work that wait, or were answered."""
    if answered:
        stands: Any = Submission.outcome.is_not(None)
    else:
        waits = AssignmentWork.stage == Stage.HANDED_IN
        stands = sa.and_(waits, Submission.number == AssignmentWork.versions)
    return (
        visible_submissions(ctx)
        .where(Enrolment.run_id == run.id, Submission.taken_back_at.is_(None), stands)
        .join(User, User.id == Enrolment.user_id)
        .outerjoin(_MARKER, _MARKER.id == Submission.marked_by)
        .with_only_columns(
            sa.literal(WORK).label("sort"),
            Submission.id,
            Submission.number,
            Submission.handed_in_at,
            Submission.late,
            Submission.edition,
            sa.cast(Submission.outcome, sa.String).label("outcome"),
            Submission.marked_at,
            AssignmentWork.activity_id,
            Enrolment.user_id,
            User.name,
            _MARKER.name.label("reader"),
            face_in(Run.space_id).label("face"),
        )
    )


def _attempts(ctx: Context, run: Run, *, answered: bool) -> Any:
    """Return attempts at quizzes whose essays wait, or were marked."""
    stands: Any = QuizAttempt.marked_at.is_not(None)
    if not answered:
        stands = sa.and_(QuizAttempt.submitted_at.is_not(None), QuizAttempt.score.is_(None))
    marked = sa.case((QuizAttempt.marked_at.is_not(None), sa.literal("marked")))
    return (
        visible_attempts(ctx)
        .where(Enrolment.run_id == run.id, stands)
        .join(User, User.id == Enrolment.user_id)
        .outerjoin(_MARKER, _MARKER.id == QuizAttempt.marked_by)
        .with_only_columns(
            sa.literal(QUIZ).label("sort"),
            QuizAttempt.id,
            QuizAttempt.number,
            QuizAttempt.submitted_at.label("handed_in_at"),
            sa.false().label("late"),
            sa.func.coalesce(QuizAttempt.edition, 0).label("edition"),
            marked.label("outcome"),
            QuizAttempt.marked_at,
            QuizAttempt.activity_id,
            Enrolment.user_id,
            User.name,
            _MARKER.name.label("reader"),
            face_in(Run.space_id).label("face"),
        )
    )


def _line(row: Any, lines: Mapping[uuid.UUID, ActivityLine]) -> HandIn:
    line = lines.get(row.activity_id)
    return HandIn(
        sort=row.sort,
        id=row.id,
        author=Person(row.user_id, row.name, row.face),
        activity_id=row.activity_id,
        title=line.title if line else "",
        number=row.number,
        handed_in_at=row.handed_in_at,
        late=row.late,
        began=row.edition > 0,
        outcome=row.outcome,
        marked_at=row.marked_at,
        reader=row.reader,
    )
