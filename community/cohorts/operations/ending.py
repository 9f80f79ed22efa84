"""How a run ends: closed, which can be taken back for a while, or withdrawn before it began."""

import uuid

import sqlalchemy as sa
from flask_babel import gettext as _

from community.cohorts.events import RunClosed, RunReopened, RunWithdrawn
from community.cohorts.models import EarlierVersion, Release, ReleaseAct, Run, RunBreak, RunState
from community.cohorts.policy import (
    may_close_run,
    may_reopen_run,
    may_withdraw_run,
    run_to_change,
)
from community.cohorts.queries.ending import has_joined
from community.cohorts.rules import reopens_until
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import Conflict
from community.kernel.operation import operation, record
from community.live.models import LiveSession
from community.live.operations import call_off_sessions, reinstate_session
from community.spaces.operations import dissolve_space


@operation
def close_run(ctx: Context, run_id: uuid.UUID) -> Run:
    """Close an open run: everything stays readable, nothing more is completed.

    The sessions of its space that are still planned are called off; one that is live goes on.

    Raises Conflict for a run that is not open, and where too many sessions are still planned.
    """
    run = run_to_change(ctx, run_id, may_close_run)
    if run.state is RunState.PLANNED:
        raise Conflict(_("This run has not been opened yet."))
    if run.state is RunState.CLOSED:
        raise Conflict(_("This run is over already."))
    run.state = RunState.CLOSED
    run.closed_at = ctx.now
    run.revision += 1
    call_off_sessions(ctx, run.space_id)
    record(RunClosed(run_id=run_id, space_id=run.space_id))
    return run


@operation
def reopen_run(ctx: Context, run_id: uuid.UUID) -> Run:
    """Take back the closing of a run, within a week of it.

    The sessions it called off take place after all, those whose time has not passed. Raises
    Conflict for a run that is not closed, or has been for longer.
    """
    run = run_to_change(ctx, run_id, may_reopen_run)
    if run.state is not RunState.CLOSED or run.closed_at is None:
        raise Conflict(_("This run is not closed."))
    if ctx.now > reopens_until(run.closed_at):
        raise Conflict(_("This run has been closed for more than a week; it stays closed."))
    called_off = sa.select(LiveSession.id, LiveSession.starts_at).where(
        LiveSession.space_id == run.space_id,
        LiveSession.called_off_at == run.closed_at,
        LiveSession.starts_at > ctx.now,
    )
    run.state = RunState.OPEN
    run.closed_at = None
    run.revision += 1
    for row in db.session.execute(called_off.order_by(LiveSession.id)).all():
        reinstate_session(ctx, row.id)
    record(RunReopened(run_id=run_id, space_id=run.space_id))
    return run


@operation
def withdraw_run(ctx: Context, run_id: uuid.UUID) -> None:
    """Take back a planned run that nobody has joined: it is no more, and its space is dissolved.

    Raises Conflict for a run that was opened, for one that somebody has joined, and where more lead
    or watch it than can leave at once.
    """
    run = run_to_change(ctx, run_id, may_withdraw_run)
    if run.state is not RunState.PLANNED:
        raise Conflict(_("This run has been opened. Close it instead."))
    if has_joined(run):
        raise Conflict(_("Somebody has joined this run, so it cannot be withdrawn."))
    call_off_sessions(ctx, run.space_id)
    for model in (Release, ReleaseAct, RunBreak, EarlierVersion):
        db.session.execute(sa.delete(model).where(model.run_id == run_id))
    db.session.delete(run)
    db.session.flush()
    dissolve_space(ctx, run.space_id)
    record(RunWithdrawn(run_id=run_id, space_id=run.space_id))
