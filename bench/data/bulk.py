"""Rows by the thousand: through Core inserts into SQLite, through COPY into PostgreSQL."""

import itertools
from collections.abc import Iterable, Iterator
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg import sql

CHUNK = 2_000
Row = dict[str, Any]


def insert(connection: sa.Connection, model: Any, rows: Iterable[Row]) -> int:
    """Insert ``rows``, all with the same keys, into a model's table; returns how many."""
    remaining, done = iter(rows), 0
    put = _copy if connection.dialect.name == "postgresql" else _execute
    while chunk := list(itertools.islice(remaining, CHUNK)):
        put(connection, model.__table__, chunk)
        done += len(chunk)
    return done


def _execute(connection: sa.Connection, table: sa.Table, rows: list[Row]) -> None:
    connection.execute(sa.insert(table), rows).close()


def _copy(connection: sa.Connection, table: sa.Table, rows: list[Row]) -> None:
    """Send rows as the driver's own COPY: a tenth of what as many statements cost."""
    columns = [column for column in table.columns if column.name in rows[0] or column.default]
    raw: psycopg.Connection = connection.connection.driver_connection  # type: ignore[assignment]
    into = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table.name),
        sql.SQL(", ").join(sql.Identifier(column.name) for column in columns),
    )
    with raw.cursor() as cursor, cursor.copy(into) as copy:
        for values in zip(*(_values(connection, each, rows) for each in columns), strict=True):
            copy.write_row(values)


def _values(connection: sa.Connection, column: sa.Column[Any], rows: list[Row]) -> Iterator[Any]:
    """Return a column's values, or what the model gives where there are none, for the driver."""
    kind: Any = column.type.dialect_impl(connection.dialect)
    process = kind.bind_processor(connection.dialect) or (lambda value: value)
    default: Any = column.default
    for row in rows:
        if column.name in row:
            yield process(row[column.name])
        else:
            yield process(default.arg(None) if default.is_callable else default.arg)
