"""Search at the command line."""

import time

import click

from community.kernel.context import Context
from community.kernel.shell import in_app
from community.search.operations import rebuild


@click.group("search")
def search() -> None:
    """The index of what can be found."""


@search.command("rebuild")
@in_app
def rebuild_command() -> None:
    """Look at everything anew; people may write meanwhile, and what is there is found."""
    began = time.monotonic()
    number = rebuild(Context.begin(None, origin="shell"))
    seconds = max(time.monotonic() - began, 0.001)
    click.echo(f"Looked at: {number}, {number / seconds:.0f} a second")
    click.echo(f"Seconds:   {seconds:.1f}")
