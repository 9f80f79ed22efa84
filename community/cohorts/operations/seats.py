"""The seats of a run: taken and given back as memberships of its space begin and end.

Nobody calls these by themselves: whether somebody may join was decided by spaces; this only counts.
"""

import uuid

import sqlalchemy as sa
from flask_babel import gettext as _

from community.cohorts.events import LearnerEnrolled, LearnerWithdrawn
from community.cohorts.models import Enrolment, EnrolmentState, Run, RunState
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import Conflict
from community.kernel.keys import new_key
from community.kernel.operation import operation, record


@operation
def take_seat(ctx: Context, space_id: uuid.UUID, user_id: uuid.UUID) -> Enrolment | None:
    """Enrol somebody in the run of a space, anew or again; None where the space has no run.

    Raises Conflict when every seat is taken, or the run is over.
    """
    run = _locked_run(space_id)
    if run is None:
        return None
    enrolment = _enrolment(run, user_id)
    if enrolment is not None and enrolment.state is EnrolmentState.ACTIVE:
        return enrolment
    if run.state is RunState.CLOSED:
        raise Conflict(_("This cohort is over."))
    if run.enrolled >= run.capacity:
        raise Conflict(_("This cohort is full."))
    run.enrolled += 1
    if enrolment is None:
        enrolment = Enrolment(id=new_key(), run_id=run.id, user_id=user_id)
        db.session.add(enrolment)
    enrolment.state = EnrolmentState.ACTIVE
    enrolment.enrolled_at = ctx.now
    enrolment.ended_at = None
    record(LearnerEnrolled(run_id=run.id, enrolment_id=enrolment.id, user_id=user_id))
    return enrolment


@operation
def give_back_seat(ctx: Context, space_id: uuid.UUID, user_id: uuid.UUID) -> None:
    """End somebody's enrolment in the run of a space; what they did in it stays."""
    run = _locked_run(space_id)
    enrolment = _enrolment(run, user_id) if run is not None else None
    if run is None or enrolment is None or enrolment.state is EnrolmentState.WITHDRAWN:
        return
    run.enrolled -= 1
    enrolment.state = EnrolmentState.WITHDRAWN
    enrolment.ended_at = ctx.now
    record(LearnerWithdrawn(run_id=run.id, enrolment_id=enrolment.id, user_id=user_id))


def _locked_run(space_id: uuid.UUID) -> Run | None:
    """Return the run of a space, its row held until the commit: seats are counted one by one."""
    found: Run | None = db.session.scalar(
        sa.select(Run)
        .where(Run.space_id == space_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return found


def _enrolment(run: Run, user_id: uuid.UUID) -> Enrolment | None:
    found: Enrolment | None = db.session.scalar(
        sa.select(Enrolment).where(Enrolment.run_id == run.id, Enrolment.user_id == user_id)
    )
    return found
