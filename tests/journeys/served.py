"""A served site, and the installation behind it."""

import contextlib
import dataclasses
import gc
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from factories.accounts import make_sign_in
from flask import Flask
from running import Server, environment, running

from community.app import create_app
from community.kernel.db import db
from community.kernel.installed import EXTENSION
from community.kernel.settings import Settings

ON_SQLITE = pytest.mark.parametrize("site", ["sqlite"], indirect=True)
ON_POSTGRES = pytest.mark.parametrize(
    "site", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)
"""A story is about what people see and do and is told on one database, some on each: what
databases differ in, other tests try on both."""


@dataclasses.dataclass(frozen=True)
class Site:
    """A served site with its worker, and an application of our own over the same database."""

    server: Server
    app: Flask

    @property
    def url(self) -> str:
        return self.server.url

    def do(self, call: Callable[[], Any]) -> Any:
        """Do something beside the journey, as an operation of the same installation."""
        with self.app.app_context():
            return call()

    def cookie(self, user_id: uuid.UUID) -> Any:
        """Return a session cookie of somebody, as signing in would set it."""
        session = {"_user_id": str(make_sign_in(self.app, user_id)), "_fresh": True}
        signer = self.app.session_interface.get_signing_serializer(self.app)  # type: ignore[attr-defined]
        name = self.app.config["SESSION_COOKIE_NAME"]
        return {"name": name, "value": signer.dumps(session), "url": self.url}

    def command(self, *words: str, typed: str = "") -> str:
        """Run a `community` command beside the site, as its operator does; returns what it says."""
        settings = self.app.extensions[EXTENSION].settings
        done = subprocess.run(
            [sys.executable, "-m", "community.cli", *words],
            input=typed,
            env=environment(settings, self.url),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@contextlib.contextmanager
def serving(settings: Settings, *, worker: bool = True, host: str = "127.0.0.1") -> Iterator[Site]:
    """Serve a migrated site until the block ends."""
    with running(settings, worker=worker, host=host) as server:
        made = Site(server, create_app(dataclasses.replace(settings, base_url=server.url)))
        yield made
        with made.app.app_context():
            for engine in db.engines.values():
                engine.dispose()
        gc.collect()
