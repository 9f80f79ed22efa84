"""Which modules of several runs are open to the reader, as the rule of one activity says it."""

import uuid
from collections.abc import Sequence

from community.cohorts.models import Run
from community.kernel.context import Context
from community.progress.policy import accesses
from community.progress.policy.access import read_openings, read_own_openings
from community.progress.policy.sessions import placed_sessions
from community.progress.policy.standing import read_standings
from community.progress.queries.states import read, read_states


def open_modules(ctx: Context, runs: Sequence[Run]) -> dict[uuid.UUID, frozenset[uuid.UUID]]:
    """Return the modules of runs the actor sees whose activities they may read, by the run.

    It is ``may_read_activity`` of each of their activities, in five statements for all at most.
    """
    if not runs:
        return {}
    mine = read_standings(ctx, runs)
    read_openings(ctx, runs)
    learning = [(run, who.enrolment_id) for run, who in zip(runs, mine, strict=True)]
    read_own_openings(ctx, [(run, key) for run, key in learning if key])
    if any(key for _run, key in learning):
        read_states(ctx, runs, mine)
        placed_sessions(ctx, runs)
    found = {}
    for run, who in zip(runs, mine, strict=True):
        if who.enrolment_id:
            read(ctx, run, who, {})  # keeps what is settled
        opened = accesses(ctx, run)
        found[run.id] = frozenset(key for key, access in opened.items() if access.open)
    return found
