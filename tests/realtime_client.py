"""Sockets for tests: the live door opened without a network, and members who come through it."""

import dataclasses
import functools
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from compiled import compiled_once
from flask import Flask
from flask_socketio import SocketIOTestClient

from community.app import create_app, open_live_door
from community.kernel.db import db
from community.kernel.installed import EXTENSION
from community.kernel.realtime.server import RealtimeServer
from community.kernel.realtime.watch import Watch
from community.kernel.settings import Settings


class Member:
    """A connected socket of somebody; answers are the acknowledged ``data`` or ``error``."""

    def __init__(self, server: RealtimeServer, client: SocketIOTestClient) -> None:
        self.server = server
        self.client = client

    def ask(self, name: str, fields: Any) -> dict[str, Any]:
        """Send an event that must be accepted; returns its data."""
        answer = self.client.emit(name, fields, callback=True)
        assert answer["ok"], answer
        return answer["data"] or {}

    def refused(self, name: str, fields: Any) -> dict[str, Any]:
        """Send an event that must be refused; returns the problem."""
        answer = self.client.emit(name, fields, callback=True)
        assert not answer["ok"], answer
        return answer["error"]

    def heard(self, name: str) -> list[dict[str, Any]]:
        """Return what was pushed under a name since last asked; other names are dropped."""
        return [got["args"][0] for got in self.client.get_received() if got["name"] == name]

    def leave(self) -> None:
        """Go away, as a browser does when its window closes."""
        self.client.disconnect()

    @property
    def connected(self) -> bool:
        return self.client.is_connected()


@dataclasses.dataclass(frozen=True)
class LiveDoor:
    """An application with its live door open; operations run in its context are pushed."""

    app: Flask
    server: RealtimeServer
    watch: Watch
    browse: Callable[..., Any]

    def connect(self, user_id: uuid.UUID | None) -> Member:
        """Connect a socket as somebody (None: nobody, who is refused)."""
        client = SocketIOTestClient(
            self.app, self.server.socketio, flask_test_client=self.browse(user_id)
        )
        return Member(self.server, client)

    def look(self) -> None:
        """Do once what the server's watches do all the time."""
        with self.app.app_context():
            self.watch.revocations()
            self.watch.heads()


@functools.cache
def _second_app(settings: Settings) -> Flask:
    return compiled_once(create_app(settings))


@contextmanager
def open_door(settings: Settings, browse: Callable[..., Any]) -> Iterator[LiveDoor]:
    """Open the live door of a second application over the test's database, and close it again."""
    app = _second_app(settings)
    house = app.extensions[EXTENSION]
    walled, silent = app.wsgi_app, house.announce
    server = open_live_door(app, async_mode="threading")
    yield LiveDoor(app, server, Watch(server), browse)
    app.wsgi_app = walled  # type: ignore[method-assign]
    house.announce = silent
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()
