"""Alembic's environment: builds no application, imports the models for comparison only."""

from typing import Any

import sqlalchemy as sa
from alembic import context

from community.kernel.db import UtcDateTime
from community.schema import METADATA
from community.search.models import is_of_index


def render_item(kind: str, item: Any, _autogenerate: Any) -> str | bool:
    """Write our own column types as plain ones: a migration imports none of our code."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def include_name(name: str | None, kind: str, _parents: Any) -> bool:
    """Leave the index of search out: its tables differ from one database to the other."""
    return kind != "table" or name is None or not is_of_index(name)


def run(connection: sa.Connection) -> None:
    """Migrate over an open connection; the caller commits."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("SET lock_timeout = '5s'"))
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        render_item=render_item,
        include_name=include_name,
        compare_type=True,
        render_as_batch=connection.dialect.name == "sqlite",
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is None:
    raise SystemExit("Migrations are run by: community db upgrade")
run(given)
