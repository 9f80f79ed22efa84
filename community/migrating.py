"""Bringing a database to the newest schema; never done by a server as it starts."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from community.kernel.db import CONNECT_TIMEOUT
from community.kernel.resources import resource


def alembic_config(connection: sa.Connection | None = None) -> Config:
    """Return Alembic's configuration, with the migrations of this installation."""
    config = Config()
    config.set_main_option("script_location", str(resource("migrations")))
    config.set_main_option(
        "file_template", "%%(year)d%%(month).2d%%(day).2d_%%(hour).2d%%(minute).2d_%%(slug)s"
    )
    config.set_main_option("timezone", "UTC")
    config.attributes["connection"] = connection
    return config


def engine_of(url: str, **options: Any) -> sa.Engine:
    """Return an engine that gives a server up which does not answer, rather than wait for ever."""
    if not url.startswith("sqlite"):
        options["connect_args"] = {"connect_timeout": CONNECT_TIMEOUT}
    return sa.create_engine(url, **options)


def upgrade(url: str, revision: str = "head") -> None:
    """Migrate the database at ``url`` up to ``revision``."""
    engine = engine_of(url)
    try:
        with engine.connect() as connection:
            command.upgrade(alembic_config(connection), revision)
            connection.commit()
    finally:
        engine.dispose()


def downgrade(url: str, revision: str = "base") -> None:
    """Take the database at ``url`` back to ``revision``; what later ones added is lost."""
    engine = engine_of(url)
    try:
        with engine.connect() as connection:
            command.downgrade(alembic_config(connection), revision)
            connection.commit()
    finally:
        engine.dispose()


def revision_of(url: str) -> str | None:
    """Return the revision the database is at, None for an empty one."""
    engine = engine_of(url)
    try:
        with engine.connect() as connection:
            return revision_on(connection)
    finally:
        engine.dispose()


def revision_on(connection: sa.Connection) -> str | None:
    """Return the revision of the database that is at hand, None for an empty one."""
    return MigrationContext.configure(connection).get_current_revision()


def revisions() -> tuple[str, ...]:
    """Return the revisions this release knows, the one it wants first."""
    walked = ScriptDirectory.from_config(alembic_config()).walk_revisions()
    return tuple(script.revision for script in walked)


def newest() -> str:
    """Return the revision this release wants."""
    return revisions()[0]


def wanting(at: str | None, known: Sequence[str]) -> str:
    """Say what is wrong with a database at revision ``at``; nothing if this release can use it.

    ``known`` are the ``revisions`` of this release. One it does not know is a later one: while the
    next release is brought in, this one keeps working.
    """
    if at is None:
        return "is empty"
    return "has an older schema" if at in known[1:] else ""


def write_revision(url: str, message: str) -> None:
    """Write a migration from the database at ``url`` to the models, for a person to finish."""
    engine = engine_of(url)
    try:
        with engine.connect() as connection:
            command.revision(alembic_config(connection), message=message, autogenerate=True)
    finally:
        engine.dispose()
