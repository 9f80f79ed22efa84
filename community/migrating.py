"""Bringing a database to the newest schema; never done by a server as it starts."""

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

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


def upgrade(url: str, revision: str = "head") -> None:
    """Migrate the database at ``url`` up to ``revision``."""
    engine = sa.create_engine(url)
    try:
        with engine.connect() as connection:
            command.upgrade(alembic_config(connection), revision)
            connection.commit()
    finally:
        engine.dispose()


def revision_of(url: str) -> str | None:
    """Return the revision the database is at, None for an empty one."""
    engine = sa.create_engine(url)
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()


def newest() -> str | None:
    """Return the revision this release wants."""
    return ScriptDirectory.from_config(alembic_config()).get_current_head()


def write_revision(url: str, message: str) -> None:
    """Write a migration from the database at ``url`` to the models, for a person to finish."""
    engine = sa.create_engine(url)
    try:
        with engine.connect() as connection:
            command.revision(alembic_config(connection), message=message, autogenerate=True)
    finally:
        engine.dispose()
