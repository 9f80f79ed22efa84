"""What was handed in in a run, for those who mark: the queue, and one version of it."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from community.academy.kinds.quiz.scoring import essays_in
from community.academy.queries import ActivityLine, rendered
from community.accounts.models import User
from community.cohorts.models import SEATED, Enrolment, Run
from community.coursework.models import (
    AssignmentWork,
    Extension,
    QuizAttempt,
    Stage,
    Submission,
)
from community.coursework.policy import (
    visible_attempts,
    visible_extensions,
    visible_submissions,
    visible_work_files,
)
from community.coursework.queries.attempts import sheet_of
from community.coursework.queries.works import Version, files_of, versions_of
from community.kernel.context import Context
from community.kernel.db import UtcDateTime, db
from community.kernel.errors import NotFound
from community.kernel.files.models import StoredFile
from community.kernel.frame import Person
from community.kernel.paging import LIMIT, Page, page_of
from community.kernel.policy import find
from community.progress.policy import line_now, plan
from community.spaces.queries import face_in

WORK, QUIZ = "work", "quiz"
"""What is handed in: a version of work, an attempt at a quiz with essays."""
WAITING, LATE, ANSWERED = "waiting", "late", "answered"
SHOWS = (WAITING, LATE, ANSWERED)
"""What of a run's hand-ins is asked for."""
MOST_LEARNERS = 500


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


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class HandInView:
    """A version with what stands around it: whose it is, what came before, what follows."""

    version: Version
    former: Version | None
    newest: bool
    stage: Stage
    author: Person
    enrolment_id: uuid.UUID
    line: ActivityLine | None
    activity_id: uuid.UUID
    others: tuple[Version, ...]


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


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Essay:
    """An essay of an attempt, with what was given to it so far."""

    id: str
    prompt_html: str
    text: str
    most: int
    points: int | None
    comment: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class EssaysView:
    """An attempt with essays, for whoever marks it."""

    id: uuid.UUID
    number: int
    author: Person
    enrolment_id: uuid.UUID
    title: str
    submitted_at: dt.datetime
    edition: int
    reader: str | None
    score: int | None
    marked_at: dt.datetime | None
    essays: tuple[Essay, ...]


def essays(ctx: Context, run: Run, attempt_id: uuid.UUID) -> EssaysView:
    """Return an attempt with essays in a run the actor leads; one statement. Raises NotFound."""
    row = db.session.execute(
        visible_attempts(ctx)
        .where(QuizAttempt.id == attempt_id, Enrolment.run_id == run.id)
        .where(QuizAttempt.submitted_at.is_not(None))
        .join(User, User.id == Enrolment.user_id)
        .outerjoin(_MARKER, _MARKER.id == QuizAttempt.marked_by)
        .add_columns(
            Enrolment.user_id, User.name, _MARKER.name.label("reader"), face_in(Run.space_id)
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    attempt: QuizAttempt = row.QuizAttempt
    marks = attempt.marks or {}
    asked = essays_in(sheet_of(attempt))
    line = line_now(run, attempt.activity_id)
    if not asked or attempt.submitted_at is None:
        raise NotFound
    return EssaysView(
        id=attempt.id,
        number=attempt.number,
        author=Person(row.user_id, row.name, row.face),
        enrolment_id=attempt.enrolment_id,
        title=line.title if line else "",
        submitted_at=attempt.submitted_at,
        edition=attempt.edition or 0,
        reader=row.reader,
        score=attempt.score,
        marked_at=attempt.marked_at,
        essays=tuple(
            Essay(
                id=each["id"],
                prompt_html=rendered(each["prompt"]),
                text="".join(attempt.answers.get(each["id"], ())),
                most=each.get("points", 1),
                points=marks.get(each["id"], {}).get("points"),
                comment=marks.get(each["id"], {}).get("comment", ""),
            )
            for each in asked
        ),
    )


def hand_in(ctx: Context, run: Run, submission_id: uuid.UUID) -> HandInView:
    """Return a version the actor reads, in this run; four statements. Raises NotFound."""
    row = db.session.execute(
        visible_submissions(ctx)
        .where(Submission.id == submission_id, Enrolment.run_id == run.id)
        .join(User, User.id == Enrolment.user_id)
        .with_only_columns(
            Submission.work_id,
            AssignmentWork.stage,
            AssignmentWork.versions,
            AssignmentWork.activity_id,
            Enrolment.id.label("enrolment_id"),
            Enrolment.user_id,
            User.name,
            face_in(Run.space_id),
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    versions = versions_of(row.work_id, files_of(row.work_id))
    mine = next(each for each in versions if each.id == submission_id)
    seen = [each for each in versions if each.taken_back_at is None]
    earlier = [each for each in seen if each.number < mine.number]
    return HandInView(
        version=mine,
        former=earlier[0] if earlier else None,
        newest=mine.number == row.versions,
        stage=row.stage,
        author=Person(row.user_id, row.name, row.face),
        enrolment_id=row.enrolment_id,
        line=line_now(run, row.activity_id),
        activity_id=row.activity_id,
        others=tuple(each for each in seen if each.id != mine.id),
    )


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


_works_since = _of(_waiting_works, sa.func.min(AssignmentWork.waiting_since, type_=UtcDateTime()))
_attempts_since = _of(_waiting_attempts, sa.func.min(QuizAttempt.submitted_at, type_=UtcDateTime()))
HOW_MANY_WAIT = (
    _of(_waiting_works, sa.func.count()) + _of(_waiting_attempts, sa.func.count())
).label("hand_ins")
WAIT_SINCE = sa.case(
    (_attempts_since < _works_since, _attempts_since),
    else_=sa.func.coalesce(_works_since, _attempts_since, type_=UtcDateTime()),
).label("handed_in_since")
"""Columns for whoever reads runs that its reader leads: what waits there, and since when."""


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


# ------------------------------------------------------------------ files, and more time


class KeptFile(NamedTuple):
    """A file to be sent, by the name its learner gave it."""

    name: str
    digest: str


def work_file(ctx: Context, file_id: uuid.UUID) -> KeptFile:
    """Return a file of a learner's that the actor may load; raises NotFound."""
    row = find(visible_work_files(ctx), file_id)
    digest = db.session.scalars(
        sa.select(StoredFile.digest).where(StoredFile.id == row.stored_id)
    ).one()
    return KeptFile(row.name, digest)


class MoreTime(NamedTuple):
    """An extension, as it is listed."""

    enrolment_id: uuid.UUID
    name: str
    until: dt.datetime
    reason: str
    by: str


def extensions(ctx: Context, run: Run, activity_id: uuid.UUID) -> Sequence[MoreTime]:
    """Return who has more time in an assignment, by name."""
    giver = sa.orm.aliased(User)
    rows = db.session.execute(
        visible_extensions(ctx)
        .where(Enrolment.run_id == run.id, Extension.activity_id == activity_id)
        .join(User, User.id == Enrolment.user_id)
        .join(giver, giver.id == Extension.given_by)
        .with_only_columns(
            Enrolment.id, User.name, Extension.until, Extension.reason, giver.name.label("by")
        )
        .order_by(User.name, Enrolment.id)
        .limit(MOST_LEARNERS)
    )
    return [MoreTime(*row) for row in rows]


def learners_of(run_id: uuid.UUID) -> Sequence[tuple[uuid.UUID, str]]:
    """Return enrolment and name of who learns in a run that the caller leads, by name."""
    rows = db.session.execute(
        sa.select(Enrolment.id, User.name)
        .join(User, User.id == Enrolment.user_id)
        .where(Enrolment.run_id == run_id, Enrolment.state.in_(SEATED))
        .order_by(User.name, Enrolment.id)
        .limit(MOST_LEARNERS)
    )
    return [(row.id, row.name) for row in rows]
