"""``community files``: looks after the files that are kept as they came."""

import sys

import click

from community.kernel.context import Context
from community.kernel.files.keeping import GRACE, kept_digests, lost_files, sweep_files
from community.kernel.files.store import store
from community.kernel.shell import in_app


@click.group()
def files() -> None:
    """Look after the films, slides and other files of courses."""


@files.command("check")
@click.option("--content", is_flag=True, help="Read every file, and compare it with its name.")
@in_app
def check(*, content: bool) -> None:
    """Say which files are kept, and which of them are away or broken; exit 1 if any is."""
    count, lost = lost_files()
    broken = [each for each in kept_digests() if not store().is_whole(each)] if content else []
    for digest in lost:
        click.echo(f"away    {digest}")
    for digest in set(broken) - set(lost):
        click.echo(f"broken  {digest}")
    wrong = len({*lost, *broken})
    click.echo(f"{count} files are kept, {wrong} of them away or broken.")
    if wrong:
        click.echo(f"Bring them back from a backup, into {store().folder}.")
        sys.exit(1)


@files.command("sweep")
@in_app
def sweep() -> None:
    """Take away what nothing has named for a week; the worker does so every hour."""
    gone = sweep_files(Context.begin(None, origin="shell"))
    click.echo(f"{gone} files were taken away that nothing has named for {GRACE.days} days.")
