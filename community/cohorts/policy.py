"""Who sees a run, and who runs it.

Whoever organises the network does not see the runs of others by that: only members of a run's
space see it.
"""

import sqlalchemy as sa

from community.cohorts.models import Run
from community.kernel.context import Context
from community.kernel.policy import Finder, read_rule, rule
from community.spaces.policy import my_spaces, organises


@read_rule
def visible_runs(ctx: Context) -> sa.Select[Run]:
    """Runs of the spaces one belongs to; organising the network opens none."""
    return sa.select(Run).where(Run.space_id.in_(my_spaces(ctx)))


find_run = Finder(visible_runs)


@rule
def may_open_run(ctx: Context, run: Run) -> bool:
    """Organisers of the run's space open it."""
    return organises(ctx, run.space_id)


@rule
def may_close_run(ctx: Context, run: Run) -> bool:
    """Organisers of the run's space close it."""
    return organises(ctx, run.space_id)
