"""The dates of a run: moved with everything that hangs on them, as it was seen before."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Sequence

import sqlalchemy as sa
from flask_babel import gettext as _

from community.cohorts.events import RunMoved
from community.cohorts.models import Release, Run, RunBreak, RunState
from community.cohorts.operations.releasing import settle_releases
from community.cohorts.policy import may_edit_run, run_to_change
from community.cohorts.queries.changes import Change, change_of, shift_of
from community.cohorts.rules import Break, Dates, Timeline
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import Conflict
from community.kernel.operation import operation, record
from community.live.operations import move_sessions


@operation
def shift_run(
    ctx: Context,
    run_id: uuid.UUID,
    *,
    days: int,
    from_week: int = 1,
    note: str = "",
    seen: str,
) -> Run:
    """Move a run, or everything from a week of it on, by so many days; fewer than none is earlier.

    Modules, breaks and sessions that have not begun move with it and keep their clock time. From
    another week than the first the break before it grows; ``note`` says why there is a new one.
    ``seen`` is the print of the change as it was shown (``queries.changes``): raises Conflict when
    it would be another one now, and for a run that is over; Invalid naming what is wrong.
    """
    run = _run_to_move(ctx, run_id)
    return _apply(ctx, change_of(ctx, run, shift_of(run, days, from_week, note), lock=True), seen)


@operation
def reschedule_run(
    ctx: Context,
    run_id: uuid.UUID,
    *,
    starts_on: dt.date,
    weeks: int,
    zone: str,
    breaks: Sequence[Break],
    seen: str,
) -> Run:
    """Give a run another first day, other weeks, breaks or another zone.

    Its modules open by the clock of the zone; its sessions stay in the zone of each. ``seen`` and
    what is raised are those of ``shift_run``.
    """
    run = _run_to_move(ctx, run_id)
    new = Dates(Timeline(starts_on, weeks, tuple(sorted(breaks))), zone)
    return _apply(ctx, change_of(ctx, run, new, lock=True), seen)


def _run_to_move(ctx: Context, run_id: uuid.UUID) -> Run:
    run = run_to_change(ctx, run_id, may_edit_run)
    refuse_over(run)
    return run


def refuse_over(run: Run) -> None:
    """Raise Conflict for a run that is closed."""
    if run.state is RunState.CLOSED:
        raise Conflict(_("This run is over: it stays as it was."))


def _apply(ctx: Context, change: Change, seen: str) -> Run:
    """Do to a run, whose row and sessions are locked, what somebody has seen."""
    if seen != change.seen:
        raise Conflict(_("Somebody has changed this run meanwhile. Look at what would happen now."))
    run, timeline = change.run, change.new.timeline
    run.starts_on, run.weeks, run.zone = timeline.starts_on, timeline.weeks, change.new.zone
    if change.old.timeline.breaks != timeline.breaks:
        db.session.execute(sa.delete(RunBreak).where(RunBreak.run_id == run.id))
        for rest in timeline.breaks:
            db.session.add(RunBreak(run_id=run.id, **dataclasses.asdict(rest)))
    opening = {move.key: move for move in change.openings}
    for release in db.session.scalars(sa.select(Release).where(Release.run_id == run.id)):
        move = opening[release.module_id]
        release.local_at, release.opens_at = move.new, move.new_at
    run.revision += 1
    move_sessions(ctx, {move.key: move.new for move in change.sessions if move.changes})
    db.session.flush()
    db.session.refresh(run, ["breaks"])
    settle_releases(run)
    record(RunMoved(run_id=run.id, space_id=run.space_id))
    return run
