"""A run goes on with a newer version of its course, as somebody has seen it before."""

import datetime as dt
import uuid
from collections.abc import Sequence

import sqlalchemy as sa
from flask_babel import gettext as _

from community.cohorts.events import RunVersionMoved
from community.cohorts.models import EarlierVersion, Placement, Release, Run, RunState
from community.cohorts.operations.dates import refuse_over
from community.cohorts.operations.placing import PLACES, Delivery, Prompt, prompts_of
from community.cohorts.operations.releasing import follow_learners, settle_releases
from community.cohorts.policy import find_run, may_edit_run, run_to_change
from community.cohorts.queries.comparing import VersionChange
from community.cohorts.queries.versions import version_change
from community.cohorts.rules import Fate
from community.kernel import localtime
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import Conflict
from community.kernel.operation import operation, record
from community.kernel.policy import require
from community.live.operations import move_sessions


def move_run_to_version(
    ctx: Context, run_id: uuid.UUID, version_id: uuid.UUID, *, seen: str
) -> Run:
    """Let a planned or open run go on with a newer version of its course.

    What is the same thing in both versions (academy's ``lineage``) keeps its thread or session, and
    what learners did in it follows in the same transaction. New activities of an open run get their
    places; the thread or session of a gone one becomes an ordinary one of the space. ``seen`` is
    the print of the change as it was shown (``queries.versions``): raises Conflict when it would be
    another one now, and what ``version_change`` raises.
    """
    run = find_run(ctx, run_id)
    require(may_edit_run, ctx, run)
    change = version_change(ctx, run, version_id)
    # Before the unit of work: there may be many texts, and others would wait for them.
    prompts = prompts_of(version_id, _new_in(change))
    return _move_run_to_version(ctx, run_id, version_id, prompts, seen=seen)


def _new_in(change: VersionChange) -> set[uuid.UUID]:
    return {each.line.id for each in change.activities if each.fate is Fate.NEW}


@operation
def _move_run_to_version(
    ctx: Context, run_id: uuid.UUID, version_id: uuid.UUID, prompts: Sequence[Prompt], *, seen: str
) -> Run:
    """Do what ``move_run_to_version`` says, with texts that are rendered."""
    run = run_to_change(ctx, run_id, may_edit_run)
    refuse_over(run)
    change = version_change(ctx, run, version_id, lock=True)
    if seen != change.seen:
        raise Conflict(_("Somebody has changed this run meanwhile. Look at what would happen now."))
    former_id = run.version_id
    db.session.add(
        EarlierVersion(run_id=run.id, version_id=former_id, left_by=ctx.person, left_at=ctx.now)
    )
    opens = _move_releases(change)
    run.version_id = version_id
    run.revision += 1
    record(
        RunVersionMoved(
            run_id=run.id, space_id=run.space_id, former_id=former_id, version_id=version_id
        )
    )
    move_sessions(ctx, {move.key: move.new for move in change.sessions if move.changes})
    _move_placements(change)
    if run.state is RunState.OPEN:
        _place_new(ctx, change, prompts, opens)
    settle_releases(run)
    return run


def _move_releases(change: VersionChange) -> dict[uuid.UUID, dt.datetime]:
    """Let the modules of the newer version open; return when, by the clock of the run."""
    run = change.run
    rows = {
        row.module_id: row
        for row in db.session.scalars(sa.select(Release).where(Release.run_id == run.id))
    }
    former = {module.lineage: module.id for module in change.old.modules}
    opens = {each.module.id: each.opens for each in change.modules if each.opens is not None}
    for module in change.new.modules:
        row = rows.pop(former.get(module.lineage, module.id), None)
        if row is None:
            row = Release(run_id=run.id)
            db.session.add(row)
        row.module_id, row.local_at = module.id, opens[module.id]
        row.opens_at = localtime.instant(row.local_at, run.zone)
        row.own = module.id in change.rules
        row.rule = change.rules.get(module.id, module.release)
    for gone in rows.values():
        db.session.delete(gone)
    follow_learners(
        run,
        {key: module.id for module in change.new.modules if (key := former.get(module.lineage))},
    )
    return opens


def _move_placements(change: VersionChange) -> None:
    """Point the places of the run to the newer version, and leave those of what is gone."""
    run = change.run
    lineages = {line.lineage: line for line in change.new.activities}
    lines = {line.id: line for line in change.old.activities}
    for row in db.session.scalars(sa.select(Placement).where(Placement.run_id == run.id)).all():
        old = lines[row.activity_id]
        new = lineages.get(old.lineage)
        if new is None or new.kind != old.kind:
            db.session.delete(row)
        else:
            row.activity_id = new.id
    db.session.flush()


def _place_new(
    ctx: Context,
    change: VersionChange,
    prompts: Sequence[Prompt],
    opens: dict[uuid.UUID, dt.datetime],
) -> None:
    """Make the threads and sessions of what is new; ``opens`` is when each module does."""
    new = _new_in(change)
    for prompt in prompts:
        if prompt.content.id in new:
            delivery = Delivery(change.run, prompt, opens[prompt.content.module_id])
            placement = PLACES[prompt.content.kind].put(ctx, delivery)
            db.session.flush()  # before the placement that refers to the thread or session
            db.session.add(placement)
