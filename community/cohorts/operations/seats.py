"""The seats of a run: taken and given back as memberships of its space begin and end.

Nobody calls these by themselves: whether somebody may join was decided by spaces; this only counts.
Locks are taken in the order space, invitation, membership, run, session, enrolment. Whoever leaves
comes to the live sessions before the run, but holds the space, as does whoever changes a run
(``policy.run_to_change``): what either writes refers to the space, so neither could go on without.
"""

import uuid

import sqlalchemy as sa
from flask_babel import gettext as _

from community.cohorts.events import LearnerEnrolled, LearnerWithdrawn
from community.cohorts.models import (
    SEATED,
    Enrolment,
    EnrolmentMove,
    EnrolmentState,
    Run,
    RunState,
)
from community.cohorts.operations.releasing import settle_learners
from community.cohorts.queries.enrolments import dues_of
from community.cohorts.rules import paced_again
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import Conflict
from community.kernel.keys import new_key
from community.kernel.operation import operation, record


@operation
def take_seat(
    ctx: Context, space_id: uuid.UUID, user_id: uuid.UUID, *, reason: str = ""
) -> Enrolment | None:
    """Enrol somebody in the run of a space, anew or again; None where the space has no run.

    Raises Conflict when every seat is taken, or the run is over.
    """
    run = locked_run(space_id)
    if run is None:
        return None
    enrolment = locked_enrolment(run.id, user_id)
    if enrolment is not None and enrolment.state in SEATED:
        return enrolment
    if run.state is RunState.CLOSED:
        raise Conflict(_("This cohort is over."))
    if run.enrolled >= run.capacity:
        raise Conflict(_("This cohort is full."))
    run.enrolled += 1
    if enrolment is None:
        enrolment = Enrolment(id=new_key(), run_id=run.id, user_id=user_id)
        db.session.add(enrolment)
    elif enrolment.ended_at is not None:
        since = enrolment.paced_from or enrolment.enrolled_at
        enrolment.paced_from = paced_again(dues_of(run), since, enrolment.ended_at, ctx.now)
    move(ctx, enrolment, EnrolmentState.ACTIVE, reason)
    enrolment.enrolled_at = ctx.now
    enrolment.ended_at = enrolment.returned_at = None
    db.session.flush()
    settle_learners(run, [enrolment.id])
    record(LearnerEnrolled(run_id=run.id, enrolment_id=enrolment.id, user_id=user_id))
    return enrolment


@operation
def give_back_seat(
    ctx: Context, space_id: uuid.UUID, user_id: uuid.UUID, *, reason: str = ""
) -> None:
    """End somebody's enrolment in the run of a space; what they did in it stays."""
    run = locked_run(space_id)
    enrolment = locked_enrolment(run.id, user_id) if run is not None else None
    if run is None or enrolment is None or enrolment.state is EnrolmentState.WITHDRAWN:
        return
    run.enrolled -= 1
    move(ctx, enrolment, EnrolmentState.WITHDRAWN, reason)
    enrolment.ended_at = ctx.now
    record(LearnerWithdrawn(run_id=run.id, enrolment_id=enrolment.id, user_id=user_id))


def move(ctx: Context, enrolment: Enrolment, state: EnrolmentState, reason: str = "") -> None:
    """Bring an enrolment, whose row is locked or new, into a state, and keep by whom and why."""
    former: EnrolmentState | None = enrolment.state  # a new row has none yet
    enrolment.state = state
    if former is None:
        enrolment.enrolled_at = ctx.now
    db.session.flush()  # before the move that refers to it
    db.session.add(
        EnrolmentMove(
            enrolment_id=enrolment.id,
            former=former,
            state=state,
            reason=reason,
            actor_id=ctx.actor_id,
            at=ctx.now,
        )
    )


def locked_run(space_id: uuid.UUID) -> Run | None:
    """Return the run of a space, its row held until the commit: seats are counted one by one."""
    found: Run | None = db.session.scalar(
        sa.select(Run)
        .where(Run.space_id == space_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return found


def locked_enrolment(run_id: uuid.UUID, user_id: uuid.UUID) -> Enrolment | None:
    """Return somebody's enrolment in a run as it is under its lock, whatever its state."""
    found: Enrolment | None = db.session.scalar(
        sa.select(Enrolment)
        .where(Enrolment.run_id == run_id, Enrolment.user_id == user_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return found
