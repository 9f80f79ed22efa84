"""As what somebody is in a run: it decides what is open to them and whether it is counted."""

import dataclasses
import datetime as dt
import enum
import functools
import uuid
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from community.cohorts.models import SEATED, Enrolment, EnrolmentState, Run
from community.kernel.context import Context
from community.kernel.db import UtcDateTime, execute
from community.kernel.feature import HandedIn, MoreTime
from community.kernel.policy import ME
from community.progress.models import Decision, Summary
from community.progress.policy.handed_in import (
    Readings,
    packed_readings,
    readings_said,
    unpacked_readings,
)
from community.progress.policy.more_time import Given, hooks, packed, unpacked
from community.progress.rules.completion import Outcome
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
    """All but the seat is set for learners only; ``last_...`` are what they were at last, when.

    ``paced_from``: see ``cohorts.rules.paced_due``; ``came_back``: it is from the end of a pause.
    ``shift_days``: by how many days their dates are later than the group's. ``outcome`` is
    what they came to. Of whoever is ``paused`` nothing is asked, and what they do all the same is
    counted. ``more_time``: until when they have for activities for which they were given more.
    ``readings``: what they handed in that a person reads before it counts.
    ``cells``: see ``rules.cells``, in the order of the version the run has; None where they are to
    be read from the states. ``decided``: whether a facilitator ever ruled on something of theirs.
    """

    seat: Seat
    enrolment_id: uuid.UUID | None = None
    paced_from: dt.datetime | None = None
    came_back: bool = False
    shift_days: int = 0
    paused: bool = False
    last_activity_id: uuid.UUID | None = None
    last_active_at: dt.datetime | None = None
    outcome: Outcome | None = None
    more_time: Given = dataclasses.field(default_factory=dict, repr=False, hash=False)
    readings: Readings = dataclasses.field(default_factory=dict, repr=False, hash=False)
    cells: str | None = dataclasses.field(default=None, repr=False)
    decided: bool = False

    @property
    def sees_everything(self) -> bool:
        return self.seat in {Seat.STAFF, Seat.OBSERVER}


PACE = sa.func.coalesce(Enrolment.paced_from, Enrolment.enrolled_at, type_=UtcDateTime()).label(
    "pace"
)
_RUNS = sa.bindparam("runs", type_=sa.Uuid(), expanding=True)


@functools.cache
def _mine(said: Sequence[MoreTime], read: Sequence[HandedIn]) -> sa.Select[*tuple[Any, ...]]:
    """Return the statement of the actor's enrolments in runs."""
    return (
        sa.select(
            Enrolment.id,
            Enrolment.run_id,
            PACE,
            Enrolment.paced_from.is_not(None).label("came_back"),
            Enrolment.shift_days,
            Enrolment.state,
            Summary.last_activity_id,
            Summary.last_active_at,
            Summary.outcome,
            Summary.cells,
            Run.version_id,
            sa.exists().where(Decision.enrolment_id == Enrolment.id).label("decided"),
            packed(said).label("more_time"),
            packed_readings(read).label("readings"),
        )
        .select_from(Enrolment)
        .join(Run, Run.id == Enrolment.run_id)
        .outerjoin(Summary, Summary.enrolment_id == Enrolment.id)
        .where(Enrolment.user_id == ME, Enrolment.state.in_(SEATED), Enrolment.run_id.in_(_RUNS))
    )


def standing(ctx: Context, run: Run) -> Standing:
    """Return as what the actor is in the run; read once a context."""
    return ctx.memo(("progress.standing", run.id), lambda: _standing(ctx, run))


def read_standings(ctx: Context, runs: Sequence[Run]) -> list[Standing]:
    """Return as what the actor is in each run, and keep it for ``standing``; one statement."""
    rows = _enrolments(ctx, runs)
    enrolments = {row.run_id: row for row in rows}
    return [
        ctx.keep(
            ("progress.standing", run.id),
            _uncounted(ctx, run) or _enrolled(run, enrolments.get(run.id)),
        )
        for run in runs
    ]


def _standing(ctx: Context, run: Run) -> Standing:
    return _uncounted(ctx, run) or _enrolled(run, _enrolments(ctx, [run]).one_or_none())


def _enrolments(ctx: Context, runs: Sequence[Run]) -> sa.Result[*tuple[Any, ...]]:
    given = {"runs": [run.id for run in runs], "me": ctx.person}
    return execute(_mine(hooks(), readings_said()), given)


def _uncounted(ctx: Context, run: Run) -> Standing | None:
    """Return the standing of who cannot be a learner; None: their enrolment says."""
    role = role_in(ctx, run.space_id)
    if role is None:
        return Standing(Seat.NOBODY)
    if facilitates(ctx, run.space_id):
        return Standing(Seat.STAFF)
    return Standing(Seat.OBSERVER) if role is Role.OBSERVER else None


def _enrolled(run: Run, row: Any | None) -> Standing:
    """Return the standing of a learner; ``run`` was read before, so it may have moved since."""
    if row is None:
        return Standing(Seat.NOBODY)
    return Standing(
        Seat.LEARNER,
        row.id,
        paced_from=row.pace,
        came_back=row.came_back,
        shift_days=row.shift_days,
        paused=row.state is EnrolmentState.PAUSED,
        last_activity_id=row.last_activity_id,
        last_active_at=row.last_active_at,
        outcome=row.outcome,
        more_time=unpacked(row.more_time),
        readings=unpacked_readings(row.readings),
        cells=row.cells if row.version_id == run.version_id else None,
        decided=row.decided,
    )
