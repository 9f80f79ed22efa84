"""``community mail-in``: the door through which a mail server hands over what comes in."""

import sys

import click
import structlog

from community.kernel.context import Context
from community.kernel.installed import installed
from community.kernel.shell import in_app
from community.mailing.formats import MOST_MAIL
from community.mailing.operations import take_mail

TRY_AGAIN = 75  # EX_TEMPFAIL: the server keeps the message and comes again

log = structlog.get_logger(__name__)


@click.command("mail-in")
@click.option("--to", "recipient", required=True, help="The address it came to (envelope).")
@click.option("--from", "sender", required=True, help="Where it comes from (envelope); may be ''.")
def mail_in(recipient: str, sender: str) -> None:
    """Take one message from standard input, as mail servers hand it to a pipe.

    Ends with 0 where there is nothing left to do, also for what is refused: a server that sent that
    back would write to people who have sent nothing. Ends with 75 where the server is to keep the
    message and come again.
    """
    raw = sys.stdin.buffer.read(MOST_MAIL + 1)
    try:
        _take(raw, recipient, sender)
    except Exception:
        log.exception("mail that came in waits")
        sys.exit(TRY_AGAIN)


@in_app
def _take(raw: bytes, recipient: str, sender: str) -> None:
    if not installed().settings.mail_in:
        raise click.ClickException("COMMUNITY_MAIL_IN is not set: no mail comes in")
    ctx = Context.begin(None, origin="mail")
    click.echo(str(take_mail(ctx, raw, recipient=recipient, sender=sender)))
