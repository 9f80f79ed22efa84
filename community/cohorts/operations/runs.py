"""A run is planned, and opened."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Sequence

import sqlalchemy as sa
from flask_babel import gettext as _

from community.academy.models import Course
from community.academy.policy import may_begin_run, visible_versions
from community.academy.queries import outline
from community.cohorts.events import RunCreated, RunOpened
from community.cohorts.models import Release, Run, RunBreak, RunState
from community.cohorts.operations.placing import PLACES, Delivery, Prompt, prompts_of
from community.cohorts.operations.releasing import add_release, settle_releases
from community.cohorts.policy import find_run, may_open_run, run_to_change
from community.cohorts.rules import Break, RunPlan, flaws_of_plan, release_at
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import Conflict, Invalid
from community.kernel.keys import key_of_act
from community.kernel.operation import operation, record
from community.kernel.policy import find, require
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
    breaks: Sequence[Break] = (),
    client_id: str | None = None,
) -> Run:
    """Plan a run of a course version, in a space of its own that the actor comes to own.

    From ``starts_on`` a module opens each week of teaching at midnight in ``zone`` (an IANA name);
    ``breaks`` lie between such weeks. ``capacity`` counts learners; who organises, facilitates or
    observes takes no seat. ``client_id`` is the client's own id of this act: a repeat answers the
    run that is there. Raises Invalid naming ``name``, ``starts_on``, ``weeks``, ``zone``,
    ``capacity`` or ``breaks``, and Conflict for a ``client_id`` that stood for another run.
    """
    version = find(visible_versions(ctx), version_id, lock=client_id is not None)
    require(may_begin_run, ctx, db.session.get_one(Course, version.course_id))
    plan = RunPlan(
        name=name,
        starts_on=starts_on,
        weeks=weeks,
        zone=zone,
        capacity=capacity,
        breaks=tuple(sorted(breaks)),
    )
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
    db.session.flush()  # before the rows that refer to it
    for rest in plan.breaks:
        db.session.add(RunBreak(run_id=run.id, **dataclasses.asdict(rest)))
    for module in modules:
        add_release(run, module, release_at(plan.timeline, module.position))
    if any(module.release for module in modules):
        db.session.flush()
        db.session.refresh(run, ["breaks"])
        settle_releases(run)
    record(RunCreated(run_id=run.id, space_id=space.id))
    return run


def open_run(ctx: Context, run_id: uuid.UUID) -> Run:
    """Open a planned run: its discussions get their threads and its meetings their sessions.

    Raises Conflict for a run that is open already or over, and in an archived space.
    """
    run = find_run(ctx, run_id)
    require(may_open_run, ctx, run)
    # Before the unit of work: a course has many texts, and others would wait for them.
    return _open_run(ctx, run_id, prompts_of(run.version_id))


@operation
def _open_run(ctx: Context, run_id: uuid.UUID, prompts: Sequence[Prompt]) -> Run:
    """Do what ``open_run`` says, with texts that are rendered."""
    run = run_to_change(ctx, run_id, may_open_run)
    if run.state is RunState.OPEN:
        raise Conflict(_("This run is open already."))
    if run.state is RunState.CLOSED:
        raise Conflict(_("This run is over; it cannot be opened again."))
    released: dict[uuid.UUID, dt.datetime] = {
        row.module_id: row.local_at
        for row in db.session.scalars(sa.select(Release).where(Release.run_id == run_id))
    }
    for prompt in prompts:
        delivery = Delivery(run, prompt, released[prompt.content.module_id])
        placement = PLACES[prompt.content.kind].put(ctx, delivery)
        db.session.flush()  # before the placement that refers to the thread or session
        db.session.add(placement)
    settle_releases(run)
    run.state = RunState.OPEN
    run.opened_at = ctx.now
    run.revision += 1
    record(RunOpened(run_id=run_id, space_id=run.space_id))
    return run


def _same_run(run: Run, plan: RunPlan) -> Run:
    """Return the run an earlier act made; refuse to pass it off as another."""
    made = RunPlan(
        name=db.session.get_one(Space, run.space_id).name,
        starts_on=run.starts_on,
        weeks=run.weeks,
        zone=run.zone,
        capacity=run.capacity,
        breaks=run.breaks,
    )
    if made != plan:
        raise Conflict(_("This was sent before, for another run. Send it as a new one."))
    return run
