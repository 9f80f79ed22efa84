"""What a Socket.IO client may say, and when: everything else ends its connection, cleanly.

python-socketio lets malformed packets through to a log line and keeps the connection, takes the
names of its own events from clients (``disconnect`` would run that handler), believes any number of
announced attachments, and keeps connections that never say who they are.  Source: the Socket.IO
protocol, revision 5, https://socket.io/docs/v4/socket-io-protocol/, and what its reference server
does.
"""

import dataclasses
import logging
from typing import Any, Final, cast

import gevent
from flask_socketio import SocketIO
from socketio.packet import (
    ACK,
    BINARY_ACK,
    BINARY_EVENT,
    CONNECT,
    CONNECT_ERROR,
    DISCONNECT,
    EVENT,
    Packet,
)
from websockets.frames import CloseCode

from community.kernel.realtime.private_points import check_strict_points
from community.kernel.realtime.strict_requests import StrictRequests
from community.kernel.realtime.transport import close_session

# Names that both ends use for themselves; "*" is python-socketio's handler for every name.
RESERVED_NAMES: Final = frozenset(
    {
        "connect",
        "connect_error",
        "disconnect",
        "disconnecting",
        "newListener",
        "removeListener",
        "*",
    }
)
MAX_ACK_ID: Final = 2**53 - 1  # the largest whole number a JavaScript client counts to

log = logging.getLogger(__name__)


def harden(
    socketio: SocketIO,
    *,
    connect_timeout: float = 8.0,
    max_connects: int = 16,
    max_attachments: int = 4,
    max_name_length: int = 128,
    max_polling_packets: int = 1_000,
) -> None:
    """Close connections that speak malformed Socket.IO or Engine.IO, by either transport.

    ``connect_timeout``: seconds a connection may be in no namespace, from its beginning or since it
    left the last one, by itself or by the server.  ``max_connects``: CONNECT packets of one
    connection, refused ones counted.  ``max_attachments``: binary attachments of one event; each is
    bounded by ``max_http_buffer_size``.  ``max_name_length``: characters of an event's name.
    ``max_polling_packets``: packets in the body of one POST; a setting of the whole process.

    A namespace without a handler is refused with CONNECT_ERROR, as is usual.  All else that is not
    in order closes the connection: WebSocket code 1002 for what is malformed, 1008 for what
    overstays or exceeds a limit; polling requests are answered with 400.

    Raises ValueError when the server handles events concurrently (the events of one client would
    overtake each other), RuntimeError when a private point of a library has moved.
    """
    check_strict_points()
    server = cast(Any, socketio).server  # missing in the types that come from outside
    if server is None:
        raise ValueError("the SocketIO object has no server yet: call init_app first")
    if server.async_handlers:
        raise ValueError("async_handlers must be False: events of one client would change places")
    StrictRequests(server.eio, max_packets=max_polling_packets).install()
    StrictDispatcher(
        server,
        connect_timeout=connect_timeout,
        max_connects=max_connects,
        max_attachments=max_attachments,
        max_name_length=max_name_length,
    ).install()


class ViolationError(Exception):
    """A client broke the protocol; ``code`` and ``reason`` are for the WebSocket close frame."""

    def __init__(self, reason: str, code: int = CloseCode.PROTOCOL_ERROR) -> None:
        super().__init__(reason)
        self.reason = reason
        self.code = code


@dataclasses.dataclass(slots=True)
class Progress:
    """How far one connection has come."""

    deadlines: int = 0  # set so far; only the last one counts
    connects: int = 0
    incomplete: Packet | None = None  # a binary packet whose attachments are on their way


class StrictDispatcher:
    """Takes the place of python-socketio's dispatcher of Engine.IO messages."""

    def __init__(
        self,
        server: Any,
        *,
        connect_timeout: float,
        max_connects: int,
        max_attachments: int,
        max_name_length: int,
    ) -> None:
        self._server = server
        self._engine = server.eio
        self._connect_timeout = connect_timeout
        self._max_connects = max_connects
        self._max_attachments = max_attachments
        self._max_name_length = max_name_length
        self._progress: dict[str, Progress] = {}  # by the sid of the Engine.IO session
        self._connected = self._engine.handlers["connect"]
        self._disconnected = self._engine.handlers["disconnect"]
        self._leave = server.disconnect

    def install(self) -> None:
        """Hook into the server: its public events, and ``disconnect`` by the server itself."""
        self._engine.on("connect", self._on_connect)
        self._engine.on("message", self._on_message)
        self._engine.on("disconnect", self._on_disconnect)
        self._server.disconnect = self._disconnect

    # The life of a connection

    def _on_connect(self, eio_sid: str, environ: dict[str, Any]) -> Any:
        answer = self._connected(eio_sid, environ)
        self._progress[eio_sid] = Progress()
        self._set_deadline(eio_sid)
        return answer

    def _on_disconnect(self, eio_sid: str, reason: str) -> None:
        self._progress.pop(eio_sid, None)
        self._disconnected(eio_sid, reason)

    def _disconnect(self, sid: str, namespace: str | None = None, **options: Any) -> None:
        """Put a client out of a namespace, as the server's own method; it may not stay for ever."""
        eio_sid = self._server.manager.eio_sid_from_sid(sid, namespace or "/")
        self._leave(sid, namespace, **options)
        if eio_sid is not None:
            self._set_deadline(eio_sid)

    def _set_deadline(self, eio_sid: str) -> None:
        """Close the connection unless it is in a namespace when the time is up."""
        progress = self._progress.get(eio_sid)
        if progress is not None and not self._is_somewhere(eio_sid):
            progress.deadlines += 1
            gevent.spawn_later(self._connect_timeout, self._expire, eio_sid, progress.deadlines)

    def _expire(self, eio_sid: str, deadline: int) -> None:
        progress = self._progress.get(eio_sid)
        if progress is None or progress.deadlines != deadline or self._is_somewhere(eio_sid):
            return
        self._close(eio_sid, ViolationError("no CONNECT in time", CloseCode.POLICY_VIOLATION))
        self._progress.pop(eio_sid, None)  # one whose handshake was refused never disconnects

    def _is_in(self, eio_sid: str, namespace: str) -> bool:
        return self._server.manager.sid_from_eio_sid(eio_sid, namespace) is not None

    def _is_somewhere(self, eio_sid: str) -> bool:
        namespaces = list(self._server.manager.get_namespaces())
        return any(self._is_in(eio_sid, namespace) for namespace in namespaces)

    def _close(self, eio_sid: str, violation: ViolationError) -> None:
        log.info("%s: closed: %s", eio_sid, violation.reason)
        close_session(self._engine, eio_sid, violation.code, violation.reason)

    # Messages

    def _on_message(self, eio_sid: str, data: Any) -> None:
        """Decode, check and dispatch one message; errors of the application's handlers pass."""
        progress = self._progress.get(eio_sid)
        if progress is None:
            return  # closed while a POST of several messages is being worked through
        try:
            packet = self._complete(eio_sid, progress, data)
        except ViolationError as violation:
            self._close(eio_sid, violation)
            return
        if packet is not None:
            self._dispatch(eio_sid, packet)

    def _complete(self, eio_sid: str, progress: Progress, data: Any) -> Packet | None:
        """Return the packet that this message completes, if it does."""
        if progress.incomplete is None:
            packet = self._decode(data)
            self._check(eio_sid, progress, packet)
            if packet.attachment_count:
                progress.incomplete = packet
                return None
            return packet
        packet = progress.incomplete
        if not isinstance(data, bytes):
            raise ViolationError("text between binary attachments")
        try:
            if not packet.add_attachment(data):
                return None
        except (IndexError, RecursionError, TypeError, ValueError):
            raise ViolationError("placeholders do not fit the attachments") from None
        progress.incomplete = None
        return packet

    def _decode(self, data: Any) -> Packet:
        """Return the packet of a text message; its payload is not looked at yet."""
        if not isinstance(data, str):  # python-engineio has parsed what looks like JSON
            raise ViolationError("not a Socket.IO packet")
        if data[:1] not in tuple("0123456"):
            raise ViolationError("unknown packet type")
        try:
            packet = self._server.packet_class(encoded_packet=data)
        except (RecursionError, ValueError):
            raise ViolationError("malformed packet") from None
        if packet.attachment_count > self._max_attachments:
            raise ViolationError("too many attachments", CloseCode.POLICY_VIOLATION)
        if packet.attachment_count and packet.packet_type not in (BINARY_EVENT, BINARY_ACK):
            raise ViolationError("attachments to a packet that takes none")
        if packet.id is not None and packet.id > MAX_ACK_ID:
            raise ViolationError("acknowledgement id out of range")
        return packet

    def _check(self, eio_sid: str, progress: Progress, packet: Packet) -> None:
        """Check that the packet may come now, and that its payload has the shape of its type."""
        joined = self._is_in(eio_sid, packet.namespace or "/")
        kind, data = packet.packet_type, packet.data
        if kind == CONNECT:
            self._check_connect(progress, joined, data)
        elif kind == CONNECT_ERROR:
            raise ViolationError("CONNECT_ERROR is the server's to send")
        elif kind == DISCONNECT:  # may cross with the server's own
            if data is not None:
                raise ViolationError("DISCONNECT takes nothing")
        elif not joined:
            raise ViolationError("packet before CONNECT")
        elif not isinstance(data, list):
            raise ViolationError("payload is not an array")
        elif kind in (EVENT, BINARY_EVENT):
            self._check_name(data)
        elif packet.id is None:
            raise ViolationError("acknowledgement without an id")

    def _check_connect(self, progress: Progress, joined: bool, data: Any) -> None:
        """Check a CONNECT packet; each one runs the application's sign-in."""
        if joined:
            raise ViolationError("CONNECT to a namespace joined already")
        if data is not None and not isinstance(data, dict):
            raise ViolationError("CONNECT takes an object")
        progress.connects += 1
        if progress.connects > self._max_connects:
            raise ViolationError("too many CONNECT packets", CloseCode.POLICY_VIOLATION)

    def _check_name(self, data: list[Any]) -> None:
        """Check the first element of an event, its name."""
        if not data or not isinstance(data[0], str):
            raise ViolationError("the name of an event is a string")
        if data[0] in RESERVED_NAMES:
            raise ViolationError("reserved event name")
        if len(data[0]) > self._max_name_length:
            raise ViolationError("event name too long", CloseCode.POLICY_VIOLATION)

    def _dispatch(self, eio_sid: str, packet: Packet) -> None:
        """Hand a checked packet to the server's own handler of its type."""
        server, namespace = self._server, packet.namespace
        if packet.packet_type == CONNECT:
            self._connect(eio_sid, packet)
        elif packet.packet_type == DISCONNECT:
            server._handle_disconnect(  # noqa: SLF001  checked at start-up
                eio_sid, namespace, server.reason.CLIENT_DISCONNECT
            )
            self._set_deadline(eio_sid)
        elif packet.packet_type in (EVENT, BINARY_EVENT):
            server._handle_event(  # noqa: SLF001  checked at start-up
                eio_sid, namespace, packet.id, packet.data
            )
        elif packet.packet_type in (ACK, BINARY_ACK):
            server._handle_ack(  # noqa: SLF001  checked at start-up
                eio_sid, namespace, packet.id, packet.data
            )

    def _connect(self, eio_sid: str, packet: Packet) -> None:
        """Let a client into a namespace that somebody handles; ``namespaces="*"`` is not obeyed."""
        server, namespace = self._server, packet.namespace or "/"
        if namespace in server.handlers or namespace in server.namespace_handlers:
            server._handle_connect(eio_sid, namespace, packet.data)  # noqa: SLF001  likewise
            return
        refusal = server.packet_class(
            CONNECT_ERROR, data={"message": "Invalid namespace"}, namespace=namespace
        )
        server._send_packet(eio_sid, refusal)  # noqa: SLF001  likewise
