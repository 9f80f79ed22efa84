"""``community settings``: what an administrator decides while the site runs."""

import click

from community.accounts.models import RegistrationMode
from community.accounts.operations import change_site
from community.accounts.queries import registration_mode
from community.kernel.context import Context
from community.kernel.shell import in_app


@click.group("settings")
def settings() -> None:
    """Show and change what holds for the whole site, while it runs."""


@settings.command("show")
@in_app
def show() -> None:
    """Print the settings, a line each."""
    click.echo(f"registration: {registration_mode().value}")


@settings.command("set")
@click.option(
    "--registration",
    type=click.Choice([mode.value for mode in RegistrationMode]),
    required=True,
    help="Who may make an account: anybody, whoever was invited, or nobody.",
)
@in_app
def change(registration: str) -> None:
    """Change settings; every process knows at once."""
    change_site(Context.begin(None, origin="shell"), registration=RegistrationMode(registration))
    click.echo(f"registration: {registration}")
