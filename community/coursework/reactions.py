"""What happens elsewhere and concerns what learners make, and what is done later."""

import uuid

from community.cohorts.events import RunVersionMoved
from community.coursework.operations import close_attempt, count_run_out, follow_version
from community.kernel.context import Context


def on_run_version_moved(ctx: Context, event: RunVersionMoved) -> None:
    """Let what learners made follow their run."""
    follow_version(ctx, event.run_id)


def close_attempt_job(ctx: Context, attempt_id: str) -> None:
    """Close an attempt at a quiz whose time is over, if its learner has not been there since."""
    close_attempt(ctx, uuid.UUID(attempt_id))


def count_run_out_job(ctx: Context, run_id: str, **_event: object) -> None:
    """Count what ran out while a run was closed that was opened again."""
    count_run_out(ctx, uuid.UUID(run_id))
