"""The essays of one attempt at a quiz, for those who mark."""

import dataclasses
import datetime as dt
import uuid

import sqlalchemy as sa

from community.academy.kinds.quiz.scoring import essays_in
from community.academy.queries import rendered
from community.accounts.models import User
from community.cohorts.models import Enrolment, Run
from community.coursework.models import QuizAttempt
from community.coursework.policy import visible_attempts
from community.coursework.queries.attempts import sheet_of
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import NotFound
from community.kernel.frame import Person
from community.progress.policy import line_now
from community.spaces.queries import face_in

_MARKER = sa.orm.aliased(User)


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
