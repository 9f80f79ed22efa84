"""Whose progress one sees, and who may rule on it."""

import sqlalchemy as sa

from community.cohorts.models import SEATED, Enrolment, Run
from community.kernel.context import Context
from community.kernel.policy import read_rule, rule
from community.spaces.policy import facilitates, memberships, organises


@read_rule
def visible_records(ctx: Context) -> sa.Select[Enrolment]:
    """Enrolments whose progress the actor sees: their own, and all of the runs they facilitate."""
    if ctx.actor_id is None:
        return sa.select(Enrolment).where(sa.false())
    mine = list(memberships(ctx))
    led = [space_id for space_id in mine if facilitates(ctx, space_id)]
    return (
        sa.select(Enrolment)
        .join(Run, Run.id == Enrolment.run_id)
        .where(
            Enrolment.state.in_(SEATED),
            Run.space_id.in_(mine),
            sa.or_(Enrolment.user_id == ctx.actor_id, Run.space_id.in_(led)),
        )
    )


@rule
def may_see_everybody(ctx: Context, run: Run) -> bool:
    """Facilitators of the run's space see the progress of all its learners."""
    return facilitates(ctx, run.space_id)


@rule
def may_see_answers(ctx: Context, run: Run) -> bool:
    """Facilitators of the run's space see which answers of a quiz are right: they are asked."""
    return facilitates(ctx, run.space_id)


@rule
def may_decide(ctx: Context, run: Run) -> bool:
    """Facilitators of the run's space mark, excuse or waive, and take it back."""
    return facilitates(ctx, run.space_id)


@rule
def may_change_rules(ctx: Context, run: Run) -> bool:
    """Organisers of the run's space say what completes it, and change that."""
    return organises(ctx, run.space_id)


@rule
def may_look_after(ctx: Context, run: Run) -> bool:
    """Facilitators of the run's space write to its learners, and take one upon themselves."""
    return facilitates(ctx, run.space_id)


@rule
def may_rebuild(ctx: Context, target: None) -> bool:
    """Only whoever holds the installation's command line, acting as nobody else."""
    return ctx.origin == "shell" and ctx.actor_id is None
