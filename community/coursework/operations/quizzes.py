"""Answering a quiz: an attempt is begun, filled in, and handed in.

All of it happens under the lock of the learner's totals: of two tabs that begin, one makes the
attempt and the other goes on with it; of two that hand in, one does.
"""

import datetime as dt
import secrets
import uuid
from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from flask_babel import gettext as _

from community.academy.kinds.builtin import QUIZ
from community.academy.kinds.quiz.scoring import in_order, overlooked, refuse_unfit
from community.academy.kinds.quiz.settings import begins_first, rules_of
from community.academy.kinds.quiz.sheets import make_sheet
from community.coursework.models import QuizAttempt
from community.coursework.operations.closing import (
    close,
    close_attempt,
    count_attempt,
    opened_among,
)
from community.coursework.queries.attempts import GRACE, is_over, sheet_of
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import Conflict, Invalid
from community.kernel.keys import new_key
from community.kernel.operation import enqueue, operation
from community.progress.operations import Doing, enter, refuse_former, refuse_over

CLOSE = "coursework.close_attempt"
_LATER = dt.timedelta(seconds=5)  # after the grace: a job does not come too early

Answers = Mapping[str, Sequence[str]]


@operation
def begin_quiz(
    ctx: Context, run_id: uuid.UUID, activity_id: uuid.UUID, *, client_id: str
) -> QuizAttempt:
    """Begin an attempt, with its own copy of the rules and the questions; or go on with the open.

    A repeat under the same ``client_id`` returns the attempt it began. Raises NotFound for what is
    not open, Forbidden for who is not enrolled, Conflict in a closed run, without attempts left,
    before the time to wait is over, or for an activity that is no quiz.
    """
    doing = enter(ctx, run_id, activity_id, QUIZ.name)
    attempts = _attempts(doing)
    for attempt in attempts:
        if attempt.begun_as == client_id:
            return attempt
    refuse_over(ctx, doing.run)
    opened = opened_among(attempts)
    if opened is not None and not is_over(opened.ends_at, ctx.now):
        return opened
    if opened is not None:
        close_attempt(ctx, opened.id)
    return _begin(ctx, doing, attempts, client_id)


@operation
def keep_answers(
    ctx: Context,
    run_id: uuid.UUID,
    activity_id: uuid.UUID,
    *,
    answers: Answers,
    number: int | None = None,
) -> QuizAttempt:
    """Keep answers in the open attempt, in place of those it has to the same questions.

    ``number`` is the attempt they are meant for. Raises as ``begin_quiz`` does, Conflict where that
    attempt is not open any more, Invalid (fields nested as ``answers``) for what does not fit.
    """
    doing = enter(ctx, run_id, activity_id, QUIZ.name)
    refuse_over(ctx, doing.run)
    opened = opened_among(_attempts(doing))
    if opened is None:
        raise Conflict(_("No attempt is open: this one was handed in already, or not begun."))
    _refuse_another(ctx, opened, number)
    sheet = sheet_of(opened)
    refuse_unfit(sheet, answers)
    known = {question["id"]: question for question in sheet["questions"]}
    given = {key: list(in_order(known[key], answer)) for key, answer in answers.items()}
    opened.answers = {**opened.answers, **given}
    return opened


@operation
def submit_quiz(
    ctx: Context,
    run_id: uuid.UUID,
    activity_id: uuid.UUID,
    *,
    answers: Answers,
    client_id: str,
    number: int | None = None,
) -> QuizAttempt:
    """Hand in the actor's answers, with those kept before, as one attempt.

    It is the open one, or a new one where none need be begun first. ``number`` is the attempt they
    are meant for. A repeat under the same ``client_id`` returns the attempt it made, whatever its
    answers. Raises NotFound for what is not open, Forbidden for who is not enrolled, Conflict in a
    closed run, without attempts left, where that attempt was handed in already or its time is over,
    or for an activity that is no quiz; Invalid (fields nested as ``answers``) for what does not fit
    the questions, and where a question was overlooked, unless time counts.
    """
    doing = enter(ctx, run_id, activity_id, QUIZ.name)
    attempts = _attempts(doing)
    for attempt in attempts:
        if attempt.client_id == client_id:
            return attempt
    refuse_over(ctx, doing.run)
    opened = opened_among(attempts)
    if opened is None and number is not None and number <= len(attempts):
        raise Conflict(_("This attempt was handed in already, in another window."))
    if opened is None and begins_first(doing.line.settings):
        raise Conflict(_("Begin an attempt first: its questions are its own."))
    if opened is None:
        refuse_former(doing, activity_id)  # its answers are to other questions
    attempt = opened or _begin(ctx, doing, attempts, None)
    _refuse_another(ctx, attempt, number)
    sheet = sheet_of(attempt)
    refuse_unfit(sheet, answers)
    filled = {**attempt.answers, **answers}
    missing = {} if attempt.ends_at else overlooked(sheet, filled)
    if missing:
        raise Invalid(_("Some questions have no answer yet."), fields={"answers": missing})
    score = close(attempt, filled, client_id=client_id, at=ctx.now)
    if score is None:
        return attempt
    summaries = {doing.enrolment_id: doing.summary}
    count_attempt(ctx, doing.run, attempt, ctx.person, summaries, score=score, at=ctx.now)
    return attempt


def _attempts(doing: Doing) -> list[QuizAttempt]:
    return list(
        db.session.scalars(
            sa.select(QuizAttempt)
            .where(
                QuizAttempt.enrolment_id == doing.enrolment_id,
                QuizAttempt.activity_id == doing.line.id,
            )
            .order_by(QuizAttempt.number)
            .execution_options(populate_existing=True)
        )
    )


def _begin(
    ctx: Context, doing: Doing, attempts: Sequence[QuizAttempt], begun_as: str | None
) -> QuizAttempt:
    settings = doing.line.settings
    rules = rules_of(settings)
    if any(each.submitted_at is not None and each.score is None for each in attempts):
        raise Conflict(_("Your last attempt waits to be read. You can try again after that."))
    if rules.attempts is not None and len(attempts) >= rules.attempts:
        raise Conflict(_("No attempt is left. Ask your facilitator."))
    last = attempts[-1].submitted_at if attempts else None
    if rules.wait and last and ctx.now < last + dt.timedelta(minutes=rules.wait):
        raise Conflict(_("It is too early for another attempt. The page says when you can try."))
    key = new_key()
    ends_at = ctx.now + dt.timedelta(minutes=rules.time_limit) if rules.time_limit else None
    attempt = QuizAttempt(
        id=key,
        enrolment_id=doing.enrolment_id,
        activity_id=doing.line.id,
        number=len(attempts) + 1,
        client_id=f"open:{key.hex}",
        begun_as=begun_as,
        begun_at=ctx.now,
        ends_at=ends_at,
        sheet=make_sheet(settings, seed=secrets.randbits(31)),
        answers={},
    )
    db.session.add(attempt)
    if ends_at is not None:
        enqueue(ctx, CLOSE, {"attempt_id": str(key)}, due_at=ends_at + GRACE + _LATER)
    return attempt


def _refuse_another(ctx: Context, attempt: QuizAttempt, number: int | None) -> None:
    """Raise Conflict for answers that are meant for another attempt, or come too late."""
    if number is not None and number != attempt.number:
        raise Conflict(_("This attempt was handed in already, in another window."))
    if is_over(attempt.ends_at, ctx.now):
        raise Conflict(_("The time is over. What was kept until then counts."))
