"""Rows by the thousand, as each driver takes them fastest: by COPY, or by executemany."""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg import sql

CHUNK = 2_000
Row = dict[str, Any]


def insert(connection: sa.Connection, model: Any, rows: Iterable[Row]) -> int:
    """Insert ``rows``, all with the same keys, into a model's table; returns how many."""
    table: sa.Table = model.__table__
    remaining, done = iter(rows), 0
    put = _copy if connection.dialect.name == "postgresql" else _execute_many
    while chunk := list(itertools.islice(remaining, CHUNK)):
        columns = [each for each in table.columns if each.name in chunk[0] or each.default]
        values = zip(*(_values(connection, each, chunk) for each in columns), strict=True)
        put(connection, table.name, [each.name for each in columns], values)
        done += len(chunk)
    return done


def _copy(
    connection: sa.Connection, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]
) -> None:
    raw: psycopg.Connection = connection.connection.driver_connection  # type: ignore[assignment]
    into = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with raw.cursor() as cursor, cursor.copy(into) as copy:
        for row in rows:
            copy.write_row(row)


def _execute_many(
    connection: sa.Connection, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]
) -> None:
    quoted = connection.dialect.identifier_preparer.quote
    statement = (
        f"INSERT INTO {quoted(table)} ({', '.join(map(quoted, columns))}) "  # noqa: S608  # our own models' names
        f"VALUES ({', '.join('?' * len(columns))})"
    )
    connection.exec_driver_sql(statement, list(rows)).close()


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
