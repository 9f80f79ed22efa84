"""Who sees a run, and who runs it.

Whoever organises the network does not see the runs of others by that: only members of a run's
space see it.
"""

import uuid
from collections.abc import Callable

import sqlalchemy as sa

from community.cohorts.models import Enrolment, EnrolmentState, Run
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.policy import Finder, find, read_rule, require, rule
from community.spaces.models import Role
from community.spaces.policy import (
    ORGANISING,
    find_space,
    my_spaces,
    my_spaces_as,
    organises,
    refuse_archived,
    role_in,
)


@read_rule
def visible_runs(ctx: Context) -> sa.Select[Run]:
    """Runs of the spaces one belongs to; organising the network opens none."""
    return sa.select(Run).where(Run.space_id.in_(my_spaces(ctx)))


# named: who closes a run or moves it waits for its learners, whose rows may name the run
find_run = Finder(visible_runs, named=True)


def run_to_change(
    ctx: Context, run_id: uuid.UUID, may: Callable[[Context, Run], bool], *, lock: bool = True
) -> Run:
    """Return a run for an actor who may change it; ``lock`` holds it till the commit.

    Its space is held before it, as whoever joins or leaves takes them. Raises NotFound, Forbidden,
    Conflict in an archived space.
    """
    run = find_run(ctx, run_id)
    space = find_space(ctx, run.space_id, lock=lock)
    if lock:
        run = find_run(ctx, run_id, lock=True)
    require(may, ctx, run)
    refuse_archived(space)
    return run


@rule
def may_open_run(ctx: Context, run: Run) -> bool:
    """Organisers of the run's space open it."""
    return organises(ctx, run.space_id)


@rule
def may_close_run(ctx: Context, run: Run) -> bool:
    """Organisers of the run's space close it."""
    return organises(ctx, run.space_id)


@rule
def may_edit_run(ctx: Context, run: Run) -> bool:
    """Organisers of the run's space change its name, seats and dates, and who leads it."""
    return organises(ctx, run.space_id)


@rule
def may_reopen_run(ctx: Context, run: Run) -> bool:
    """Organisers of the run's space take its closing back."""
    return organises(ctx, run.space_id)


@rule
def may_withdraw_run(ctx: Context, run: Run) -> bool:
    """Owners of the run's space withdraw it."""
    return role_in(ctx, run.space_id) is Role.OWNER


@rule
def may_see_learners(ctx: Context, run: Run) -> bool:
    """Organisers of the run's space see who learns, pauses and has left, and why."""
    return organises(ctx, run.space_id)


# ------------------------------------------------------------------ enrolments


@read_rule
def visible_enrolments(ctx: Context) -> sa.Select[Enrolment]:
    """One's own enrolments, also those that ended, and all of the runs one organises."""
    if ctx.actor_id is None:
        return sa.select(Enrolment).where(sa.false())
    led = my_spaces_as(ctx, ORGANISING)
    return (
        sa.select(Enrolment)
        .join(Run, Run.id == Enrolment.run_id)
        .where(sa.or_(Enrolment.user_id == ctx.actor_id, Run.space_id.in_(led)))
    )


def find_enrolment(ctx: Context, enrolment_id: uuid.UUID) -> Enrolment:
    """Return an enrolment the actor sees; raises NotFound."""
    return find(visible_enrolments(ctx), enrolment_id)


def _organises_run_of(ctx: Context, enrolment: Enrolment) -> bool:
    return organises(ctx, db.session.get_one(Run, enrolment.run_id).space_id)


def _is_own(ctx: Context, enrolment: Enrolment) -> bool:
    """Whether it is the actor's own, and they are not suspended from the run's space.

    Who has left is told by the operation what they can do instead.
    """
    if enrolment.user_id != ctx.actor_id:
        return False
    space_id = db.session.get_one(Run, enrolment.run_id).space_id
    return enrolment.state is EnrolmentState.WITHDRAWN or role_in(ctx, space_id) is not None


@rule
def may_pause_learner(ctx: Context, enrolment: Enrolment) -> bool:
    """Learners pause themselves; organisers of the run pause anybody."""
    return _is_own(ctx, enrolment) or _organises_run_of(ctx, enrolment)


@rule
def may_withdraw_learner(ctx: Context, enrolment: Enrolment) -> bool:
    """Organisers of the run withdraw a learner; who goes by themselves leaves its space."""
    return enrolment.user_id != ctx.actor_id and _organises_run_of(ctx, enrolment)


@rule
def may_return_learner(ctx: Context, enrolment: Enrolment) -> bool:
    """Learners come back from a pause; organisers of the run bring back whom they withdrew, too."""
    return _is_own(ctx, enrolment) or _organises_run_of(ctx, enrolment)
