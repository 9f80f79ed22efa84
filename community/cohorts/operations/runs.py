"""The life of a run: planned, open, closed."""

import datetime as dt
import uuid

import sqlalchemy as sa
from flask_babel import gettext as _

from community.academy.models import Course
from community.academy.policy import may_begin_run, visible_versions
from community.academy.queries import activity_content, outline
from community.cohorts.events import RunClosed, RunCreated, RunOpened
from community.cohorts.models import Release, Run, RunState
from community.cohorts.operations.placing import PLACES, Delivery
from community.cohorts.policy import find_run, may_close_run, may_open_run
from community.cohorts.rules import RunPlan, flaws_of_plan, release_at
from community.kernel import localtime
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import Conflict, Invalid
from community.kernel.keys import key_of_act
from community.kernel.operation import operation, record
from community.kernel.policy import find, require
from community.live.operations import call_off_sessions
from community.spaces.models import Space, SpaceKind
from community.spaces.operations import create_space


@operation
def create_run(
    ctx: Context,
    *,
    version_id: uuid.UUID,
    name: str,
    starts_on: dt.date,
    weeks: int,
    zone: str,
    capacity: int,
    client_id: str | None = None,
) -> Run:
    """Plan a run of a course version, in a space of its own that the actor comes to own.

    From ``starts_on`` a module opens each week at midnight in ``zone`` (an IANA name). ``capacity``
    counts learners; who organises, facilitates or observes takes no seat. ``client_id`` is the
    client's own id of this act: a repeat answers the run that is there.
    Raises Invalid naming ``name``, ``starts_on``, ``weeks``, ``zone`` or ``capacity``, and Conflict
    for a ``client_id`` that stood for another run.
    """
    version = find(visible_versions(ctx), version_id, lock=client_id is not None)
    require(may_begin_run, ctx, db.session.get_one(Course, version.course_id))
    plan = RunPlan(name=name, starts_on=starts_on, weeks=weeks, zone=zone, capacity=capacity)
    key = key_of_act(version_id, ctx.person, client_id)
    earlier = db.session.get(Run, key) if client_id is not None else None
    if earlier is not None:
        return _same_run(earlier, plan)
    modules = outline(version_id).modules
    flaws = flaws_of_plan(plan, modules=len(modules), now=ctx.now)
    if flaws:
        raise Invalid(_("This run cannot be made like that."), fields=flaws)
    space = create_space(ctx, name=name, kind=SpaceKind.COHORT, summary=version.summary)
    run = Run(
        id=key,
        space_id=space.id,
        version_id=version_id,
        starts_on=starts_on,
        weeks=weeks,
        zone=zone,
        capacity=capacity,
        enrolled=0,
        state=RunState.PLANNED,
        created_by=ctx.person,
        created_at=ctx.now,
    )
    db.session.add(run)
    db.session.flush()  # before the releases that refer to it
    for module in modules:
        local_at = release_at(starts_on, module.position)
        db.session.add(
            Release(
                run_id=run.id,
                module_id=module.id,
                local_at=local_at,
                opens_at=localtime.instant(local_at, zone),
            )
        )
    record(RunCreated(run_id=run.id, space_id=space.id))
    return run


@operation
def open_run(ctx: Context, run_id: uuid.UUID) -> Run:
    """Open a planned run: its discussions get their threads and its meetings their sessions.

    Raises Conflict for a run that is open already or over.
    """
    run = find_run(ctx, run_id, lock=True)
    require(may_open_run, ctx, run)
    if run.state is RunState.OPEN:
        raise Conflict(_("This run is open already."))
    if run.state is RunState.CLOSED:
        raise Conflict(_("This run is over; it cannot be opened again."))
    released: dict[uuid.UUID, dt.datetime] = {
        row.module_id: row.local_at
        for row in db.session.scalars(sa.select(Release).where(Release.run_id == run_id))
    }
    for activity in outline(run.version_id).activities:
        place = PLACES.get(activity.kind)
        if place is not None:
            delivery = Delivery(run, activity_content(activity.id), released[activity.module_id])
            placement = place(ctx, delivery)
            db.session.flush()  # before the placement that refers to the thread or session
            db.session.add(placement)
    run.state = RunState.OPEN
    run.opened_at = ctx.now
    record(RunOpened(run_id=run_id, space_id=run.space_id))
    return run


@operation
def close_run(ctx: Context, run_id: uuid.UUID) -> Run:
    """Close an open run: everything stays readable, nothing more is completed.

    The sessions of its space that are still planned are called off; one that is live goes on.

    Raises Conflict for a run that is not open.
    """
    run = find_run(ctx, run_id, lock=True)
    require(may_close_run, ctx, run)
    if run.state is RunState.PLANNED:
        raise Conflict(_("This run has not been opened yet."))
    if run.state is RunState.CLOSED:
        raise Conflict(_("This run is over already."))
    run.state = RunState.CLOSED
    run.closed_at = ctx.now
    call_off_sessions(ctx, run.space_id)
    record(RunClosed(run_id=run_id, space_id=run.space_id))
    return run


def _same_run(run: Run, plan: RunPlan) -> Run:
    """Return the run an earlier act made; refuse to pass it off as another."""
    made = RunPlan(
        name=db.session.get_one(Space, run.space_id).name,
        starts_on=run.starts_on,
        weeks=run.weeks,
        zone=run.zone,
        capacity=run.capacity,
    )
    if made != plan:
        raise Conflict(_("This was sent before, for another run. Send it as a new one."))
    return run
