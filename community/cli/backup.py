"""``community backup`` and ``community restore``: the whole installation in one file, and back."""

import os
from pathlib import Path

import click

from community.backups.archive import BackupError, Manifest
from community.backups.making import make_backup, named_by_time
from community.backups.restoring import NotUpgraded, check, secret_in
from community.backups.restoring import restore as restore_backup
from community.cli.doctor import write_key
from community.kernel.context import clock
from community.kernel.settings import PREFIX, key_file, read_settings

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--with-secret",
    is_flag=True,
    help="Put the secret key in too: whoever has the file can then sign in as anybody.",
)
def backup(file: Path, *, with_secret: bool) -> None:
    """Write everything this installation holds into FILE, while it runs.

    FILE is a .tar.gz that does not exist yet, or a folder: the backup is then named by the time.
    It holds all that people wrote, and their addresses: keep it like the database itself.
    """
    settings = read_settings()
    if file.is_dir():
        file = named_by_time(file, clock())
    try:
        made = make_backup(settings, file, with_secret=with_secret)
    except BackupError as error:
        raise click.ClickException(f"No backup was made. {error}") from error
    click.echo(f"{file}: {_in_short(made)}, {file.stat().st_size / 1e6:.1f} MB.")
    if with_secret:
        click.echo("The secret key is inside: whoever has this file can sign in as anybody.")
    else:
        click.echo("The secret key is not inside. Keep it apart; see docs/deploy.md.")


@click.command()
@click.argument("file", type=FILE)
@click.option("--check", "only_check", is_flag=True, help="Only read FILE; change nothing.")
@click.option(
    "--end-sign-ins", is_flag=True, help="Have everybody sign in again, and revoke API tokens."
)
def restore(file: Path, *, only_check: bool, end_sign_ins: bool) -> None:
    """Fill an empty installation from the backup FILE, all of it or nothing.

    The file may come from the other database: SQLite to PostgreSQL and back. Stop the site first.
    """
    try:
        if only_check:
            _describe(check(file))
            return
        new_key = _take_key(file)
        settings = read_settings()
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        restored, old = restore_backup(settings, file, end_sign_ins=end_sign_ins), None
    except NotUpgraded as error:
        restored, old = error.manifest, error
    except BackupError as error:
        said = "" if only_check else "Nothing was restored. "
        raise click.ClickException(f"{said}{error}") from error
    if new_key:
        write_key(key_file(), new_key)
        click.echo(f"The secret key was written to {key_file()}.")
    click.echo(f"Restored: {_in_short(restored)}, as it was at {restored.made_at[:19]} UTC.")
    if not new_key and restored.has_secret:
        click.echo("This installation has a key already; the one in the backup was left there.")
    if end_sign_ins:
        click.echo("Everybody has to sign in again.")
    if old is not None:
        raise click.ClickException(f"{old} It was refused: {old.__cause__}")


def _take_key(file: Path) -> str:
    """Use the key in the backup where this installation has none; return it, else "" ."""
    if f"{PREFIX}SECRET_KEY" in os.environ or key_file().exists():
        return ""
    if key := secret_in(file):
        os.environ[f"{PREFIX}SECRET_KEY"] = key
    return key


def _describe(manifest: Manifest) -> None:
    click.echo(f"{'rows':>10}  table")
    for table in manifest.tables:
        click.echo(f"{table.rows:>10}  {table.name}")
    for name in manifest.files:
        click.echo(f"{'file':>10}  {name}")
    click.echo(
        f"\nRelease {manifest.release}, schema {manifest.schema}, made at "
        f"{manifest.made_at[:19]} UTC from {manifest.database}: {_in_short(manifest)}."
    )
    click.echo(f"The secret key is {'' if manifest.has_secret else 'not '}inside.")
    click.echo("It is whole, and this release can restore it.")


def _in_short(manifest: Manifest) -> str:
    return f"{manifest.rows} rows in {len(manifest.tables)} tables, {len(manifest.files)} files"
