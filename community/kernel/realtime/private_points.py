"""The private points of our libraries that the live transport leans on, checked at start-up.

python-engineio and python-socketio have no public place for another WebSocket class or a stricter
dispatcher.  The releases are pinned; should a pin be loosened, a server must refuse to start with
words that say what moved, instead of failing under load.  Each check does in memory what the
library does on the wire.
"""

import inspect
import logging
from collections.abc import Callable
from importlib.metadata import version
from typing import Any, Final

import engineio
import gevent.socket
import socketio
from engineio.packet import MESSAGE, Packet
from engineio.socket import Socket
from socketio.packet import BINARY_EVENT
from socketio.packet import Packet as SocketIOPacket

TRIED: Final = "python-engineio 4.15.1, python-socketio 5.18.1, gevent 26.9"

# Theirs, named true or false, would set up their loggers for the whole process.
log = logging.getLogger(__name__)
log.setLevel(logging.WARNING)  # what they say as they start is nothing to report


def check_private_points() -> None:
    """Check all of them: those of the transport and those of the strict dispatcher.

    Raises RuntimeError that names the point which is no longer as this release knows it.
    """
    check_transport_points()
    check_strict_points()


def check_transport_points() -> None:
    """Check what ``transport`` leans on; raises RuntimeError as ``check_private_points``."""
    _check(
        "python-engineio",
        'a session hands the bound method that serves it to _async["websocket"]',
        _session_hands_itself_over,
    )
    _check(
        "python-engineio",
        "a session sends and closes through its queue alone",
        _session_uses_its_queue,
    )
    _check(
        "python-engineio",
        "no ping is scheduled while last_ping is None",
        _no_ping_without_last_ping,
    )
    _check(
        "gevent",
        "socket.send takes (data, flags, timeout)",
        _send_takes_a_timeout,
    )
    _check(
        "gevent",
        "the file of a socket knows it as raw._sock",
        _file_knows_its_socket,
    )


def check_strict_points() -> None:
    """Check what ``strict`` leans on; raises RuntimeError as ``check_private_points``."""
    _check(
        "python-socketio",
        "the server handles CONNECT, DISCONNECT, EVENT and ACK in methods of their own",
        _server_has_its_handlers,
    )
    _check(
        "python-socketio",
        "a packet tells its attachment_count and is completed by add_attachment",
        _packet_collects_attachments,
    )
    _check(
        "python-socketio",
        "the manager finds the sid of an Engine.IO session in a namespace",
        _manager_finds_sids,
    )


def _check(library: str, point: str, holds: Callable[[], bool]) -> None:
    cause: Exception | None = None
    try:
        answer = holds()
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        answer, cause = False, error
    if not answer:
        raise RuntimeError(
            f"{library} {version(library)} has changed: it no longer holds that {point}. "
            f"The live transport leans on it and was tried with {TRIED}."
        ) from cause


class _Recorder:
    """Stands where a library calls us, and remembers with what."""

    def __init__(self) -> None:
        self.calls: list[tuple[Any, ...]] = []

    def __call__(self, *args: Any) -> Any:
        self.calls.append(args)
        return lambda environ, start_response: (environ, start_response)


class _Queue:
    """The part of a queue that a session may use once it is attached to a WebSocket."""

    def __init__(self) -> None:
        self.items: list[Any] = []

    def put(self, item: Any) -> None:
        self.items.append(item)

    def join(self) -> None:
        self.items.append("joined")


def _session(recorder: Any = None) -> Any:
    engine = engineio.Server(async_mode="gevent", monitor_clients=False, logger=log)
    if recorder is not None:
        engine._async = {**engine._async, "websocket": recorder}  # noqa: SLF001
    session = Socket(engine, "sid")
    engine.sockets["sid"] = session
    return session


def _session_hands_itself_over() -> bool:
    recorder = _Recorder()
    session = _session(recorder)
    environ = {"HTTP_CONNECTION": "keep-alive, Upgrade", "HTTP_UPGRADE": "websocket"}
    answer = session.handle_get_request(environ, None)
    (call,) = recorder.calls
    return (
        answer == (environ, None)
        and len(call) == 2
        and call[0].__self__ is session
        and call[1] is session.server
    )


def _session_uses_its_queue() -> bool:
    session = _session()
    session.queue = queue = _Queue()
    packet = Packet(MESSAGE, "4")
    session.send(packet)
    session.close(wait=True, abort=True)
    flags = (session.closed, session.connected, session.upgrading, session.upgraded)
    return queue.items == [packet, None, "joined"] and flags == (True, False, False, False)


def _no_ping_without_last_ping() -> bool:
    session = _session()
    started = _Recorder()
    session.server.start_background_task = started
    was_set = session.last_ping is not None
    session.last_ping = None
    session.schedule_ping()
    return was_set and not started.calls


def _send_takes_a_timeout() -> bool:
    names = list(inspect.signature(gevent.socket.socket.send).parameters)
    return names == ["self", "data", "flags", "timeout"]


def _file_knows_its_socket() -> bool:
    ours, theirs = gevent.socket.socketpair()
    with ours, theirs, ours.makefile("rb", -1) as file:
        return file.raw._sock is ours  # type: ignore[attr-defined]  # noqa: SLF001


def _server_has_its_handlers() -> bool:
    parameters = {
        "_handle_connect": ["self", "eio_sid", "namespace", "data"],
        "_handle_disconnect": ["self", "eio_sid", "namespace", "reason"],
        "_handle_event": ["self", "eio_sid", "namespace", "id", "data"],
        "_handle_ack": ["self", "eio_sid", "namespace", "id", "data"],
        "_send_packet": ["self", "eio_sid", "pkt"],
    }
    return all(
        list(inspect.signature(getattr(socketio.Server, name)).parameters) == expected
        for name, expected in parameters.items()
    )


def _packet_collects_attachments() -> bool:
    packet = SocketIOPacket(encoded_packet='51-["name",{"_placeholder":true,"num":0}]')
    return (
        packet.packet_type == BINARY_EVENT
        and packet.attachment_count == 1
        and packet.add_attachment(b"data") is True
        and packet.data == ["name", b"data"]
    )


def _manager_finds_sids() -> bool:
    server = socketio.Server(async_mode="gevent", logger=log, engineio_logger=log)
    manager = server.manager
    sid = manager.pre_connect("eio", "/")
    return (
        manager.sid_from_eio_sid("eio", "/") == sid
        and manager.eio_sid_from_sid(sid, "/") == "eio"
        and manager.sid_from_eio_sid("other", "/") is None
        and list(manager.get_namespaces()) == ["/"]
    )
