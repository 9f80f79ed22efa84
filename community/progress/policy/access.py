"""What is open: the only way a learner, the API or a search reads the pages of a course."""

import datetime as dt
import uuid
from collections.abc import Collection, Mapping, Sequence

import sqlalchemy as sa
from flask_babel import gettext as _

from community.academy.kinds.builtin import LIVE_SESSION
from community.academy.models import Activity
from community.academy.queries import ActivityLine
from community.cohorts.models import EarlierVersion, Run, RunState
from community.cohorts.queries import releases, releases_of
from community.kernel.context import Context
from community.kernel.db import execute
from community.kernel.errors import Forbidden, NotFound
from community.kernel.policy import rule
from community.progress.models import ActivityState
from community.progress.policy.plans import plan
from community.progress.policy.sessions import passed_over
from community.progress.policy.standing import Seat, standing
from community.progress.rules.states import SETTLED
from community.progress.rules.unlocking import Access, Lock, unlock

_SETTLED = sa.select(ActivityState.activity_id).where(
    ActivityState.enrolment_id == sa.bindparam("enrolment", type_=sa.Uuid()),
    ActivityState.status.in_(sorted(SETTLED)),
)

_EARLIER = (
    sa.select(Activity.lineage, Activity.kind)
    .join(EarlierVersion, EarlierVersion.version_id == Activity.version_id)
    .where(
        Activity.id == sa.bindparam("activity", type_=sa.Uuid()),
        EarlierVersion.run_id == sa.bindparam("run", type_=sa.Uuid()),
    )
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
    """Return what is open to a learner of the run who has settled so much.

    A session that does not take place holds nobody back. Sessions are read only where one does.
    """

    def opened(passed: Collection[uuid.UUID]) -> dict[uuid.UUID, Access]:
        return unlock(
            course.parts,
            release_instants(ctx, run),
            passed,
            now=clock_of(ctx, run),
            run_open=run.state is not RunState.PLANNED,
        )

    course = plan(run.version_id)
    found = opened(settled)
    held_back = (course.lines[access.finish] for access in found.values() if access.finish)
    if not any(line.kind == LIVE_SESSION.name for line in held_back):
        return found
    passed = passed_over(ctx, run)
    return opened(passed.union(settled)) if passed else found


@rule
def may_read_activity(ctx: Context, run: Run, activity_id: uuid.UUID) -> bool:
    """Activities of the run's modules that are open to the actor; ``run`` is one they see."""
    line = plan(run.version_id).lines.get(activity_id)
    access = accesses(ctx, run).get(line.module_id) if line else None
    return access is not None and access.open


def open_line(ctx: Context, run: Run, activity_id: uuid.UUID) -> ActivityLine:
    """Return an activity that the actor may read; nothing is asked of the database for it.

    Asked for as it was in an earlier version of the run, it is found as it is now. Raises NotFound
    for one that is absent, of another course or locked.
    """
    line = line_now(run, activity_id)
    if line is None or not may_read_activity(ctx, run, line.id):
        raise NotFound
    return line


def line_now(run: Run, activity_id: uuid.UUID) -> ActivityLine | None:
    """Return an activity of the run, also by its id in an earlier version; None: it is gone."""
    course = plan(run.version_id)
    line = course.lines.get(activity_id)
    if line is not None:
        return line
    row = execute(_EARLIER, {"run": run.id, "activity": activity_id}).one_or_none()
    if row is None:
        return None
    lines = course.lines.values()
    return next((each for each in lines if (each.lineage, each.kind) == tuple(row)), None)


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
