"""The canary: a library that moves a private point stops the server at start, in words."""

import engineio.socket
import pytest
import socketio
from flask import Flask
from flask_socketio import SocketIO
from socketio.packet import Packet

from community.kernel.realtime.private_points import check_private_points
from community.kernel.realtime.strict import harden
from community.kernel.realtime.transport import close_all, install


def test_the_libraries_installed_are_as_this_release_knows_them():
    check_private_points()


@pytest.mark.parametrize(
    ("owner", "name", "replacement", "words"),
    [
        (engineio.socket.Socket, "_upgrade_websocket", None, "bound method"),
        (engineio.socket.Socket, "_websocket_handler", None, "bound method"),
        (engineio.socket.Socket, "send", lambda self, packet: None, "its queue alone"),
        (
            engineio.socket.Socket,
            "schedule_ping",
            lambda self: self.server.start_background_task(self._send_ping),
            "no ping is scheduled",
        ),
        (socketio.Server, "_handle_event", None, "methods of their own"),
        (socketio.Server, "_handle_ack", lambda self, sid: None, "methods of their own"),
        (Packet, "add_attachment", None, "completed by add_attachment"),
        (socketio.Manager, "sid_from_eio_sid", None, "finds the sid"),
    ],
)
def test_a_point_that_moved_is_named(monkeypatch, owner, name, replacement, words):
    if replacement is None:
        for base in owner.__mro__:
            monkeypatch.delattr(base, name, raising=False) if name in vars(base) else None
    else:
        monkeypatch.setattr(owner, name, replacement)
    with pytest.raises(RuntimeError, match=words):
        check_private_points()


def make_socketio(**options):
    return SocketIO(Flask("app"), **{"async_mode": "gevent", "async_handlers": False, **options})


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"async_mode": "threading"}, "async_mode"),
        ({"ping_interval": 0.5}, "ping_interval"),
    ],
)
def test_the_transport_refuses_options_it_cannot_serve(options, words):
    with pytest.raises(ValueError, match=words):
        install(make_socketio(**options))


def test_strictness_wants_events_handled_in_order():
    with pytest.raises(ValueError, match="async_handlers"):
        harden(make_socketio(async_handlers=True))


def test_a_socketio_without_a_server_is_refused():
    with pytest.raises(ValueError, match="init_app"):
        install(SocketIO(async_mode="gevent"))
    with pytest.raises(ValueError, match="init_app"):
        harden(SocketIO(async_mode="gevent"))


def test_close_all_wants_the_transport_installed():
    with pytest.raises(RuntimeError, match=r"install\(\) was not called"):
        close_all(make_socketio())
