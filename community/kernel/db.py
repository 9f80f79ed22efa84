"""The database handle, the model base, the column types, and the two ways to a connection.

Reads go through an engine in AUTOCOMMIT that the database itself keeps from writing; a unit of work
goes through the ``write`` engine, in one transaction (``BEGIN IMMEDIATE`` on SQLite). Which of the
two a session uses is decided by ``writing``, which only ``kernel.operation`` sets.
"""

import contextlib
import datetime as dt
import enum
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sa
from flask import Flask
from flask_babel import gettext as _
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, registry

from community.kernel.errors import Unavailable
from community.kernel.json import dumps, loads
from community.kernel.keys import new_key
from community.kernel.settings import Settings

NAMING = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}
WRITE = "write"
PROMISE = "promise"  # marks the constraints of promise()
PLANNED_ANEW = "planned_anew"  # an execution option, see _plan_anew
CONNECT_TIMEOUT = 5  # seconds a PostgreSQL server has to answer
FRESH = 2.0  # seconds for which a connection that has just answered is taken to live
BUSY_MS = 50  # SQLite waits inside C and stalls every greenlet: wait there shortly, then in Python
BUSY_SECONDS = 10.0  # how long a writer queues, in its process and behind others, in all

writing: ContextVar[bool] = ContextVar("writing", default=False)

E = TypeVar("E", bound=enum.StrEnum)


class UtcDateTime(sa.TypeDecorator[dt.datetime]):
    """An aware UTC instant; a naive value is refused rather than guessed."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime is not an instant")
        return value.astimezone(dt.UTC)

    def process_result_value(
        self, value: dt.datetime | None, dialect: Dialect
    ) -> dt.datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


LocalDateTime = sa.DateTime(timezone=False)  # a planned wall-clock time; its zone stands beside it


def choice(values: type[E], *, name: str = "") -> sa.Enum:
    """Return the column type of a StrEnum: stored by value, checked by the database.

    ``name`` is the check's; a table with several columns of one enum needs one for each.
    """
    return sa.Enum(
        values,
        native_enum=False,
        create_constraint=True,
        length=32,
        name=name or _snake(values.__name__),
        values_callable=lambda members: [member.value for member in members],
    )


def promise(condition: str, *, name: str) -> sa.CheckConstraint:
    """Return a check that two people may run into at once: breaking it is a Conflict.

    Any other check is held by the code before it; breaking that is a fault of ours.
    """
    return sa.CheckConstraint(condition, name=name, info={PROMISE: True})


def _snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")


class Base(DeclarativeBase):
    """The declarative base of every table."""

    # A registry of our own: Flask-SQLAlchemy 3.1 copies this class, and SQLAlchemy 2.1 refuses a
    # copied ``type_annotation_map``.
    registry = registry(
        metadata=sa.MetaData(naming_convention=NAMING),
        type_annotation_map={dt.datetime: UtcDateTime(), uuid.UUID: sa.Uuid()},
    )


class Session(FlaskSession):
    """A session that reads in AUTOCOMMIT and writes only inside a unit of work."""

    def get_bind(
        self,
        mapper: Any | None = None,
        clause: Any | None = None,
        bind: Engine | Connection | None = None,
        **kwargs: Any,
    ) -> Engine | Connection:
        if bind is not None:
            return bind
        return self._db.engines[WRITE if writing.get() else None]


# Rows outlive their transaction as plain values: detached after the commit, never reloaded.
db = SQLAlchemy(
    model_class=Base,
    disable_autonaming=True,
    session_options={"class_": Session, "expire_on_commit": False, "autoflush": True},
)

if TYPE_CHECKING:

    class Model(Base):
        """What type checkers see; at run time it is Flask-SQLAlchemy's own base."""

        __abstract__ = True
else:

    class Model(db.Model):
        """Flask-SQLAlchemy's base, for its bind keys."""

        __abstract__ = True


class Keyed(Model):
    """A model with the project's one kind of primary key."""

    __abstract__ = True

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_key)


metadata = db.metadata


INSERT: Mapping[str, Callable[..., Any]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}


def execute(
    statement: sa.Executable, given: Mapping[str, Any] | Sequence[Mapping[str, Any]] = ()
) -> sa.CursorResult[*tuple[Any, ...]]:
    """Run a statement about columns on the session's connection; pending changes are written first.

    The same as ``db.session.execute`` without what that does for models, which is two thirds of the
    cost of a small statement. Use it where there are no models in the answer, on hot paths.
    """
    session = db.session()
    session.flush()
    return session.connection().execute(statement, given or None)


def in_one(insert: Any, rows: Sequence[Mapping[str, Any]]) -> tuple[Any, Mapping[str, Any]]:
    """Return what ``execute`` takes to insert rows by one statement, however many they are.

    Of a single row, as it mostly is, the statement is the one that was built before.
    """
    return (insert, rows[0]) if len(rows) == 1 else (insert.values(rows), {})


def insert_missing(model: type[Any], values: Mapping[str, Any], *, unique: Sequence[str]) -> bool:
    """Insert a row unless there is one with the same ``unique`` columns; return whether it is new.

    Two processes that do so at once leave one row, and neither fails.
    """
    insert = INSERT[db.engines[WRITE].dialect.name](model)
    new = insert.values(values).on_conflict_do_nothing(index_elements=list(unique))
    # not the count of rows: psycopg's cursor is closed by then, and says -1
    return execute(new.returning(model.id)).scalar() is not None


_SIGNS: Mapping[str, Any] = {
    " ": sa.literal_column("' '", sa.String()),
    ",": sa.literal_column("','", sa.String()),
}


def joined(words: sa.ColumnElement[str] | Any, between: str) -> sa.ColumnElement[str]:
    """Return what many rows say in one text, with a blank or a comma between them.

    It stands in the text of the statement: SQLAlchemy would write its own there anew each time.
    """
    return sa.func.aggregate_strings(words, _SIGNS[between])


def values_of(row: sa.Row[*tuple[Any, ...]]) -> dict[str, Any]:
    """Return what a row holds by the names of its columns."""
    return dict(row._mapping)  # noqa: SLF001  # SQLAlchemy's public name


@contextlib.contextmanager
def snapshot() -> Iterator[None]:
    """Let all reads of the block see the database as it was at one moment.

    Reads are in AUTOCOMMIT, so that two statements may see two states; this is for an answer made
    of several. A unit of work has its own transaction, and is left as it is.
    """
    if writing.get():
        yield
        return
    connection = db.session.connection()
    sqlite = connection.dialect.name == "sqlite"
    connection.exec_driver_sql("BEGIN" if sqlite else "BEGIN ISOLATION LEVEL REPEATABLE READ")
    try:
        yield
    finally:
        connection.exec_driver_sql("COMMIT")  # after a failed read PostgreSQL rolls back instead


def engine_settings(settings: Settings) -> dict[str, Any]:
    """Return the Flask-SQLAlchemy configuration of the reading and the writing engine."""
    url = settings.database
    if settings.embedded:
        read: dict[str, Any] = {"pool_size": 8, "max_overflow": 32}
        write: dict[str, Any] = {"pool_size": 1, "max_overflow": 1}
    else:
        # no compiling at run time: the server guesses that it pays, and takes seconds for it
        options = "-c lock_timeout=5000 -c statement_timeout=30000 -c jit=off"
        read = {
            "isolation_level": "AUTOCOMMIT",
            "pool_size": 10,
            "max_overflow": 20,
            "connect_args": {
                "options": f"-c default_transaction_read_only=on {options}",
                "connect_timeout": CONNECT_TIMEOUT,
            },
        }
        write = {
            "pool_size": 10,
            "max_overflow": 10,
            "connect_args": {"options": options, "connect_timeout": CONNECT_TIMEOUT},
        }
    common = {
        "hide_parameters": True,  # an error that is logged tells no address and no text
        "json_serializer": dumps,
        "json_deserializer": loads,
    }
    # Nothing is open on a reading connection when it comes back: no rollback to pay for.
    return {
        "SQLALCHEMY_DATABASE_URI": url,
        "SQLALCHEMY_ENGINE_OPTIONS": {"pool_reset_on_return": None, **common, **read},
        "SQLALCHEMY_BINDS": {WRITE: {"url": url, **common, **write}},
    }


def prepare_engines(app: Flask) -> None:
    """Teach the engines of ``app`` the house rules; call once, after ``db.init_app``."""
    with app.app_context():
        reader, writer = db.engines[None], db.engines[WRITE]
    if reader.dialect.name != "sqlite":
        for engine in (reader, writer):
            _ask_after_rest(engine)
            _plan_anew(engine)
        return
    sa.event.listen(reader, "connect", _open_reader)
    sa.event.listen(writer, "connect", _open_writer)
    sa.event.listen(writer, "begin", _begin_immediate)


def _ask_after_rest(engine: Engine) -> None:
    """Ask a connection whether it still lives, but only after it has rested for ``FRESH`` seconds.

    The pool's own ``pre_ping`` asks each time, and each time that is one more way to the server and
    back: a tenth of a page.
    """

    @sa.event.listens_for(engine, "checkin")
    def rest(_connection: Any, record: Any) -> None:
        record.info["rested"] = time.monotonic()

    @sa.event.listens_for(engine, "checkout")
    def ask(connection: Any, record: Any, _proxy: Any) -> None:
        rested = record.info.get("rested")
        if rested is None or time.monotonic() - rested < FRESH:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise sa.exc.InvalidatePoolError from error  # the pool opens a new one and tries again


def _plan_anew(engine: Engine) -> None:
    """Let PostgreSQL plan a statement that says so by what it is asked for, each time.

    Of one that comes often it keeps a plan for anything, which reads a word that is everywhere like
    one that is rare.
    """

    @sa.event.listens_for(engine, "do_execute")
    def run(cursor: Any, statement: str, parameters: Any, context: Any) -> bool | None:
        if PLANNED_ANEW not in context.execution_options:
            return None
        cursor.execute(statement, parameters, prepare=False)
        return True


class WriterTurn:
    """One SQLite writer a process; waiting for the turn yields under gevent.

    Whoever waits gives up after ``BUSY_SECONDS``: a queue that does not move is told, not joined.
    gevent wakes those who wait in the order they came; only a loop of operations that never yields
    goes before them.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._give_up_at: float | None = None  # of whoever has the turn

    def __enter__(self) -> None:
        give_up_at = time.monotonic() + BUSY_SECONDS
        if not self._lock.acquire(timeout=BUSY_SECONDS):
            raise _too_busy()
        self._give_up_at = give_up_at

    def __exit__(self, *_: object) -> None:
        self._give_up_at = None
        self._lock.release()

    @property
    def give_up_at(self) -> float:
        """When the writer whose turn it is has waited long enough, by ``time.monotonic``."""
        return self._give_up_at or time.monotonic() + BUSY_SECONDS


writer_turn = WriterTurn()


def _too_busy() -> Unavailable:
    return Unavailable(_("Too much is being written at once. Try again."))


def _open_reader(connection: Any, record: Any) -> None:
    _open_writer(connection, record)
    connection.execute("PRAGMA query_only=ON")


def _open_writer(connection: Any, record: Any) -> None:
    connection.isolation_level = None  # BEGIN is ours to say, see _begin_immediate
    connection.execute(f"PRAGMA busy_timeout={BUSY_MS}")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA foreign_keys=ON")


def _begin_immediate(connection: Connection) -> None:
    """Take SQLite's write lock at once; a transaction that upgrades later fails, not waits."""
    give_up_at = writer_turn.give_up_at
    while True:
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        except sa.exc.OperationalError as error:
            if "locked" not in str(error.orig):
                raise
            if time.monotonic() > give_up_at:
                raise _too_busy() from error
            time.sleep(0.003)
        else:
            return
