"""Rows as lines of JSON that mean the same on SQLite and on PostgreSQL.

Each column has a kind, which the archive names: rows are read back into the schema they were
written from, whatever the models have become since.
"""

import base64
import datetime as dt
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import orjson
import sqlalchemy as sa

from community.kernel.db import UtcDateTime

Columns = Sequence[tuple[str, str]]  # name and kind

BATCH = 200  # rows in memory at once
BATCH_OF_FILES = 10  # of a table that holds pictures

_TYPES: Mapping[str, Any] = {
    "uuid": sa.Uuid(),
    "instant": UtcDateTime(),
    "local": sa.DateTime(),
    "date": sa.Date(),
    "time": sa.Time(),
    "json": sa.JSON(),
    "bytes": sa.LargeBinary(),
    "bool": sa.Boolean(),
    "int": sa.BigInteger(),
    "float": sa.Double(),
    "text": sa.Text(),
}
_KINDS: Sequence[tuple[type[Any], str]] = (  # the first that fits: an Enum is a String too
    (UtcDateTime, "instant"),
    (sa.DateTime, "local"),
    (sa.Date, "date"),
    (sa.Time, "time"),
    (sa.Uuid, "uuid"),
    (sa.JSON, "json"),
    (sa.LargeBinary, "bytes"),
    (sa.Boolean, "bool"),
    (sa.Integer, "int"),
    (sa.Float, "float"),
    (sa.String, "text"),
)
_READ: Mapping[str, Callable[[Any], Any]] = {
    "uuid": uuid.UUID,
    "instant": dt.datetime.fromisoformat,
    "local": dt.datetime.fromisoformat,
    "date": dt.date.fromisoformat,
    "time": dt.time.fromisoformat,
    "bytes": base64.b64decode,
}


def columns_of(table: sa.Table) -> Columns:
    """Return the columns of a table with their kinds; raises TypeError for one without."""
    return [(column.name, _kind(column)) for column in table.columns]


def _kind(column: sa.Column[Any]) -> str:
    for known, kind in _KINDS:
        if isinstance(column.type, known):
            return kind
    raise TypeError(f"{column} is of a type no backup knows: {column.type!r}")


def read_lines(connection: sa.Connection, name: str, columns: Columns) -> Iterator[bytes]:
    """Yield every row of a table as a line, in no more memory than a batch takes."""
    table = _table(name, columns)
    asked = [
        # As it stands: a value of JSON may be null without being missing.
        sa.cast(table.c[column], sa.Text) if kind == "json" else table.c[column]
        for column, kind in columns
    ]
    with connection.execution_options(yield_per=_batch(columns)).execute(sa.select(*asked)) as rows:
        for row in rows:
            yield orjson.dumps(tuple(row), default=_as_text) + b"\n"


def _as_text(value: object) -> str:
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode()
    raise TypeError(f"no backup knows {type(value)}")


def write_lines(
    connection: sa.Connection, name: str, columns: Columns, lines: Sequence[bytes]
) -> None:
    """Insert rows from their lines; raises ValueError for a line that is none of this table."""
    table = _table(name, columns)
    values = {
        column: sa.cast(sa.bindparam(column, type_=sa.Text()), sa.JSON())
        if kind == "json" and connection.dialect.name != "sqlite"
        else sa.bindparam(column, type_=sa.Text() if kind == "json" else _TYPES[kind])
        for column, kind in columns
    }
    insert, batch = sa.insert(table).values(values), _batch(columns)
    for start in range(0, len(lines), batch):
        rows = [_values(columns, line) for line in lines[start : start + batch]]
        connection.execute(insert, rows)


def _values(columns: Columns, line: bytes) -> dict[str, Any]:
    given = orjson.loads(line)
    return {
        column: value if value is None else _READ.get(kind, _same)(value)
        for (column, kind), value in zip(columns, given, strict=True)
    }


def _same(value: Any) -> Any:
    return value


def _batch(columns: Columns) -> int:
    return BATCH_OF_FILES if any(kind == "bytes" for _name, kind in columns) else BATCH


def _table(name: str, columns: Columns) -> sa.TableClause:
    return sa.table(name, *(sa.column(column, _TYPES[kind]) for column, kind in columns))
