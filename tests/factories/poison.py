"""A world in which every text that anybody typed tries to be markup."""

import contextlib
from collections.abc import Iterator

import sqlalchemy as sa
from flask import Flask
from security.vectors import ANYWHERE

from community.kernel.db import WRITE, db
from community.schema import METADATA
from factories.neighbours import Neighbours, make_neighbours

KEPT_APART = {
    # What is no text of a person: names of things in the program, addresses, secrets, digests.
    *("email", "zone", "language", "slug", "digest", "password_hash", "sealed", "kind", "scopes"),
    *("client_id", "credential_id", "transports", "job", "once", "request_id", "media_type"),
    *("picture", "face", "code", "rule", "release", "question", "choices", "reactions", "cells"),
    *("begun_as", "criteria", "readers", "p256dh", "auth", "told"),
}
KEPT_WHOLE = {
    "event": "the log holds ids and plain values",
    "outbox": "nobody is shown it",
    "run_break": "dates",
    "moderation_act": "names of acts; why is read from the decision",
}


FILES = {"attachment", "work_file"}


def texts_of(table: sa.Table) -> list[sa.Column[str]]:
    """Return the columns of a table that hold what somebody typed, as they typed it."""
    unique = {
        column.name
        for constraint in table.constraints
        if isinstance(constraint, sa.UniqueConstraint)
        for column in constraint.columns
    }
    return [
        column
        for column in table.columns
        if isinstance(column.type, sa.String)
        and not isinstance(column.type, sa.Enum)
        and not column.primary_key
        and not column.unique
        and column.name not in unique | KEPT_APART
        and not column.name.endswith(("html", "_folded"))
        and column.name not in {"path", "video_url"}
    ]


@contextlib.contextmanager
def unguarded(connection: sa.Connection) -> Iterator[None]:
    """Let what never changes, as a published version, be changed inside."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        yield
        return
    guards = connection.exec_driver_sql(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    ).all()
    for name, _sql in guards:
        connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
    yield
    for _name, sql in guards:
        connection.exec_driver_sql(sql)


def make_poisoned(app: Flask) -> Neighbours:
    """Make two networks, and put ``ANYWHERE`` for each text that anybody typed in them."""
    world = make_neighbours(app)
    with app.app_context(), db.engines[WRITE].begin() as connection, unguarded(connection):
        for table in METADATA.sorted_tables:
            for column in [] if table.name in KEPT_WHOLE else texts_of(table):
                ending = ".txt" if table.name in FILES else ""  # its name says of which sort it is
                room = (column.type.length or len(ANYWHERE)) - len(ending)
                change = sa.update(table).where(column.is_not(None), column != "")
                connection.execute(change.values({column: ANYWHERE[:room] + ending}))
    return world
