"""An attempt is over: it is marked by its own sheet, and counted."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from community.academy.kinds.quiz.scoring import Result, mark
from community.academy.kinds.quiz.settings import FIRST, rules_of
from community.cohorts.models import Enrolment, Run
from community.coursework.models import QuizAttempt
from community.coursework.queries.attempts import is_over, sheet_of
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.operation import operation
from community.progress.models import LearningEvent, Summary
from community.progress.operations.ledger import TICK, Given, since_last_in, take
from community.progress.operations.locking import lock_summaries
from community.progress.policy import line_now
from community.progress.rules.states import Kind

RUN_OUT = "over:"
"""How the client id of an attempt begins that nobody handed in: its time was over."""


def close(
    attempt: QuizAttempt, answers: dict[str, Any], *, client_id: str, at: dt.datetime
) -> int | None:
    """Mark an attempt that is over; return the score that counts now, None where it waits.

    The totals of its learner are locked.
    """
    sheet = sheet_of(attempt)
    result: Result = mark(sheet, answers)
    rules = rules_of(sheet)
    attempt.client_id, attempt.submitted_at = client_id, at
    attempt.answers = {each.id: list(each.picked) for each in result.questions}
    if result.waits:  # a person marks its essays: ``marking_essays``
        return None
    attempt.score, attempt.passed = result.score, result.score >= rules.pass_mark
    return counted_now(attempt, result.score)


def counted_now(attempt: QuizAttempt, score: int) -> int:
    """Return the score that counts once this one is there, by the rules of its sheet."""
    rules = rules_of(sheet_of(attempt))
    first = _first_score(attempt) if rules.counts == FIRST else None
    return score if first is None else first


def _first_score(attempt: QuizAttempt) -> int | None:
    if attempt.number == 1:
        return None
    return db.session.scalar(
        sa.select(QuizAttempt.score).where(
            QuizAttempt.enrolment_id == attempt.enrolment_id,
            QuizAttempt.activity_id == attempt.activity_id,
            QuizAttempt.number == 1,
        )
    )


def count_attempt(
    ctx: Context,
    run: Run,
    attempt: QuizAttempt,
    user_id: uuid.UUID,
    summaries: Mapping[uuid.UUID, Summary],
    *,
    score: int,
    at: dt.datetime,
    dated: bool = False,
) -> None:
    """Count an attempt that is marked, at ``at``, under the id it was handed in with.

    ``dated``: it happened then, and is counted only now. Theirs is the day on which they handed it
    in, not that of whoever read it.
    ``score`` is the one that counts now. Who passed by the rules the attempt was begun under is
    done, whatever its run asks for since. The totals of its learner are locked.
    """
    line = line_now(run, attempt.activity_id)
    if line is None:
        return
    who = (attempt.enrolment_id, user_id)
    at = since_last_in(attempt.enrolment_id, line, at) if dated else at
    act = Given(*who, Kind.SCORED, score, attempt.client_id, at, dated=dated)
    state = take(ctx, run, line, [act], summaries).states[attempt.enrolment_id]
    if attempt.passed and score == attempt.score and not state.settled:
        kept, at = f"passed:{attempt.id.hex}", at + TICK if dated else at
        act = Given(*who, Kind.KEPT, attempt.number, kept, at, dated=dated)
        take(ctx, run, line, [act], summaries)


@operation
def close_attempt(ctx: Context, attempt_id: uuid.UUID) -> bool:
    """Close an attempt whose time is over, with what was answered until then.

    It is as if it had been handed in at that moment; in a run that was closed before, nothing is
    counted any more, unless it is opened again (``count_run_out``). Returns whether it was open
    till now; a repeat changes nothing.
    """
    found = _with_run(attempt_id)
    if found is None:
        return False
    run, enrolment_id, user_id = found
    summaries = lock_summaries(ctx, run, [enrolment_id])
    attempt = db.session.get(QuizAttempt, attempt_id, populate_existing=True)
    if attempt is None or attempt.submitted_at is not None or attempt.ends_at is None:
        return False
    if not is_over(attempt.ends_at, ctx.now):
        return False
    client_id = f"{RUN_OUT}{attempt.id.hex}"
    score = close(attempt, attempt.answers, client_id=client_id, at=attempt.ends_at)
    if score is not None and (run.closed_at is None or attempt.ends_at <= run.closed_at):
        count_attempt(ctx, run, attempt, user_id, summaries, score=score, at=attempt.ends_at)
    return True


def _with_run(attempt_id: uuid.UUID) -> tuple[Run, uuid.UUID, uuid.UUID] | None:
    """Return the run of an attempt, its enrolment and whose it is."""
    found = db.session.execute(
        sa.select(Run, Enrolment.id, Enrolment.user_id)
        .join(Enrolment, Enrolment.run_id == Run.id)
        .join(QuizAttempt, QuizAttempt.enrolment_id == Enrolment.id)
        .where(QuizAttempt.id == attempt_id)
    ).one_or_none()
    return None if found is None else (found[0], found[1], found[2])


def count_run_out(ctx: Context, run_id: uuid.UUID) -> int:
    """Count the attempts that ran out while a run was closed and is not any more; returns how many.

    One a transaction; a repeat changes nothing.
    """
    left_out = (
        sa.select(QuizAttempt.id)
        .join(Enrolment, Enrolment.id == QuizAttempt.enrolment_id)
        .where(
            Enrolment.run_id == run_id,
            QuizAttempt.client_id.startswith(RUN_OUT),
            QuizAttempt.score.is_not(None),
            ~sa.exists().where(
                LearningEvent.enrolment_id == QuizAttempt.enrolment_id,
                LearningEvent.client_id == QuizAttempt.client_id,
            ),
        )
        .order_by(QuizAttempt.submitted_at, QuizAttempt.id)
    )
    keys = db.session.scalars(left_out).all()
    db.session.remove()  # each reads its rows anew
    return sum(_count_one(ctx, key) for key in keys)


@operation
def _count_one(ctx: Context, attempt_id: uuid.UUID) -> bool:
    """Count one attempt in its run as it is now; returns whether it was still to be counted."""
    found = _with_run(attempt_id)
    if found is None:
        return False
    run, enrolment_id, user_id = found
    summaries = lock_summaries(ctx, run, [enrolment_id])
    attempt = db.session.get(QuizAttempt, attempt_id, populate_existing=True)
    if run.closed_at is not None or attempt is None or attempt.score is None:
        return False  # closed anew meanwhile
    score = counted_now(attempt, attempt.score)
    at = attempt.submitted_at or ctx.now
    count_attempt(ctx, run, attempt, user_id, summaries, score=score, at=at, dated=True)
    return True


def opened_among(attempts: Sequence[QuizAttempt]) -> QuizAttempt | None:
    """Return the attempt that is open, if one is."""
    return next((each for each in attempts if each.submitted_at is None), None)
