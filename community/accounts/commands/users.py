"""``community user``: helping people whom no letter reaches."""

import click

from community.accounts.operations import make_reset_link
from community.accounts.queries import credentials
from community.kernel.addresses import public_url
from community.kernel.context import Context
from community.kernel.shell import in_app


@click.group("user")
def user() -> None:
    """Help people with their accounts."""


@user.command("reset-link")
@click.option("--email", required=True, help="The address they sign in with.")
@in_app
def reset_link(email: str) -> None:
    """Print a link with which somebody chooses another password, when mail is away.

    It works for one hour, and once. Whoever holds it has the account, but for a second factor: hand
    it over yourself, to somebody you know.
    """
    found = credentials(email)
    if found is None:
        raise click.BadParameter("nobody has an account with this address", param_hint="--email")
    secret = make_reset_link(Context.begin(None, origin="shell"), found.user_id)
    click.echo(public_url("accounts.reset", token=secret))
    click.echo("It works for one hour, and once.", err=True)
