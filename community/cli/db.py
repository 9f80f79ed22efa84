"""``community db``: the schema of the database."""

import click

from community import migrating
from community.kernel.settings import read_settings


@click.group("db")
def database() -> None:
    """Look after the database's schema."""


@database.command("upgrade")
def upgrade() -> None:
    """Bring the database to the schema of this release."""
    settings = read_settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    before = migrating.revision_of(settings.database)
    migrating.upgrade(settings.database)
    after = migrating.newest()
    click.echo("The schema was up to date." if before == after else f"The schema is now {after}.")


@database.command("revision")
@click.argument("message")
def revision(message: str) -> None:
    """Write a new migration for what changed in the models, to be read and mended by hand."""
    settings = read_settings()
    migrating.write_revision(settings.database, message)
