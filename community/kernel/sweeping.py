"""What is of use for a while only is deleted: each feature says what (``Feature(sweeps=...)``).

A few hundred rows a transaction and a pause between two, so that nobody waits for it; an idle house
only reads. What the log of events holds stays for good.
"""

import time
import uuid
from collections.abc import Sequence

import sqlalchemy as sa

from community.kernel.context import Context
from community.kernel.db import execute
from community.kernel.feature import Sweep
from community.kernel.installed import installed
from community.kernel.operation import operation
from community.kernel.outbox import KEEP_DONE, OutboxRow
from community.kernel.revocation import KEPT, Revocation

BATCH = 500  # rows a transaction
BATCHES = 10  # of a table a turn: relaying waits for it
PAUSE = 0.02  # seconds between two

OWN = (
    Sweep(model=OutboxRow, old=lambda now: OutboxRow.done_at < now - KEEP_DONE),
    Sweep(model=Revocation, old=lambda now: Revocation.at < now - KEPT),
)


def sweep(ctx: Context) -> int:
    """Delete what is old, of every table at most a few batches; returns how many rows."""
    deleted = 0
    for each in (*OWN, *(own for feature in installed().features for own in feature.sweeps)):
        for _turn in range(BATCHES):
            keys = execute(sa.select(each.model.id).where(each.old(ctx.now)).limit(BATCH)).scalars()
            deleted += (count := _delete(ctx, each, keys.all()))
            if count < BATCH:
                break
            time.sleep(PAUSE)
    return deleted


def _delete(ctx: Context, sweep: Sweep, keys: Sequence[uuid.UUID]) -> int:
    if keys:
        delete_rows(ctx, sweep, keys)
    return len(keys)


@operation
def delete_rows(ctx: Context, sweep: Sweep, keys: Sequence[uuid.UUID]) -> None:
    """Delete rows by their ids, but for those that were taken up again meanwhile."""
    execute(sa.delete(sweep.model).where(sweep.model.id.in_(keys), sweep.old(ctx.now)))
