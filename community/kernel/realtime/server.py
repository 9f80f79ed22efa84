"""The Socket.IO server of one process: who is connected, what they send, what they are sent.

Handlers are registered on python-socketio itself with ``async_handlers=False``: a Flask request
context and a greenlet for every event cost five times as much, and events of one client would be
handled out of order. Only the handshake sees the session cookie.

A handler asks its read rule first and subscribes then. Whoever loses the right in between is not
subscribed yet when the loss is read, so each connection notes what it lost, and ``_handle`` looks
there when the handler is done.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, Literal, cast

import structlog
from flask import Flask
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_login import current_user
from flask_socketio import SocketIO
from socketio.exceptions import ConnectionRefusedError as Refused
from websockets.frames import CloseCode

from community.kernel import json
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import (
    CommunityError,
    Invalid,
    TooMany,
    Unauthenticated,
    Unavailable,
)
from community.kernel.events import Event
from community.kernel.installed import Installed
from community.kernel.log import Logged
from community.kernel.metrics import PUSHED
from community.kernel.realtime.connection import Bucket, Connection, SocketEvent, stream_room
from community.kernel.realtime.strict import harden
from community.kernel.realtime.transport import close_session, install
from community.kernel.revocation import Revocation
from community.kernel.schemas import load
from community.kernel.sign_in import SignedIn, SignInProvider

MAX_MESSAGE = 100_000  # bytes of one message a client may send
PER_SECOND, BURST = 20.0, 40.0  # what one person may send, by however many sockets
BUCKETS_KEPT = 10_000
MAX_SOCKETS_A_PERSON = 20

AsyncMode = Literal["gevent", "threading"]

log = structlog.get_logger(__name__)


class RealtimeServer:
    """The live door of an application; holds this process's connections."""

    def __init__(
        self, app: Flask, house: Installed, provider: SignInProvider, *, async_mode: AsyncMode
    ) -> None:
        self.app = app
        self.house = house
        self.provider = provider
        self.connections: dict[str, Connection] = {}
        self.paused: dict[type[Event], Any] = {
            live.event: live for feature in house.features for live in feature.live if live.pause
        }
        self.waiting: set[Event] = set()  # to be told when their pause is over
        self.buckets: dict[uuid.UUID, Bucket] = {}  # they outlive sockets: coming back fills none
        self.socketio = SocketIO(
            app,
            async_mode=async_mode,
            async_handlers=False,
            manage_session=False,
            json=json,
            max_http_buffer_size=MAX_MESSAGE,
            ping_interval=25,
            ping_timeout=20,
            message_queue=house.settings.redis_url or None,
            channel="community",
        )
        if async_mode == "gevent":
            install(self.socketio)
            harden(self.socketio)
        server = self.engine
        server.on("connect", self._connect)
        server.on("disconnect", self._disconnect)
        for feature in house.features:
            for event in feature.sockets:
                server.on(event.name, self._receiver(event))

    @property
    def engine(self) -> Any:
        """The python-socketio server below Flask-SocketIO, which the stubs do not know."""
        return cast(Any, self.socketio).server

    # the handshake

    def _connect(self, sid: str, environ: dict[str, Any], auth: Any = None) -> None:
        """Let in whoever has a signed-in session; Socket.IO itself has checked the origin."""
        with self.app.request_context(environ):
            try:
                who: SignedIn | None = (
                    current_user._get_current_object()  # noqa: SLF001  # the proxy's own way
                    if current_user.is_authenticated
                    else None
                )
            finally:
                db.session.remove()
        if who is None:
            raise Refused("unauthenticated")
        if sum(c.user_id == who.id for c in self.connections.values()) >= MAX_SOCKETS_A_PERSON:
            raise Refused("too many connections")
        self.connections[sid] = Connection(
            sid=sid,
            user_id=who.id,
            sign_in_id=who.sign_in_id,
            language=who.language,
            enter=lambda room: self._enter(sid, room),
            leave_room=lambda room: self.engine.leave_room(sid, room),
            bucket=self._bucket_of(who.id),
            expires_at=who.expires_at,
        )

    def _bucket_of(self, user_id: uuid.UUID) -> Bucket:
        if len(self.buckets) >= BUCKETS_KEPT:
            self.buckets = {key: kept for key, kept in self.buckets.items() if not kept.full}
        return self.buckets.setdefault(user_id, Bucket(PER_SECOND, BURST, BURST))

    def _enter(self, sid: str, room: str) -> None:
        """Have a socket hear a room. Raises Unavailable where it was closed while it asked."""
        if sid not in self.connections:
            raise Unavailable(_("You are not connected."))
        self.engine.enter_room(sid, room)

    def _disconnect(self, sid: str, reason: str = "") -> None:
        connection = self.connections.pop(sid, None)
        if connection is None:
            return
        with self.app.app_context():
            ctx = Context.begin(connection.user_id, origin="socket")
            for feature in self.house.features:
                if feature.socket_closed is not None:
                    self._guard(feature.socket_closed, ctx, connection)
            db.session.remove()

    def _guard(self, call: Callable[..., object], *args: Any, **kwargs: Any) -> None:
        """Make a best-effort call: a failure is logged, and loses nothing the log does not hold."""
        try:
            call(*args, **kwargs)
        except Exception:
            log.exception("a best-effort call failed")

    # what clients send

    def _receiver(self, event: SocketEvent) -> Callable[..., dict[str, Any]]:
        def receive(sid: str, *given: Any) -> dict[str, Any]:
            connection = self.connections.get(sid)
            language = connection.language if connection else self.house.settings.default_language
            with self.app.app_context(), force_locale(language):
                try:
                    return {"ok": True, "data": self._handle(event, connection, given)}
                except CommunityError as error:
                    return _refusal(error)
                except Exception:
                    log.exception("socket event failed", socket_event=event.name)
                    return _refusal(CommunityError(_("Something went wrong on our side.")))
                finally:
                    db.session.remove()

        return receive

    def _handle(
        self, event: SocketEvent, connection: Connection | None, given: Sequence[Any]
    ) -> dict[str, Any] | None:
        if connection is None:
            raise Unavailable(_("You are not connected."))
        if not connection.bucket.take(event.cost):
            raise TooMany(_("That was too fast. Wait a moment."))
        who = self.provider.by_sign_in(connection.sign_in_id)
        if who is None:
            # Behind the answer: a transport that closes sends nothing more.
            self.socketio.start_background_task(self.close, [connection])
            raise Unauthenticated(_("You are not signed in any more."))
        if len(given) != 1 or not isinstance(given[0], dict):
            message = _("Some of this cannot be used.")
            raise Invalid(message, fields={"_schema": [_("Send one object.")]})
        ctx = Context.begin(who.id, origin="socket", admin=who.admin)
        before = len(connection.lost)
        try:
            return event.handle(ctx, connection, load(event.schema, given[0]))
        finally:
            self._refuse_lost(connection, connection.lost[before:])

    def _refuse_lost(self, connection: Connection, lost: Collection[uuid.UUID]) -> None:
        """Close a socket that subscribed by a right it had lost by then. Raises Unavailable."""
        if not lost or not any(
            key in connection.rooms.values() or stream_room(key) in connection.rooms for key in lost
        ):
            return
        self.close([connection])
        raise Unavailable(_("What is open to you has changed. Try again."))

    # what clients are sent

    def announce(self, ctx: Context, events: Sequence[Logged]) -> None:
        """Push what was committed to whoever looks; a failure loses nothing, clients ask again."""
        self._push(ctx, [logged for logged in events if not self._waits(ctx, logged)])

    def _waits(self, ctx: Context, logged: Logged) -> bool:
        """Whether an event is told a little later, together with those like it that follow."""
        event = logged.event
        live = self.paused.get(type(event))
        if live is None or not self._is_watched(live.room(event)):
            return False
        if event not in self.waiting:
            self.waiting.add(event)
            self.socketio.start_background_task(self._push_after, live.pause, ctx, logged)
        return True

    def _push_after(self, pause: dt.timedelta, ctx: Context, logged: Logged) -> None:
        self.engine.sleep(pause.total_seconds())
        self.waiting.discard(logged.event)  # what happens from here on is told anew
        with self.app.app_context():
            try:
                self._push(ctx, [logged])
            finally:
                db.session.remove()

    def _push(self, ctx: Context, events: Sequence[Logged]) -> None:
        for name, message, room in rendered(self.house, ctx, events, self._is_watched):
            PUSHED.inc()
            self._guard(self.socketio.emit, name, message, to=room)

    def _is_watched(self, room: str) -> bool:
        """Whether somebody may be in a room; of other processes' rooms nothing is known."""
        return bool(self.house.settings.redis_url) or room in self.engine.manager.rooms.get("/", ())

    def emit(self, name: str, data: dict[str, Any], room: str) -> None:
        """Send something that is not in the log (presence, typing) to a room, on every node."""
        PUSHED.inc()
        self._guard(self.socketio.emit, name, data, to=room)

    def emit_here(self, name: str, data: dict[str, Any], room: str) -> None:
        """Send something to those of a room who are connected to this process."""
        manager = self.engine.manager
        self._guard(lambda: manager.emit(name, data, namespace="/", room=room, ignore_queue=True))

    # losing access

    def close(self, connections: Iterable[Connection]) -> None:
        """Close sockets; their clients come back and are asked who they are again.

        The transport is closed, not the namespace: a client that was put out of a namespace by name
        takes it for the last word and stays away.
        """
        for connection in list(connections):
            if self.engine.eio.async_mode == "gevent":
                eio_sid = self.engine.manager.eio_sid_from_sid(connection.sid, "/")
                code = CloseCode.TRY_AGAIN_LATER
                self._guard(close_session, self.engine.eio, eio_sid, code, "access changed")
            else:  # another mode has no transport of ours
                self._guard(self.engine.disconnect, connection.sid)

    def close_expired(self, now: dt.datetime) -> None:
        """Close the sockets whose sign-in has run out: nobody ended it, so that no row says so."""
        theirs = list(self.connections.values())
        self.close(c for c in theirs if c.expires_at is not None and c.expires_at <= now)

    def revoked(self, row: Revocation) -> None:
        """Close the sockets a revocation names."""
        if row.stream_id is not None:
            everybody = list(self.connections.values())
            for connection in everybody:
                connection.lost.append(row.stream_id)
            room = stream_room(row.stream_id)
            self.close(c for c in everybody if c.rooms.get(room) == row.space_id)
            return
        self.provider.revoked(row)
        theirs = [c for c in self.connections.values() if c.user_id == row.user_id]
        if row.space_id is not None:
            for connection in theirs:
                connection.lost.append(row.space_id)
        self.close(c for c in theirs if _concerns(row, c))


def _concerns(row: Revocation, connection: Connection) -> bool:
    """Whether a person's revocation takes away what this socket of theirs lives by."""
    if row.sign_in_id is not None:
        return connection.sign_in_id == row.sign_in_id
    if row.space_id is not None:
        return row.space_id in connection.rooms.values()
    return True


def _refusal(error: CommunityError) -> dict[str, Any]:
    return {"ok": False, "error": error.as_problem()}


def rendered(
    house: Installed,
    ctx: Context,
    events: Sequence[Logged],
    is_watched: Callable[[str], bool],
) -> list[tuple[str, dict[str, Any], str]]:
    """Return ``(event name, message, room)`` for each logged event whose room is watched."""
    messages: list[tuple[str, dict[str, Any], str]] = []
    for feature in house.features:
        for live in feature.live:
            mine = [
                logged
                for logged in events
                if isinstance(logged.event, live.event) and is_watched(live.room(logged.event))
            ]
            if not mine:
                continue
            try:
                data = live.render_many(ctx, mine)
            except Exception:
                log.exception("rendering for the live push failed", live_event=live.name)
                continue
            for logged, item in zip(mine, data, strict=True):
                if item is not None:
                    message = {"stream": logged.event.stream_id, "seq": logged.seq, "data": item}
                    messages.append((live.name, message, live.room(logged.event)))
    return messages
