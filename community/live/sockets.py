"""The live door of rooms: joining, writing, hands, and the loops that keep presence true.

A socket holds one lease for each room it is in, under ``connection.data["live"]``: session id to
lease id, None while the room is not open yet. Who is in a room is pushed by each process to its own
listeners from what the database says, so that it is right with Redis and without.
"""

import uuid
from collections.abc import Iterable
from typing import Any, cast

from flask import current_app
from flask_babel import gettext as _

from community.kernel.context import Context
from community.kernel.errors import CommunityError, TooMany
from community.kernel.installed import installed
from community.kernel.realtime.connection import Connection, SocketEvent, stream_room
from community.kernel.realtime.server import RealtimeServer
from community.live import operations, queries
from community.live.models import LiveSession
from community.live.policy import find_session
from community.live.schemas import (
    LowerIn,
    RaiseIn,
    RoomIn,
    SayIn,
    SinceIn,
    WatchIn,
    catch_up,
    dump_people,
)
from community.spaces.policy import find_space, memberships

MAX_ROOMS = 5  # one socket listens to
MAX_CALENDARS = 100  # of all one's spaces

Leases = dict[uuid.UUID, uuid.UUID | None]


def _leases(connection: Connection) -> Leases:
    leases: Leases = connection.data.setdefault("live", {})
    return leases


# ---------- what clients send ----------


def _join(ctx: Context, connection: Connection, fields: dict[str, Any]) -> dict[str, Any]:
    """Listen to a room, be in it if it is open, and be told what happened since ``since``."""
    session = find_session(ctx, fields["session_id"])
    leases = _leases(connection)
    if session.id not in leases and len(leases) >= MAX_ROOMS:
        raise TooMany(_("This window is in too many rooms at once. Close one."))
    connection.join(stream_room(session.id), space_id=session.space_id)
    if leases.setdefault(session.id, None) is None and queries.is_open(session, ctx.now):
        leases[session.id] = operations.enter_room(ctx, session.id, node_id=installed().node_id)
    return _caught_up(ctx, session, fields["since"])


def _sync(ctx: Context, connection: Connection, fields: dict[str, Any]) -> dict[str, Any]:
    """Tell what happened in a room since ``since``; changes nothing."""
    session = find_session(ctx, fields["session_id"])
    return _caught_up(ctx, session, fields["since"])


def _caught_up(ctx: Context, session: LiveSession, since: int | None) -> dict[str, Any]:
    people = queries.people_in([session.id], ctx.now)[session.id]
    return {
        "now": ctx.now,  # by which clients correct their clock
        "people": dump_people(people),
        **catch_up(ctx, session, since),
    }


def _watch(ctx: Context, connection: Connection, fields: dict[str, Any]) -> dict[str, Any]:
    """Hear of what is planned and changed in a space, or in all one's own.

    Answers whether something was since ``since``: then the page is read again.
    """
    space_id, since = fields["space_id"], fields["since"]
    if space_id is None:
        watched = sorted(memberships(ctx))[:MAX_CALENDARS]
    else:
        watched = [find_space(ctx, space_id).id]
    for key in watched:
        connection.join(calendar_room(key), space_id=key)
    changed = since is None or queries.has_changed(ctx, since, space_id)
    return {"now": ctx.now, "changed": changed}


def calendar_room(space_id: uuid.UUID) -> str:
    """Return the room of those who look at the sessions of a space."""
    return f"sessions:{space_id}"


def _leave(ctx: Context, connection: Connection, fields: dict[str, Any]) -> None:
    """Leave a room; the socket stays open."""
    connection.leave(stream_room(fields["session_id"]))
    lease = _leases(connection).pop(fields["session_id"], None)
    if lease is not None:
        operations.leave_room(ctx, lease)


def _say(ctx: Context, connection: Connection, fields: dict[str, Any]) -> dict[str, Any]:
    """Write a line; answered with the id it has, also for a repeat."""
    message = operations.post_message(
        ctx, fields["session_id"], body=fields["body"], client_id=fields["client_id"]
    )
    return {"id": message.id}


def _raise_hand(ctx: Context, connection: Connection, fields: dict[str, Any]) -> None:
    operations.raise_hand(ctx, fields["session_id"], client_id=fields["client_id"])


def _lower_hand(ctx: Context, connection: Connection, fields: dict[str, Any]) -> None:
    operations.lower_hand(
        ctx,
        fields["session_id"],
        fields["user_id"] or ctx.person,
        client_id=fields["client_id"],
    )


def _start(ctx: Context, connection: Connection, fields: dict[str, Any]) -> None:
    operations.start_session(ctx, fields["session_id"])


def _end(ctx: Context, connection: Connection, fields: dict[str, Any]) -> None:
    operations.end_session(ctx, fields["session_id"])


_ROOM = RoomIn()

SOCKETS = (
    SocketEvent(name="room.join", schema=SinceIn(), handle=_join, cost=4),
    SocketEvent(name="room.sync", schema=SinceIn(), handle=_sync, cost=2),
    SocketEvent(name="room.leave", schema=_ROOM, handle=_leave),
    SocketEvent(name="room.say", schema=SayIn(), handle=_say, cost=5),
    SocketEvent(name="room.raise_hand", schema=RaiseIn(), handle=_raise_hand, cost=5),
    SocketEvent(name="room.lower_hand", schema=LowerIn(), handle=_lower_hand, cost=2),
    SocketEvent(name="room.start", schema=_ROOM, handle=_start, cost=5),
    SocketEvent(name="room.end", schema=_ROOM, handle=_end, cost=5),
    SocketEvent(name="sessions.watch", schema=WatchIn(), handle=_watch, cost=4),
)


def socket_closed(ctx: Context, connection: Connection) -> None:
    """Give back the leases of a socket that is gone."""
    for lease in _leases(connection).values():
        if lease is not None:
            operations.leave_room(ctx, lease)


# ---------- what every serving process does again and again ----------


def _server() -> RealtimeServer:
    return cast(RealtimeServer, current_app.extensions["community.realtime"])


def keep_leases(ctx: Context, node_id: uuid.UUID) -> None:
    """Reap the leases of dead nodes, renew this node's, and mend where sockets and leases differ.

    A lease without a socket (its farewell failed) is closed; a socket in an open room without a
    lease (the room has opened since, or the lease was reaped while this node was stalled) gets one.
    """
    operations.reap_dead_leases(ctx)
    here = list(_server().connections.values())
    held = {lease for c in here for lease in _leases(c).values() if lease is not None}
    known = queries.open_presences(node_id)
    for lease, user_id in queries.presences(known - held):
        operations.leave_room(Context.begin(user_id, origin="job"), lease)
    if known & held:
        operations.renew_leases(ctx, node_id)
    _reenter(ctx, node_id, here, known)


def _reenter(
    ctx: Context, node_id: uuid.UUID, here: Iterable[Connection], known: set[uuid.UUID]
) -> None:
    without = [
        (connection, session_id)
        for connection in here
        for session_id, lease in _leases(connection).items()
        if lease not in known
    ]
    open_ = queries.open_rooms({session_id for _, session_id in without}, ctx.now)
    for connection, session_id in without:
        if session_id in open_:
            _enter_again(connection, session_id, node_id)


def _enter_again(connection: Connection, session_id: uuid.UUID, node_id: uuid.UUID) -> None:
    leases = _leases(connection)
    ctx = Context.begin(connection.user_id, origin="socket")
    try:
        leases[session_id] = operations.enter_room(ctx, session_id, node_id=node_id)
    except CommunityError:
        leases[session_id] = None  # over or closed to them by now; asked again at the next turn


class PeopleWatch:
    """Tells this process's listeners who is in their rooms, when that has changed."""

    def __init__(self) -> None:
        self._told: dict[uuid.UUID, dict[str, Any]] = {}

    def __call__(self, ctx: Context, node_id: uuid.UUID) -> None:
        """Ask for all rooms in one statement, and tell those whose people are not as told."""
        server = _server()
        rooms = {key for c in list(server.connections.values()) for key in _leases(c)}
        self._told = {key: told for key, told in self._told.items() if key in rooms}
        if not rooms:
            return
        people = queries.people_in(rooms, ctx.now)
        for key in rooms:
            now = dump_people(people[key])
            if self._told.get(key) != now:
                self._told[key] = now
                server.emit_here("room.people", {"stream": key, **now}, stream_room(key))
