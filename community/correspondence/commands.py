"""``community push-keys``: what a site needs to tell people on their devices."""

import click

from community.kernel.push import fresh_keys


@click.command("push-keys")
def push_keys() -> None:
    """Print a new pair of keys for messages to devices; nothing is kept.

    A site that changes its key is known to no device any more: everybody switches it on again.
    """
    private, public = fresh_keys()
    click.echo("# Private: into the settings of every process, and nowhere else.")
    click.echo(f"COMMUNITY_PUSH_KEY={private}")
    click.echo("# Public: browsers are told it; nothing has to be done with it.")
    click.echo(f"# {public}")
