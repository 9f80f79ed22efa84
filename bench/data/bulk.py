"""Rows by the thousand through Core inserts."""

import itertools
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

CHUNK = 2_000


def insert(connection: sa.Connection, model: Any, rows: Iterable[dict[str, Any]]) -> int:
    """Insert ``rows``, all with the same keys, into a model's table; returns how many."""
    statement: Any = sa.insert(model.__table__)
    if connection.dialect.name == "postgresql":
        # What returns something is sent as a few large statements instead of one for each row.
        statement = statement.returning(model.__table__.c.id)
    remaining, done = iter(rows), 0
    while chunk := list(itertools.islice(remaining, CHUNK)):
        connection.execute(statement, chunk).close()
        done += len(chunk)
    return done
