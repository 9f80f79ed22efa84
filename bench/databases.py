"""Where the data lies: a pristine copy a size, loaded once, and a working copy for each bench.

The work is done on a copy so that every bench begins with the same rows, whatever the last one
wrote.
"""

import abc
import contextlib
import os
import shutil
import sqlite3
from pathlib import Path

import psycopg
from psycopg import sql

HOME = Path("var/bench")
SECRET = "a-key-for-measuring-only-" + "x" * 24
POSTGRES = "BENCH_POSTGRES"  # the environment variable with an administrator's address


class Missing(Exception):
    """What this machine lacks, and how to have it."""


class Database(abc.ABC):
    """One kind of database, holding the data set of one size."""

    name: str

    def __init__(self, size: str) -> None:
        self.size = size
        self.home = HOME / size / self.name
        self.home.mkdir(parents=True, exist_ok=True)

    @property
    def work_dir(self) -> Path:
        """The data directory of the servers that work on the copy."""
        found = self.home / "work"
        found.mkdir(exist_ok=True)
        return found

    @property
    def stamp(self) -> Path:
        """What was loaded, and the ids the rows ask for."""
        return self.home / "loaded.json"

    @property
    @abc.abstractmethod
    def pristine_url(self) -> str: ...

    @property
    @abc.abstractmethod
    def work_url(self) -> str: ...

    @abc.abstractmethod
    def clear(self) -> None:
        """Make an empty pristine database."""

    @abc.abstractmethod
    def settle(self) -> None:
        """Do after the load what the database does by itself in the long run."""

    @abc.abstractmethod
    def copy(self) -> None:
        """Make the working copy anew."""

    @property
    @abc.abstractmethod
    def version(self) -> str: ...


class Sqlite(Database):
    """A file in WAL mode, as the embedded installation has it."""

    name = "sqlite"

    @property
    def file(self) -> Path:
        return (self.home / "pristine.sqlite").resolve()

    @property
    def work_file(self) -> Path:
        return (self.work_dir / "community.sqlite").resolve()

    @property
    def pristine_url(self) -> str:
        return f"sqlite:///{self.file}"

    @property
    def work_url(self) -> str:
        return f"sqlite:///{self.work_file}"

    def clear(self) -> None:
        _remove(self.file)

    def settle(self) -> None:
        with contextlib.closing(sqlite3.connect(self.file)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def copy(self) -> None:
        _remove(self.work_file)
        shutil.copyfile(self.file, self.work_file)

    @property
    def version(self) -> str:
        return f"SQLite {sqlite3.sqlite_version}"


def _remove(file: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        file.with_name(file.name + ending).unlink(missing_ok=True)


class Postgres(Database):
    """Databases of our own on the server that answers at ``BENCH_POSTGRES``."""

    name = "postgresql"

    def __init__(self, size: str) -> None:
        super().__init__(size)
        self.admin = os.environ.get(POSTGRES, "postgresql:///postgres")
        try:
            with psycopg.connect(self.admin, autocommit=True, connect_timeout=3) as connection:
                info = connection.info
                self.where = (info.host, info.port, info.user, info.server_version)
        except psycopg.OperationalError:
            raise Missing(
                f"PostgreSQL does not answer; start a server and set {POSTGRES} to its address"
            ) from None

    def _url(self, name: str) -> str:
        host, port, user, _version = self.where
        if host.startswith("/"):
            return f"postgresql+psycopg://{user}@/{name}?host={host}&port={port}"
        return f"postgresql+psycopg://{user}@{host}:{port}/{name}"

    @property
    def _names(self) -> tuple[str, str]:
        name = f"community_bench_{self.size.lower()}"
        return name, f"{name}_work"

    @property
    def pristine_url(self) -> str:
        return self._url(self._names[0])

    @property
    def work_url(self) -> str:
        return self._url(self._names[1])

    def _fresh(self, name: str, template: str = "template0") -> None:
        with psycopg.connect(self.admin, autocommit=True) as connection:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {} ENCODING 'UTF8'").format(
                    sql.Identifier(name), sql.Identifier(template)
                )
            )

    def clear(self) -> None:
        self._fresh(self._names[0])

    def settle(self) -> None:
        with psycopg.connect(bare(self.pristine_url), autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")

    def copy(self) -> None:
        pristine, work = self._names
        self._fresh(work, template=pristine)

    @property
    def version(self) -> str:
        number = self.where[3]
        return f"PostgreSQL {number // 10_000}.{number % 10_000}"


def bare(url: str) -> str:
    """Return the address as the driver itself takes it."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


KINDS: dict[str, type[Database]] = {"sqlite": Sqlite, "postgresql": Postgres}
