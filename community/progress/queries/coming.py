"""What opens next in a run, and what of it has not been planned."""

import dataclasses
import datetime as dt
from collections.abc import Sequence

from community.academy.kinds.builtin import LIVE_SESSION
from community.academy.queries import ActivityLine, ModuleOutline
from community.cohorts.models import Run, RunState
from community.kernel.context import Context
from community.live.models import SessionState
from community.progress.policy import plan
from community.progress.policy.access import openings
from community.progress.policy.sessions import placed_sessions


@dataclasses.dataclass(frozen=True, slots=True)
class Coming:
    """The module that opens next; ``unplanned`` are its live activities without a session."""

    module: ModuleOutline
    opens_at: dt.datetime
    unplanned: Sequence[ActivityLine]


def coming(ctx: Context, run: Run) -> Coming | None:
    """Return the module that opens next in an open run one sees; None: none does."""
    if run.state is not RunState.OPEN:
        return None
    opening = {
        key: each.opens_at
        for key, each in openings(ctx, run).items()
        if each.opens_at > ctx.now and not each.opened
    }
    modules = [module for module in plan(run.version_id).outline.modules if module.id in opening]
    if not modules:
        return None
    module = min(modules, key=lambda module: (opening[module.id], module.position))
    planned = {
        session.activity_id
        for session in placed_sessions(ctx, [run])[run.id]
        if session.state is not SessionState.ENDED or session.started_at is not None
    }
    return Coming(
        module,
        opening[module.id],
        [
            line
            for line in module.activities
            if line.kind == LIVE_SESSION.name and line.id not in planned
        ],
    )
