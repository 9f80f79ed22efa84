"""Who reads what learners made."""

import sqlalchemy as sa

from community.academy.kinds.reflection.kind import Readers
from community.academy.queries import ActivityLine
from community.cohorts.models import SEATED, Enrolment, Run
from community.coursework.models import Reflection, SurveyAnswer
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
