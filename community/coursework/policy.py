"""Who reads what learners made."""

import sqlalchemy as sa

from community.academy.kinds.reflection.kind import Readers
from community.academy.queries import ActivityLine
from community.cohorts.models import SEATED, Enrolment, Run
from community.coursework.models import (
    AssignmentWork,
    Extension,
    QuizAttempt,
    Reflection,
    Submission,
    SurveyAnswer,
    WorkFile,
)
from community.kernel.context import Context
from community.kernel.policy import read_rule, rule
from community.spaces.policy import facilitates, memberships, role_in


@read_rule
def visible_reflections(ctx: Context) -> sa.Select[Reflection]:
    """Handed in, not taken back, by who has a place in a run the actor belongs to; told to them.

    Their own, those for the cohort, and, of runs they facilitate, those for who facilitates. A
    private one is its learner's alone: no office opens it.
    """
    if ctx.actor_id is None:
        return sa.select(Reflection).where(sa.false())
    mine = list(memberships(ctx))
    led = [space_id for space_id in mine if facilitates(ctx, space_id)]
    return (
        sa.select(Reflection)
        .join(Enrolment, Enrolment.id == Reflection.enrolment_id)
        .join(Run, Run.id == Enrolment.run_id)
        .where(
            Reflection.text.is_not(None),
            Enrolment.state.in_(SEATED),
            Run.space_id.in_(mine),
            sa.or_(
                Enrolment.user_id == ctx.actor_id,
                Reflection.readers == Readers.COHORT,
                sa.and_(Reflection.readers == Readers.MENTOR, Run.space_id.in_(led)),
            ),
        )
    )


@rule
def may_read_reflections(ctx: Context, of: tuple[Run, ActivityLine]) -> bool:
    """Whether others' reflections in an activity one sees are for the actor; private ones never."""
    run, line = of
    match Readers(line.settings["readers"]):
        case Readers.COHORT:
            return role_in(ctx, run.space_id) is not None
        case Readers.MENTOR:
            return facilitates(ctx, run.space_id)
        case _:
            return False


@read_rule
def visible_answers(ctx: Context) -> sa.Select[SurveyAnswer]:
    """Named answers to surveys: one's own, and those of who has a place in a run one facilitates.

    An anonymous survey has none.
    """
    if ctx.actor_id is None:
        return sa.select(SurveyAnswer).where(sa.false())
    mine = list(memberships(ctx))
    led = [space_id for space_id in mine if facilitates(ctx, space_id)]
    return (
        sa.select(SurveyAnswer)
        .join(Enrolment, Enrolment.id == SurveyAnswer.enrolment_id)
        .join(Run, Run.id == Enrolment.run_id)
        .where(
            SurveyAnswer.answers.is_not(None),
            Enrolment.state.in_(SEATED),
            Run.space_id.in_(mine),
            sa.or_(Enrolment.user_id == ctx.actor_id, Run.space_id.in_(led)),
        )
    )


@rule
def may_see_results(ctx: Context, run: Run) -> bool:
    """Facilitators of the run's space see what its surveys came to."""
    return facilitates(ctx, run.space_id)


# ------------------------------------------------------------------ assignments


def _own_and_led(ctx: Context) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    """Return what holds of the actor's own, and of learners' in runs they facilitate.

    For a statement that joins Enrolment and Run.
    """
    mine = list(memberships(ctx))
    led = [space_id for space_id in mine if facilitates(ctx, space_id)]
    seated = Enrolment.state.in_(SEATED)
    return (
        sa.and_(seated, Run.space_id.in_(mine), Enrolment.user_id == ctx.actor_id),
        sa.and_(seated, Run.space_id.in_(led)),
    )


@read_rule
def visible_submissions(ctx: Context) -> sa.Select[Submission]:
    """Versions that were handed in: one's own, and those of who has a place in a run one leads.

    Those who lead find none that was taken back; other learners and observers find none at all.
    """
    if ctx.actor_id is None:
        return sa.select(Submission).where(sa.false())
    own, led = _own_and_led(ctx)
    return (
        sa.select(Submission)
        .join(AssignmentWork, AssignmentWork.id == Submission.work_id)
        .join(Enrolment, Enrolment.id == AssignmentWork.enrolment_id)
        .join(Run, Run.id == Enrolment.run_id)
        .where(sa.or_(own, sa.and_(led, Submission.taken_back_at.is_(None))))
    )


@read_rule
def visible_attempts(ctx: Context) -> sa.Select[QuizAttempt]:
    """Attempts at quizzes: one's own, and those handed in in a run one leads."""
    if ctx.actor_id is None:
        return sa.select(QuizAttempt).where(sa.false())
    own, led = _own_and_led(ctx)
    return (
        sa.select(QuizAttempt)
        .join(Enrolment, Enrolment.id == QuizAttempt.enrolment_id)
        .join(Run, Run.id == Enrolment.run_id)
        .where(sa.or_(own, sa.and_(led, QuizAttempt.submitted_at.is_not(None))))
    )


@read_rule
def visible_work_files(ctx: Context) -> sa.Select[WorkFile]:
    """Files of learners: one's own, and those in versions that one reads."""
    if ctx.actor_id is None:
        return sa.select(WorkFile).where(sa.false())
    own, led = _own_and_led(ctx)
    return (
        sa.select(WorkFile)
        .join(AssignmentWork, AssignmentWork.id == WorkFile.work_id)
        .join(Enrolment, Enrolment.id == AssignmentWork.enrolment_id)
        .join(Run, Run.id == Enrolment.run_id)
        .outerjoin(Submission, Submission.id == WorkFile.submission_id)
        .where(
            sa.or_(
                own,
                sa.and_(
                    led, WorkFile.submission_id.is_not(None), Submission.taken_back_at.is_(None)
                ),
            )
        )
    )


@read_rule
def visible_extensions(ctx: Context) -> sa.Select[Extension]:
    """More time for a learner: one's own, and that of who has a place in a run one leads."""
    if ctx.actor_id is None:
        return sa.select(Extension).where(sa.false())
    return (
        sa.select(Extension)
        .join(Enrolment, Enrolment.id == Extension.enrolment_id)
        .join(Run, Run.id == Enrolment.run_id)
        .where(sa.or_(*_own_and_led(ctx)))
    )


@rule
def may_mark(ctx: Context, run: Run) -> bool:
    """Facilitators of the run's space read what was handed in, accept it or give it back."""
    return facilitates(ctx, run.space_id)


@rule
def may_extend(ctx: Context, run: Run) -> bool:
    """Facilitators of the run's space give a learner more time, and take it back."""
    return facilitates(ctx, run.space_id)
