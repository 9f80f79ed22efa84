"""``community doctor``: says in words what is wrong with an installation, and what to do."""

import secrets
import smtplib
import sys
from pathlib import Path

import click
from flask_babel import gettext as _

from community.app import create_app
from community.cli.checks import look_round
from community.kernel import mail
from community.kernel.keys import new_key
from community.kernel.settings import Settings, SettingsError, read_settings


@click.command()
@click.option("--make-key", type=click.Path(path_type=Path), help="Write a new secret key here.")
@click.option("--mail-to", metavar="ADDRESS", help="Send a letter there, to see that mail goes.")
def doctor(make_key: Path | None, mail_to: str | None) -> None:
    """Look at this installation and say what is wrong with it; exit 1 if anything is."""
    if make_key is not None:
        write_key(make_key)
        click.echo(f"A secret key was written to {make_key}.")
        return
    try:
        settings = read_settings()
    except SettingsError as error:
        click.echo(f"Configuration:\n{error}")
        sys.exit(1)
    if mail_to is not None:
        _send_a_letter(settings, mail_to)
        return
    wrong = 0
    for found in look_round(settings, create_app):
        click.echo(f"{found.level:<5} {found.words}")
        wrong += found.level == "WRONG"
    sys.exit(1 if wrong else 0)


def write_key(file: Path, key: str = "") -> None:
    """Write a secret key, a fresh one unless given, that only its owner may read.

    Never over an old one.
    """
    if file.exists():
        raise click.ClickException(f"{file} exists; a new key would sign everybody out.")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(mode=0o600)
    file.write_text(key or secrets.token_urlsafe(48), encoding="ascii")


def _send_a_letter(settings: Settings, address: str) -> None:
    if not settings.smtp_url:
        raise click.ClickException("No mail server is set (COMMUNITY_SMTP_URL).")
    with create_app(settings).app_context(), mail.in_language(settings.default_language):
        letter = mail.Letter(
            key=f"doctor:{new_key()}",
            to=address,
            language=settings.default_language,
            subject=_("A letter to see that mail arrives"),
            lines=[_("If you read this, letters of %(name)s arrive.", name=settings.network_name)],
            why=_("You get this because somebody who runs this site asked for it."),
        )
        try:
            taken = mail.send(letter)
        except (smtplib.SMTPException, OSError, ValueError) as error:
            words = f"The letter did not leave: {type(error).__name__}: {error}"
            raise click.ClickException(words) from error
    if not taken:
        raise click.ClickException("The mail server refused this address.")
    click.echo(f"The mail server took a letter to {address}. Look whether it arrives, and where.")
