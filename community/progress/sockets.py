"""The matrix, live: facilitators watch a run; every change of a state is a changed cell."""

import uuid
from typing import Any

from community.cohorts.policy import find_run
from community.kernel.context import Context
from community.kernel.policy import require
from community.kernel.realtime.connection import Connection, SocketEvent
from community.progress.policy import may_see_everybody
from community.progress.schemas import DeskIn

CELL_CHANGED = "progress.cell_changed"
MODULE_UNLOCKED = "progress.module_unlocked"


def desk_room(run_id: uuid.UUID) -> str:
    """Return the room of those who watch a run's matrix."""
    return f"desk:{run_id}"


def join_desk(ctx: Context, connection: Connection, fields: dict[str, Any]) -> dict[str, Any]:
    """Watch a run; who reads the matrix after the answer has missed nothing."""
    run = find_run(ctx, fields["run_id"])
    require(may_see_everybody, ctx, run)
    connection.join(desk_room(run.id), space_id=run.space_id)
    return {}


SOCKETS = (SocketEvent(name="desk.join", schema=DeskIn(), handle=join_desk),)
