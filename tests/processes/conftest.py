"""Two serving processes over one database, with Redis and without, and members on each."""

import dataclasses
import gc
import os
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import redis
import socketio
from conftest import make_settings
from databases import migrate, missing, postgres_url
from factories.accounts import make_sign_in, make_user
from factories.spaces import join, make_space
from flask import Flask
from running import Server, start

from community.app import create_app
from community.kernel.db import db
from community.kernel.settings import Settings

REDIS = os.environ.get("COMMUNITY_TEST_REDIS", "redis://127.0.0.1:6379/15")
PATIENCE = 15.0  # seconds to wait for what must come; a busy machine is slow, never this slow


def redis_or_skip() -> str:
    """Return the address of a Redis that answers, or skip."""
    try:
        redis.Redis.from_url(REDIS, socket_timeout=2).ping()
    except redis.RedisError:
        missing("Redis", "start a server and set COMMUNITY_TEST_REDIS to its address")
    return REDIS


@dataclasses.dataclass(slots=True)
class Site:
    """Two processes, ``nodes``, and an application of our own over the same database."""

    settings: Settings
    app: Flask
    nodes: list[Server]
    clients: list["Client"] = dataclasses.field(default_factory=list)

    def restart(self, number: int) -> None:
        """Bring a killed process back on its old port."""
        port = int(self.nodes[number].url.rsplit(":", 1)[1])
        self.nodes[number] = start(self.settings, worker=False, port=port)

    def member(self, space_id: uuid.UUID, name: str = "Ana Lind", **more: Any) -> uuid.UUID:
        user_id = make_user(self.app, name)
        join(self.app, space_id, user_id, **more)
        return user_id

    def space(self) -> uuid.UUID:
        return make_space(self.app)

    def cookie(self, user_id: uuid.UUID) -> str:
        """Return a session cookie of somebody, as signing in would set it."""
        session = {"_user_id": str(make_sign_in(self.app, user_id)), "_fresh": True}
        serializer = self.app.session_interface.get_signing_serializer(self.app)  # type: ignore[attr-defined]
        return f"{self.app.config['SESSION_COOKIE_NAME']}={serializer.dumps(session)}"

    def connect(self, number: int, user_id: uuid.UUID) -> "Client":
        """Open a socket to one of the processes; it is closed after the test."""
        client = Client(self.cookie(user_id))
        self.clients.append(client)
        client.open(self.nodes[number].url)
        return client

    def do(self, call: Callable[[], Any]) -> Any:
        """Run something in an application context of our own."""
        with self.app.app_context():
            try:
                return call()
            finally:
                db.session.remove()


class Client:
    """A stock Socket.IO client that notes what it hears."""

    def __init__(self, cookie: str) -> None:
        self.cookie = cookie
        self.heard: list[tuple[str, Any]] = []
        self.news = threading.Condition()
        self.socket: Any = None

    def open(self, url: str) -> None:
        self.socket = socketio.Client(reconnection=False)
        self.socket.on("*", self._note)
        self.socket.on("disconnect", lambda *_: self._note("disconnected", None))
        headers = {"Cookie": self.cookie}  # the client names its origin itself
        self.socket.connect(url, headers=headers, transports=["websocket"], wait_timeout=PATIENCE)

    def _note(self, name: str, data: Any) -> None:
        with self.news:
            self.heard.append((name, data))
            self.news.notify_all()

    def ask(self, name: str, fields: dict[str, Any]) -> dict[str, Any]:
        """Send an event that must be accepted; returns its data."""
        answer = self.socket.call(name, fields, timeout=PATIENCE)
        assert answer["ok"], answer
        return answer["data"] or {}

    def wait_for(self, name: str, test: Callable[[Any], bool] = lambda data: True) -> Any:
        """Wait until something was heard and return it."""
        deadline = time.monotonic() + PATIENCE
        with self.news:
            while True:
                found = [data for heard, data in self.heard if heard == name and test(data)]
                if found:
                    return found[-1]
                left = deadline - time.monotonic()
                assert left > 0, f"{name} was not heard; heard {[n for n, _ in self.heard]}"
                self.news.wait(left)

    def close(self) -> None:
        """Go away, and leave no half-open connection behind."""
        self.socket.shutdown()


@pytest.fixture(
    params=[
        "sqlite",
        pytest.param("postgres", marks=pytest.mark.postgres),
        pytest.param("postgres and redis", marks=[pytest.mark.postgres, pytest.mark.redis]),
    ],
    scope="module",
)
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, worker_name: str
) -> Iterator[Site]:
    """Serve one database by two processes; without Redis they only share the database."""
    url = "" if request.param == "sqlite" else postgres_url(f"community_nodes_{worker_name}")
    address = redis_or_skip() if "redis" in request.param else ""
    settings = make_settings(tmp_path_factory.mktemp("nodes"), url, redis_url=address)
    migrate(settings)
    made = Site(settings, create_app(settings), [])
    try:
        made.nodes = [start(settings, worker=number == 0) for number in range(2)]
        yield made
    finally:
        for node in made.nodes:
            node.kill()
        with made.app.app_context():
            for engine in db.engines.values():
                engine.dispose()


@pytest.fixture(autouse=True)
def _close_clients(site: Site) -> Iterator[None]:
    yield
    for client in site.clients:
        client.close()
    site.clients.clear()
    gc.collect()  # the stock client leaves a killed server's socket to the collector
