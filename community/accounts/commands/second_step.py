"""``community second-step``: help for whoever lost theirs."""

import click

from community.accounts.operations import take_factors_away
from community.accounts.queries import credentials
from community.kernel.context import Context
from community.kernel.shell import in_app


@click.group("second-step")
def second_step() -> None:
    """Help people who lost their second step."""


@second_step.command("remove")
@click.option("--email", required=True, help="Whose passkeys, app and recovery codes go.")
@click.confirmation_option(prompt="Do you know for certain that it is they who ask?")
@in_app
def remove(email: str) -> None:
    """Take every second factor of a person away; they are told by letter."""
    found = credentials(email)
    if found is None:
        raise click.BadParameter("nobody has an account with this address", param_hint="--email")
    take_factors_away(Context.begin(None, origin="shell"), found.user_id)
    click.echo("Their password alone signs them in now.")
