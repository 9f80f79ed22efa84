"""Hearing of one's own inbox: how much is unread, at once and after reading elsewhere."""

from typing import Any

from community.kernel.context import Context
from community.kernel.realtime.connection import Connection, SocketEvent, stream_room
from community.notifications.schemas import NothingIn, as_count

CHANGED = "inbox.changed"


def _count(ctx: Context, connection: Connection, _fields: dict[str, Any]) -> dict[str, Any]:
    """Follow one's own inbox; answers how many entries are unread.

    The room is one's own: no space gives the right to it, and none takes it away.
    """
    connection.join(stream_room(ctx.person), space_id=ctx.person)
    return as_count(ctx)


SOCKETS = (SocketEvent(name="inbox.count", schema=NothingIn(), handle=_count),)
