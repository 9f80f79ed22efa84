"""Migrated databases by the dozen: the migrations run once for each kind, the rest are copies."""

import atexit
import functools
import os
import shutil
import tempfile
from pathlib import Path
from typing import NoReturn

import psycopg
import pytest
import sqlalchemy as sa

from community import migrating
from community.kernel.settings import Settings

CI = os.environ.get("CI") == "true"
POSTGRES = os.environ.get("COMMUNITY_TEST_POSTGRES", "postgresql:///postgres")


def missing(what: str, how: str) -> NoReturn:
    """Skip loudly what this machine lacks; on CI nothing may be skipped."""
    if CI:
        pytest.fail(f"{what} is missing, and CI skips nothing")
    pytest.skip(f"{what} is missing here. To have it: {how}")


def postgres_url(name: str) -> str:
    """Return the address of a fresh, empty PostgreSQL database of this process, or skip.

    It is dropped when the process ends; several test runs beside each other do not meet.
    """
    name = f"{name}_{os.getpid()}"
    try:
        with psycopg.connect(POSTGRES, autocommit=True, connect_timeout=3) as admin:
            admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')  # type: ignore[arg-type]
            admin.execute(f'CREATE DATABASE "{name}"')  # type: ignore[arg-type]
            admin.execute(hurried(name))  # type: ignore[arg-type]
            user, host, port = admin.info.user, admin.info.host, admin.info.port
    except psycopg.OperationalError:
        missing("PostgreSQL", "start a server and set COMMUNITY_TEST_POSTGRES to its address")
    atexit.register(_drop, name)
    where = f"/{name}?host={host}&port={port}" if host.startswith("/") else f"{host}:{port}/{name}"
    return f"postgresql+psycopg://{user}@{where}"


def _drop(name: str) -> None:
    with psycopg.connect(POSTGRES, autocommit=True, connect_timeout=3) as admin:
        admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')  # type: ignore[arg-type]


def migrate(settings: Settings) -> None:
    """Bring the database of an installation to the newest schema, unless it is there already.

    Only for tests that need such a database and are not about how it comes to be.
    """
    if migrating.revision_of(settings.database) is not None:
        return
    url = sa.make_url(settings.database)
    if url.get_backend_name() == "sqlite":
        shutil.copyfile(_model_file(), str(url.database))
    else:
        with psycopg.connect(POSTGRES, autocommit=True) as admin:
            admin.execute(f'DROP DATABASE "{url.database}" WITH (FORCE)')  # type: ignore[arg-type]
            admin.execute(
                f'CREATE DATABASE "{url.database}" TEMPLATE "{_model_database()}"'  # type: ignore[arg-type]
            )
            admin.execute(hurried(str(url.database)))  # type: ignore[arg-type]


def hurried(name: str) -> str:
    """Return the statement by which a database waits for no disk.

    No test cuts the power: what the server would wait for is half the time of a run.
    """
    return f'ALTER DATABASE "{name}" SET synchronous_commit = off'


@functools.cache
def _model_file() -> Path:
    file = Path(tempfile.mkdtemp(prefix="community-model-")) / "model.sqlite"
    atexit.register(shutil.rmtree, file.parent, ignore_errors=True)
    migrating.upgrade(f"sqlite:///{file}")
    return file


@functools.cache
def _model_database() -> str:
    url = postgres_url("community_model")
    migrating.upgrade(url)
    return str(sa.make_url(url).database)
