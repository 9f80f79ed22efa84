"""``community token``: bearer tokens for people's programs."""

import click

from community.accounts.operations import issue_token
from community.accounts.queries import credentials
from community.accounts.rules import LABEL_LONGEST, TOKEN_LONGEST_DAYS
from community.kernel.context import Context
from community.kernel.shell import in_app
from community.kernel.sign_in import SCOPES


@click.group("token")
def token() -> None:
    """Make bearer tokens for the JSON API."""


@token.command("create")
@click.option("--email", required=True, help="Whose programs will use it.")
@click.option("--label", required=True, help="What it is for, so that it can be told apart.")
@click.option(
    "--days",
    default=90,
    show_default=True,
    type=click.IntRange(1, TOKEN_LONGEST_DAYS),
    help="How long it works.",
)
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice(SCOPES),
    default=("read",),
    show_default=True,
    help="What it may be used for; say it again for another.",
)
@in_app
def create(email: str, label: str, days: int, scopes: tuple[str, ...]) -> None:
    """Make a token that acts as a person, who is told by letter, and print it once."""
    label = label.strip()
    if not 1 <= len(label) <= LABEL_LONGEST or not label.isprintable():
        raise click.BadParameter(f"1 to {LABEL_LONGEST} printable characters", param_hint="--label")
    found = credentials(email)
    if found is None:
        raise click.BadParameter("nobody has an account with this address", param_hint="--email")
    ctx = Context.begin(None, origin="shell")
    made, secret = issue_token(ctx, found.user_id, label=label, days=days, scopes=scopes)
    click.echo(secret)
    click.echo(
        f"Works until {made.expires_at:%Y-%m-%d %H:%M} UTC. It is not shown again; send it as"
        " 'Authorization: Bearer ...'.",
        err=True,
    )
