"""What is open: the only way a learner, the API or a search reads the pages of a course."""

import datetime as dt
import uuid
from collections.abc import Collection, Mapping, Sequence

import sqlalchemy as sa
from flask_babel import gettext as _

from community.academy.models import Activity
from community.academy.queries import ActivityLine
from community.cohorts.models import Run, RunState
from community.cohorts.queries import releases, releases_of
from community.kernel.context import Context
from community.kernel.db import execute
from community.kernel.errors import Forbidden, NotFound
from community.kernel.policy import read_rule, rule
from community.progress.models import ActivityState
from community.progress.policy.plans import plan
from community.progress.policy.standing import Seat, standing
from community.progress.rules.states import SETTLED
from community.progress.rules.unlocking import Access, Lock, unlock

_SETTLED = sa.select(ActivityState.activity_id).where(
    ActivityState.enrolment_id == sa.bindparam("enrolment", type_=sa.Uuid()),
    ActivityState.status.in_(sorted(SETTLED)),
)


def settled_ids(ctx: Context, enrolment_id: uuid.UUID) -> frozenset[uuid.UUID]:
    """Return the activities of which nothing more is asked; read once a context."""
    return ctx.memo(
        ("progress.settled", enrolment_id),
        lambda: frozenset(execute(_SETTLED, {"enrolment": enrolment_id}).scalars()),
    )


def release_instants(ctx: Context, run: Run) -> Mapping[uuid.UUID, dt.datetime]:
    """Return when each module of the run opens; read once a context."""
    return ctx.memo(("progress.releases", run.id), lambda: releases(run.id))


def read_releases(ctx: Context, runs: Sequence[Run]) -> None:
    """Keep for ``release_instants`` when the modules of several runs open; one statement."""
    for run_id, found in releases_of([run.id for run in runs]).items():
        ctx.keep(("progress.releases", run_id), found)


def clock_of(ctx: Context, run: Run) -> dt.datetime:
    """Return the instant by which releases are judged: a closed run stands still at its close."""
    return min(ctx.now, run.closed_at) if run.closed_at else ctx.now


def accesses(ctx: Context, run: Run) -> Mapping[uuid.UUID, Access]:
    """Return whether each module of the run is open to the actor, and why not."""
    found = standing(ctx, run)
    if found.sees_everything:
        when = release_instants(ctx, run)
        return {
            part.id: Access(Lock.LATER if part.opens_later else None, when.get(part.id))
            for part in plan(run.version_id).parts
        }
    if found.seat is Seat.NOBODY or found.enrolment_id is None:
        return {}
    return learner_accesses(ctx, run, settled_ids(ctx, found.enrolment_id))


def learner_accesses(
    ctx: Context, run: Run, settled: Collection[uuid.UUID]
) -> dict[uuid.UUID, Access]:
    """Return what is open to a learner of the run who has settled so much."""
    return unlock(
        plan(run.version_id).parts,
        release_instants(ctx, run),
        settled,
        now=clock_of(ctx, run),
        run_open=run.state is not RunState.PLANNED,
    )


@read_rule
def visible_activities(ctx: Context, run: Run) -> sa.Select[Activity]:
    """Activities of the run's modules that are open to the actor; ``run`` is one they see."""
    opened = [key for key, access in accesses(ctx, run).items() if access.open]
    return sa.select(Activity).where(
        Activity.version_id == run.version_id, Activity.module_id.in_(opened)
    )


def open_line(ctx: Context, run: Run, activity_id: uuid.UUID) -> ActivityLine:
    """Return an activity by the rule of ``visible_activities``, from memory.

    Raises NotFound for one that is absent, of another course or locked.
    """
    line = plan(run.version_id).lines.get(activity_id)
    access = accesses(ctx, run).get(line.module_id) if line else None
    if line is None or access is None or not access.open:
        raise NotFound
    return line


def my_enrolment(ctx: Context, run: Run) -> uuid.UUID:
    """Return the enrolment of an actor who may learn in the run; raises Forbidden."""
    found = standing(ctx, run).enrolment_id
    if found is None:
        raise Forbidden(_("Only those who are enrolled can do this."), rule="may_learn")
    return found


@rule
def may_learn(ctx: Context, run: Run) -> bool:
    """Whether what the actor does in the run is counted: whoever is enrolled."""
    return standing(ctx, run).seat is Seat.LEARNER
