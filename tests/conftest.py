"""Fixtures every test may use.

A real database always, built by the migrations: SQLite and, where it answers, PostgreSQL; each test
that asks for ``app`` runs on both. What is written is committed, as in life; the tables are emptied
before each test. Fixtures hold ids, never rows, and no application context stays open unless a test
asks for ``inside``.
"""

import dataclasses
import datetime as dt
import gc
import os
import sqlite3
import sys
import uuid
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
import sqlalchemy as sa
from compiled import compiled_once
from databases import CI, migrate, postgres_url
from factories.accounts import make_sign_in
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from letters import Postbox, smtp_server

from community.app import create_app
from community.kernel import markdown
from community.kernel.context import Context
from community.kernel.db import WRITE, db
from community.kernel.http import limiter
from community.kernel.installed import EXTENSION
from community.kernel.operation import outside_operation
from community.kernel.settings import Settings
from community.schema import METADATA
from community.search.models import INDEX

IN_MEMORY = Path("/dev/shm")  # noqa: S108  # pytest makes a folder of its own there, for its user only


def pytest_configure(config: pytest.Config) -> None:
    """Forget any configuration of the shell: tests bring their own.

    Their files lie in memory where there is a place for it: thousands of small databases are
    written, and none of them is to outlive the run. Of what is imported and collected nothing is
    rubbish: whoever collects looks for none before that is done.
    """
    if hasattr(config, "workerinput") or not config.getoption("numprocesses", None):
        gc.disable()
    if IN_MEMORY.is_dir() and os.access(IN_MEMORY, os.W_OK):
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(IN_MEMORY))
    for key in [key for key in os.environ if key.startswith("COMMUNITY_")]:
        if not key.startswith("COMMUNITY_TEST_"):
            del os.environ[key]


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name bytes by their argument: what a file holds may change by the second, an id may not."""
    return argname if isinstance(val, bytes) else None


def pytest_collection_finish(session: pytest.Session) -> None:
    """Keep what is there from here on out of every collection of rubbish: it is a gigabyte.

    What comes later is looked through seldom: a test throws almost all of it away by itself.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*SELDOM)
    gc.enable()


SELDOM = (50_000, 20, 50)
"""Objects made before the youngest are looked through; how often before the older ones are."""


def pytest_sessionfinish(session: pytest.Session) -> None:
    """On CI a skip is a failure, whoever asked for it."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if CI and reporter is not None and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def worker_name() -> str:
    """Return what tells the parallel test processes apart."""
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.fixture(scope="session")
def post_office() -> Iterator[Postbox]:
    """Run one SMTP server for the process; use ``postbox`` instead."""
    with smtp_server() as made:
        yield made


@pytest.fixture
def postbox(post_office: Postbox) -> Postbox:
    """Return the letters that arrive while the test runs; every ``app`` sends there."""
    post_office.letters.clear()
    post_office.raw.clear()
    post_office.senders.clear()
    post_office.answer = post_office.recipient_answer = "250 OK"
    post_office.slow = 0.0
    return post_office


@pytest.fixture(
    scope="session",
    params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)],
)
def settings(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    worker_name: str,
    post_office: Postbox,
) -> Settings:
    """Return settings with a migrated, empty database."""
    data = tmp_path_factory.mktemp("data")
    url = "" if request.param == "sqlite" else postgres_url(f"community_test_{worker_name}")
    made = make_settings(data, url, smtp_url=f"smtp://127.0.0.1:{post_office.port}")
    migrate(made)
    return made


PUSH_KEY = "x" * 42 + "A"
"""A private key as any other: devices can be told, and pages say so."""


def make_settings(data: Path, url: str = "", **more: Any) -> Settings:
    """Return the settings of a test installation in ``data``."""
    values = {
        "secret_key": "a-key-for-tests-only-" + "x" * 24,
        "data_dir": data,
        "database_url": url,
        "mode": "test",
        "network_name": "Long Table",
        "file_limit": 2_000_000,
        "attachment_limit": 2_000_000,
        "rate_limits": False,
        "metrics": "loopback",
        "push_key": PUSH_KEY,
    }
    return Settings(**{**values, **more})


@pytest.fixture(scope="session")
def shared_app(settings: Settings) -> Iterator[Flask]:
    """Build the application once for each database; use ``app`` instead."""
    app = compiled_once(create_app(settings))
    yield app
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture(scope="session")
def _strict_app(
    settings: Settings, shared_app: Flask, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    data = tmp_path_factory.mktemp("strict")
    yield from built(make_settings(data, settings.database, rate_limits=True))


@pytest.fixture
def strict(_strict_app: Flask, app: Flask) -> Iterator[Flask]:
    """An application with its limits switched on; the limiter is one for the process."""
    limiter.enabled = True
    limiter.reset()
    yield _strict_app
    limiter.enabled = False


def built(settings: Settings) -> Iterator[Flask]:
    """Build one more application over a database that is there, and let go of it afterwards."""
    made = compiled_once(create_app(settings))
    yield made
    limiter.enabled = False
    with made.app_context():
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture
def app(shared_app: Flask) -> Flask:
    """Return the application with an empty database."""
    empty(shared_app)
    return shared_app


def empty(app: Flask) -> None:
    """Delete every row, without asking foreign keys for an order.

    A test writes into a few of the tables: only those that hold something are touched.
    """
    with app.app_context():
        url = db.engines[WRITE].url
    if url.get_backend_name() == "sqlite":
        connection = sqlite3.connect(str(url.database), timeout=10)
        found = connection.execute(f"{HOLDING} UNION ALL {_holds('search_words')}")
        deletes = _deletes(row[0] for row in found)
        connection.executescript(
            f"PRAGMA foreign_keys=OFF; PRAGMA synchronous=OFF; BEGIN; {deletes} COMMIT;"
        )
        connection.close()
        return
    with app.app_context(), db.engines[WRITE].connect() as connection:
        deletes = _deletes(connection.exec_driver_sql(HOLDING).scalars())
        connection.exec_driver_sql("SET session_replication_role = replica")
        connection.exec_driver_sql(deletes or "SELECT 1")
        connection.exec_driver_sql("SET session_replication_role = origin")
        connection.commit()


def _holds(name: str) -> str:
    return f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM \"{name}\")"  # noqa: S608  # ours


HOLDING = " UNION ALL ".join(
    _holds(table.name) for table in (*METADATA.sorted_tables, *INDEX.sorted_tables)
)
"""Asks which tables hold a row."""


def _deletes(names: Iterable[str]) -> str:
    return "".join(f'DELETE FROM "{name}";' for name in names)  # noqa: S608  # our own names


@pytest.fixture
def no_mail(app: Flask) -> Iterator[Flask]:
    """Return the application as a site without a mail server: letters are kept as files."""
    house = app.extensions[EXTENSION]
    settings = house.settings
    house.settings = dataclasses.replace(settings, smtp_url="")
    yield app
    house.settings = settings


@pytest.fixture
def inside(app: Flask) -> Iterator[Flask]:
    """Open an application context, for tests that call operations and queries directly."""
    with app.app_context():
        yield app


@pytest.fixture
def renderings() -> Iterator[list[str]]:
    """Tell of each rendering of Markdown whether it was "outside" a unit of work or "inside"."""
    found: list[str] = []

    def watch(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call" and frame.f_code is markdown.render.__code__:
            found.append("outside" if outside_operation() else "inside")

    sys.setprofile(watch)
    yield found
    sys.setprofile(None)


def acting(user_id: uuid.UUID | None, **more: Any) -> Context:
    """Return a fresh context of somebody, as an adapter would make it."""
    return Context.begin(user_id, **more)


@pytest.fixture
def browse(app: Flask) -> Callable[[uuid.UUID | None], FlaskClient]:
    """Return a client signed in as somebody (None: nobody), with CSRF tokens sent by itself."""
    return lambda user_id=None: browser(app, user_id)


def browser(app: Flask, user_id: uuid.UUID | None) -> FlaskClient:
    """Return what ``browse`` does, of an application that is at hand."""
    made = app.test_client()
    if user_id is not None:
        sign_in_id = make_sign_in(app, user_id)
        with made.session_transaction() as session:
            session["_user_id"] = str(sign_in_id)
            session["_fresh"] = True
            session["csrf_token"] = CSRF_SEED
    made.environ_base["HTTP_X_CSRFTOKEN"] = csrf_of(app) if user_id is not None else ""
    return made


CSRF_SEED = "0" * 40


def csrf_of(app: Flask) -> str:
    """Return a CSRF token for the session ``browse`` makes."""
    return URLSafeTimedSerializer(app.secret_key or "", salt="wtf-csrf-token").dumps(CSRF_SEED)


@pytest.fixture
def count_queries() -> Iterator[list[str]]:
    """Collect the statements sent while the test runs; ``clear()`` it before what is counted."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    yield statements
    sa.event.remove(sa.Engine, "before_cursor_execute", note)


NOW = dt.datetime(2026, 3, 3, 10, 0, tzinfo=dt.UTC)
