"""A socket as features see it: who is behind it, and the rooms it listens to."""

import dataclasses
import datetime as dt
import time
import uuid
from collections.abc import Callable
from typing import Any

from marshmallow import Schema

from community.kernel.context import Context


def stream_room(stream_id: uuid.UUID) -> str:
    """Return the room of those who listen to a numbered stream."""
    return f"stream:{stream_id}"


@dataclasses.dataclass(slots=True)
class Bucket:
    """A token bucket: ``burst`` at once, ``rate`` more each second."""

    rate: float
    burst: float
    level: float
    filled_at: float = dataclasses.field(default_factory=time.monotonic)

    @property
    def full(self) -> bool:
        """Whether nothing was taken for so long that a new bucket would be the same."""
        return self.level + (time.monotonic() - self.filled_at) * self.rate >= self.burst

    def take(self, cost: float = 1.0) -> bool:
        """Take ``cost`` tokens if they are there."""
        now = time.monotonic()
        self.level = min(self.burst, self.level + (now - self.filled_at) * self.rate)
        self.filled_at = now
        if self.level < cost:
            return False
        self.level -= cost
        return True


@dataclasses.dataclass(slots=True)
class Connection:
    """One connected socket of a signed-in person.

    ``rooms`` maps the Socket.IO rooms it listens to, to the space that gives the right to; losing
    the space closes the socket. ``lost`` are the spaces lost since it opened, and the streams that
    went out of one, as they were read. ``language`` is that of the page it was opened from.
    ``data`` is for features, under their own name. All sockets of a person take from one
    ``bucket``. At ``expires_at`` its sign-in runs out.
    """

    sid: str
    user_id: uuid.UUID
    sign_in_id: uuid.UUID
    language: str
    enter: Callable[[str], None]
    leave_room: Callable[[str], None]
    bucket: Bucket
    rooms: dict[str, uuid.UUID] = dataclasses.field(default_factory=dict)
    lost: list[uuid.UUID] = dataclasses.field(default_factory=list)
    data: dict[str, Any] = dataclasses.field(default_factory=dict)
    expires_at: dt.datetime | None = None

    def join(self, room: str, *, space_id: uuid.UUID) -> None:
        """Listen to a room, by right of membership in a space."""
        self.rooms[room] = space_id
        self.enter(room)

    def leave(self, room: str) -> None:
        """Stop listening to a room."""
        if self.rooms.pop(room, None) is not None:
            self.leave_room(room)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class SocketEvent:
    """An event a client may send: its schema, and the handler whose answer is acknowledged.

    ``cost`` is what it takes from the member's bucket of 20 a second.
    """

    name: str
    schema: Schema
    handle: Callable[[Context, Connection, dict[str, Any]], dict[str, Any] | None]
    cost: float = 1.0
