"""Opening the file or the link that an activity gives."""

import uuid

from community.academy.kinds.builtin import FILE
from community.kernel.context import Context
from community.kernel.operation import operation
from community.progress.operations import Headway, count, enter, headway, refuse_late
from community.progress.rules.states import Kind


@operation
def open_file(ctx: Context, run_id: uuid.UUID, activity_id: uuid.UUID) -> Headway:
    """Say that the actor opens what the activity gives; it counts once, however often it is opened.

    Raises NotFound for what is not open, Forbidden for who is not enrolled, Conflict in a closed
    run or for an activity that is no file or link.
    """
    doing = enter(ctx, run_id, activity_id, FILE.name)
    client_id = f"opened:{doing.line.id}"  # no client's own id can be this one
    refuse_late(ctx, doing, client_id)
    return headway(doing, count(ctx, doing, Kind.OPENED, 1, client_id))
