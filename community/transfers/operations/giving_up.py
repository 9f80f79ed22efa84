"""What the worker has tried often enough is given up: its space can bring in something else."""

import uuid
from collections import Counter

import sqlalchemy as sa

from community.kernel.context import Context
from community.kernel.db import execute
from community.kernel.operation import enqueue, operation
from community.kernel.outbox import MAX_ATTEMPTS, OutboxRow
from community.transfers.models import GOING_ON, MailImport, MailMessage, MailState
from community.transfers.operations.holding import held
from community.transfers.operations.jobs import READ_MAIL, TAKE_BACK, WRITE_MAIL
from community.transfers.operations.taking_back import drop_unwritten, end

_TURNS = 2  # how often the work of taking one back fails for good before that is ended
_BROKEN = {"failed": "broken"}


def give_up(ctx: Context) -> None:
    """End the imports whose work failed for good: nothing of them stays in their spaces.

    One that was being taken back is taken up again first; what then remains, remains.
    """
    rows = execute(
        sa.select(MailImport.id, MailImport.state).where(MailImport.state.in_(GOING_ON))
    ).all()
    if not rows:
        return
    lost, owed = _work()
    for key, state in rows:
        if state is not MailState.LEAVING:
            if lost[READ_MAIL, key] or lost[WRITE_MAIL, key]:
                fail(ctx, key, MailState.READING, "broken")
                _take_back_written(ctx, key)
        elif owed[TAKE_BACK, key]:
            continue
        elif lost[TAKE_BACK, key] < _TURNS:
            _take_up(ctx, key)
        else:
            drop_unwritten(ctx, key)
            end(ctx, key, finished=False)


def _work() -> tuple[Counter[tuple[str, uuid.UUID]], Counter[tuple[str, uuid.UUID]]]:
    """Count the work for each import that failed for good, and that which is still owed."""
    lost: Counter[tuple[str, uuid.UUID]] = Counter()
    owed: Counter[tuple[str, uuid.UUID]] = Counter()
    rows = execute(
        sa.select(OutboxRow.job, OutboxRow.payload, OutboxRow.attempts).where(
            OutboxRow.job.in_((READ_MAIL, WRITE_MAIL, TAKE_BACK)), OutboxRow.done_at.is_(None)
        )
    )
    for job, payload, attempts in rows:
        tried_out = attempts >= MAX_ATTEMPTS
        (lost if tried_out else owed)[job, uuid.UUID(payload["import_id"])] += 1
    return lost, owed


@operation
def _take_up(ctx: Context, import_id: uuid.UUID) -> None:
    """Owe once more that an import is taken back."""
    if held(import_id, MailState.LEAVING) is not None:
        enqueue(ctx, TAKE_BACK, {"import_id": str(import_id)})


@operation
def fail(ctx: Context, import_id: uuid.UUID, state: MailState, why: str) -> None:
    """Say of an import of which nothing is in the space that nothing comes of it, and why."""
    row = held(import_id, state)
    if row is None:
        return
    execute(sa.delete(MailMessage).where(MailMessage.import_id == import_id))
    row.state, row.ended_at, row.stored_id = MailState.FAILED, ctx.now, None
    row.report = {"failed": why}


@operation
def _take_back_written(ctx: Context, import_id: uuid.UUID) -> None:
    """Have taken back what an import wrote before it came no further."""
    row = held(import_id, MailState.WRITING)
    if row is None:
        return
    row.state, row.stored_id, row.report = MailState.LEAVING, None, dict(_BROKEN)
    enqueue(ctx, TAKE_BACK, {"import_id": str(import_id)})
