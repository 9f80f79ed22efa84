"""Both databases as a backup needs them: still while it reads, unhindered while it writes."""

import contextlib
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from community import migrating
from community.search.models import is_of_index

VERSIONS = "alembic_version"


@contextlib.contextmanager
def still(url: str) -> Iterator[sa.Connection]:
    """Open a connection that sees one moment of the database, however long it reads.

    Others go on writing meanwhile.
    """
    engine = migrating.engine_of(url, hide_parameters=True)
    sqlite = engine.dialect.name == "sqlite"
    if sqlite:
        sa.event.listen(engine, "connect", _plainly)
        sa.event.listen(engine, "begin", lambda opened: opened.exec_driver_sql("BEGIN"))
    else:
        engine = engine.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


@contextlib.contextmanager
def unhindered(url: str) -> Iterator[sa.Connection]:
    """Open the only transaction there is; foreign keys and triggers hold again at its end.

    Published versions of courses may not be changed, which triggers see to: a row could not be
    put under one that is there already. Raises IntegrityError where a foreign key does not hold.
    """
    engine = migrating.engine_of(url, hide_parameters=True)
    sqlite = engine.dialect.name == "sqlite"
    if sqlite:
        sa.event.listen(engine, "connect", _plainly)
        sa.event.listen(engine, "begin", lambda opened: opened.exec_driver_sql("BEGIN IMMEDIATE"))
    try:
        with engine.begin() as connection:
            yield from _unhindered_sqlite(connection) if sqlite else _unhindered_pg(connection)
    finally:
        engine.dispose()


def _plainly(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    connection.execute("PRAGMA busy_timeout=10000")
    connection.execute("PRAGMA foreign_keys=OFF")


def tables_in(connection: sa.Connection) -> list[str]:
    """Return the names of all tables but Alembic's own and those of the index of search.

    That one is derived: it fills itself where it is missing.
    """
    names = sa.inspect(connection).get_table_names()
    return [name for name in names if name != VERSIONS and not is_of_index(name)]


def rows_in(connection: sa.Connection, table: str) -> int:
    """Return how many rows a table has."""
    counted = sa.select(sa.func.count()).select_from(sa.table(table))
    return connection.execute(counted).scalar_one()


def is_empty(connection: sa.Connection) -> bool:
    """Whether no table holds a row."""
    for name in tables_in(connection):
        if connection.execute(
            sa.select(sa.literal(1)).select_from(sa.table(name)).limit(1)
        ).first():
            return False
    return True


def _unhindered_sqlite(connection: sa.Connection) -> Iterator[sa.Connection]:
    triggers = connection.exec_driver_sql(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    ).all()
    for name, _made_by in triggers:
        connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
    yield connection
    for _name, made_by in triggers:
        connection.exec_driver_sql(made_by)
    if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise sa.exc.IntegrityError(f"foreign key of {broken[0]}", None, ValueError("broken"))


def _unhindered_pg(connection: sa.Connection) -> Iterator[sa.Connection]:
    quoted = connection.dialect.identifier_preparer.quote
    names = tables_in(connection)
    if names:
        every = ", ".join(quoted(name) for name in names)
        connection.exec_driver_sql("SET LOCAL lock_timeout = '5s'")
        connection.exec_driver_sql(f"LOCK TABLE {every} IN ACCESS EXCLUSIVE MODE")
    keys = connection.exec_driver_sql(
        "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) "
        "FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace"
    ).all()
    for table, key, _definition in keys:
        connection.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT {key}")
    for name in names:
        connection.exec_driver_sql(f"ALTER TABLE {quoted(name)} DISABLE TRIGGER USER")
    yield connection
    for name in names:
        connection.exec_driver_sql(f"ALTER TABLE {quoted(name)} ENABLE TRIGGER USER")
    for table, key, definition in keys:
        connection.exec_driver_sql(f"ALTER TABLE {table} ADD CONSTRAINT {key} {definition}")
