"""As what somebody is in a run: it decides what is open to them and whether it is counted."""

import dataclasses
import enum
import uuid

import sqlalchemy as sa

from community.cohorts.models import Enrolment, EnrolmentState, Run
from community.kernel.context import Context
from community.kernel.db import execute
from community.kernel.policy import ME
from community.progress.models import Summary
from community.spaces.models import Role
from community.spaces.policy import facilitates, role_in


class Seat(enum.StrEnum):
    """The part somebody plays in a run."""

    LEARNER = "learner"  # enrolled: modules unlock, progress is kept
    STAFF = "staff"  # owners, organisers and facilitators of its space: everything, uncounted
    OBSERVER = "observer"  # everything, uncounted
    NOBODY = "nobody"


@dataclasses.dataclass(frozen=True, slots=True)
class Standing:
    """``enrolment_id``, and what they were at last, are set for learners only."""

    seat: Seat
    enrolment_id: uuid.UUID | None = None
    last_activity_id: uuid.UUID | None = None

    @property
    def sees_everything(self) -> bool:
        return self.seat in {Seat.STAFF, Seat.OBSERVER}


_ENROLMENT = (
    sa.select(Enrolment.id, Summary.last_activity_id)
    .outerjoin(Summary, Summary.enrolment_id == Enrolment.id)
    .where(
        Enrolment.run_id == sa.bindparam("run", type_=sa.Uuid()),
        Enrolment.user_id == ME,
        Enrolment.state == EnrolmentState.ACTIVE,
    )
)


def standing(ctx: Context, run: Run) -> Standing:
    """Return as what the actor is in the run; read once a context."""
    return ctx.memo(("progress.standing", run.id), lambda: _standing(ctx, run))


def _standing(ctx: Context, run: Run) -> Standing:
    role = role_in(ctx, run.space_id)
    if role is None:
        return Standing(Seat.NOBODY)
    if facilitates(ctx, run.space_id):
        return Standing(Seat.STAFF)
    if role is Role.OBSERVER:
        return Standing(Seat.OBSERVER)
    row = execute(_ENROLMENT, {"run": run.id, "me": ctx.person}).one_or_none()
    if row is None:
        return Standing(Seat.NOBODY)
    return Standing(Seat.LEARNER, row.id, row.last_activity_id)
