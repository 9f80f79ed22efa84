"""What learners do themselves: read, and answer a quiz."""

import dataclasses
import uuid
from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from flask_babel import LazyString
from flask_babel import gettext as _

from community.academy.kinds.builtin import PAGE, QUIZ
from community.academy.queries import ActivityLine
from community.cohorts.models import Run, RunState
from community.cohorts.policy import find_run
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import Conflict, Invalid
from community.kernel.operation import operation
from community.progress.models import LearningEvent, QuizAttempt, Summary
from community.progress.operations.ledger import Given, lock_summaries, take
from community.progress.policy import judge, may_learn, my_enrolment, open_line
from community.progress.rules.states import Kind, State, Status


@dataclasses.dataclass(frozen=True, slots=True)
class Outcome:
    """Where a learner stands in an activity, and in the run, after an act."""

    activity_id: uuid.UUID
    status: Status
    fraction: float
    missing: str | LazyString
    done: int
    required: int
    percent: int


@dataclasses.dataclass(frozen=True, slots=True)
class _Place:
    """An open activity of the actor's, with their totals locked."""

    run: Run
    line: ActivityLine
    enrolment_id: uuid.UUID
    summary: Summary


@operation
def report_reading(
    ctx: Context, run_id: uuid.UUID, activity_id: uuid.UUID, *, fraction: float, client_id: str
) -> Outcome:
    """Say how far into a page the actor has read: ``fraction`` of it, 0..1.

    The furthest point counts. A repeat under the same ``client_id`` changes nothing.
    Raises NotFound for what is not open, Forbidden for who is not enrolled, Conflict in a closed
    run or for an activity that is no page, Invalid for a fraction out of range.
    """
    if not 0 <= fraction <= 1:
        raise Invalid(
            _("Some of this cannot be used."),
            fields={"fraction": [_("This must be from 0 to 1.")]},
        )
    place = _enter(ctx, run_id, activity_id, PAGE.name)
    if not _is_late_repeat(place, client_id):
        _refuse_when_closed(place.run)
    act = Given(place.enrolment_id, ctx.person, Kind.READ, fraction, client_id, ctx.now)
    taken = take(ctx, place.run, place.line, [act], {place.enrolment_id: place.summary})
    return _outcome(place, taken.states[place.enrolment_id])


@operation
def submit_quiz(
    ctx: Context,
    run_id: uuid.UUID,
    activity_id: uuid.UUID,
    *,
    answers: Mapping[str, Sequence[str]],
    client_id: str,
) -> QuizAttempt:
    """Hand in the actor's answers (question id to picked option ids) as one attempt.

    A repeat under the same ``client_id`` returns the attempt it made, whatever its answers.
    Raises NotFound for what is not open, Forbidden for who is not enrolled, Conflict in a closed
    run, without attempts left or for an activity that is no quiz, Invalid (fields nested as
    ``answers``) for what does not fit the questions.
    """
    place = _enter(ctx, run_id, activity_id, QUIZ.name)
    attempts = db.session.scalars(
        sa.select(QuizAttempt)
        .where(
            QuizAttempt.enrolment_id == place.enrolment_id, QuizAttempt.activity_id == activity_id
        )
        .order_by(QuizAttempt.number)
    ).all()
    for attempt in attempts:
        if attempt.client_id == client_id:
            return attempt
    _refuse_when_closed(place.run)
    allowed: int | None = place.line.settings["attempts"]
    if allowed is not None and len(attempts) >= allowed:
        raise Conflict(_("No attempt is left. Ask your facilitator."))
    result = QUIZ.score(place.line.settings, answers)
    _refuse_unanswered(place.line, answers)
    attempt = QuizAttempt(
        enrolment_id=place.enrolment_id,
        activity_id=activity_id,
        number=len(attempts) + 1,
        client_id=client_id,
        answers={question.id: list(question.picked) for question in result.questions},
        score=result.score,
        passed=result.score >= place.line.settings["pass"],
        submitted_at=ctx.now,
    )
    db.session.add(attempt)
    act = Given(place.enrolment_id, ctx.person, Kind.SCORED, result.score, client_id, ctx.now)
    take(ctx, place.run, place.line, [act], {place.enrolment_id: place.summary})
    return attempt


def _enter(ctx: Context, run_id: uuid.UUID, activity_id: uuid.UUID, kind: str) -> _Place:
    """Find an open activity of the actor's and lock their totals; what is open is asked after."""
    run = find_run(ctx, run_id)
    if not may_learn(ctx, run):
        open_line(ctx, run, activity_id)  # what is hidden is not found, before it is forbidden
    enrolment_id = my_enrolment(ctx, run)
    summary = lock_summaries(run, [enrolment_id])[enrolment_id]
    line = open_line(ctx, run, activity_id)
    if line.kind != kind:
        raise Conflict(_("This activity is not done in this way."))
    return _Place(run, line, enrolment_id, summary)


def _is_late_repeat(place: _Place, client_id: str) -> bool:
    """Whether a closed run is told again what it was told while it was open."""
    if place.run.state is not RunState.CLOSED:
        return False
    return bool(
        db.session.scalar(
            sa.select(
                sa.exists().where(
                    LearningEvent.enrolment_id == place.enrolment_id,
                    LearningEvent.client_id == client_id,
                )
            )
        )
    )


def _refuse_when_closed(run: Run) -> None:
    if run.state is RunState.CLOSED:
        raise Conflict(_("This run is over: everything can be read, nothing more is counted."))


def _refuse_unanswered(line: ActivityLine, answers: Mapping[str, Sequence[str]]) -> None:
    """Refuse a question with one right answer that has none: it was overlooked."""
    overlooked = {
        question["id"]: [_("Pick an answer.")]
        for question in line.settings["questions"]
        if question["kind"] == "single" and not answers.get(question["id"])
    }
    if overlooked:
        raise Invalid(_("Some questions have no answer yet."), fields={"answers": overlooked})


def _outcome(place: _Place, state: State) -> Outcome:
    return Outcome(
        activity_id=place.line.id,
        status=state.status,
        fraction=state.fraction,
        missing="" if state.settled else judge(place.line)(state.evidence).missing,
        done=place.summary.done,
        required=place.summary.required,
        percent=place.summary.percent,
    )
