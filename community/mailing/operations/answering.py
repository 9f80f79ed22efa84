"""An answer that came by mail, posted as if it had been typed in its thread."""

import datetime as dt
import enum
import hashlib
from typing import Any

import structlog

from community.accounts.rules import fold_email
from community.discussions.operations import post_reply
from community.discussions.schemas import ReplyIn
from community.kernel.context import Context
from community.kernel.errors import Conflict, Forbidden, Invalid, NotFound, TooMany
from community.kernel.installed import installed
from community.kernel.mail import host_of, sender_of
from community.kernel.posting import Why
from community.kernel.schemas import load
from community.mailing.formats import (
    BOUNCE,
    MOST_MAIL,
    Incoming,
    Signed,
    own_words,
    read_address,
    read_message,
    read_report,
)
from community.mailing.operations.bouncing import note_bounce
from community.mailing.operations.noting import note_answer
from community.mailing.queries import Author, answered_number, author_of, line_of, mailed_since
from community.mailing.rules import ANSWER_WITHIN, ANSWERS_AN_HOUR, REPORTED_WITHIN, Fate
from community.transfers.formats.plain import as_markdown

_REPLY = ReplyIn(only=("body", "reply_to", "client_id"))
_BODY = _REPLY.fields["body"].longest  # type: ignore[attr-defined]  # it is a Text
_AN_HOUR = dt.timedelta(hours=1)

log = structlog.get_logger(__name__)


class Taken(enum.StrEnum):
    """What became of a message that was handed to us."""

    POSTED = "posted"
    REPORT = "report"  # of a letter that did not arrive
    REFUSED = "refused"  # its sender finds why in their ledger
    AGAIN = "again"  # it was delivered before
    DROPPED = "dropped"  # it is to no address of ours that holds: nobody is told


def take_mail(ctx: Context, raw: bytes, *, recipient: str, sender: str) -> Taken:
    """Take a message as a mail server hands it over to nobody, with its envelope (RFC 5321).

    It may be cut behind ``MOST_MAIL``. What is raised may pass: the server keeps it and comes
    again. Nothing that is refused is answered to where it says to be from, but to the member whose
    address it came to.
    """
    settings = installed().settings
    signed = read_address(recipient, settings.mail_in)
    line = None if signed is None else line_of(signed.line_id)
    if signed is not None and signed.purpose == BOUNCE:
        return _take_report(ctx, raw, signed, line)
    if signed is None or line is None or not _answers(signed, line):
        return _dropped("it is to no address of ours")
    author = author_of(line.user_id)
    if author is None:
        return _dropped("its author has no account any more")
    ctx = ctx.acting_as(line.user_id)
    came = read_message(raw, trusted=settings.mail_in_trusts, our_host=host_of(settings))
    known_as = _known_as(signed, came)
    before = mailed_since(ctx, ctx.now - _AN_HOUR, known_as=known_as)
    if before.known:
        return Taken.AGAIN
    strange = _not_from(author, came, null=_is_null(sender))
    if (before.strange if strange else before.number) >= 2 * ANSWERS_AN_HOUR:
        return _dropped("there are far too many")
    why = (
        strange
        or _not_now(ctx, signed, large=len(raw) > MOST_MAIL, often=before.number >= ANSWERS_AN_HOUR)
        or _post(ctx, line, came, known_as)
    )
    # a machine that is told something answers that, too
    note_answer(ctx, known_as, about=line, why=why, tell=why is not Why.AUTOMATIC)
    taken = Taken.POSTED if why in {None, Why.FILES} else Taken.REFUSED
    log.info("an answer came by mail", became=str(taken), why=why and str(why))
    return taken


def _take_report(ctx: Context, raw: bytes, signed: Signed, line: Any) -> Taken:
    """Take what a server says of a letter; the address it came to says of which."""
    author = None if line is None else author_of(line.user_id)
    if author is None or not signed.holds(line.user_id, author.email):
        return _dropped("it is to no address of ours, or of a letter to an address that was left")
    if ctx.now.date() > signed.day + REPORTED_WITHIN:
        return _dropped("it is too late")
    if line.fate == Fate.BOUNCED:  # nothing more can be learnt, and to read it takes a while
        return Taken.AGAIN
    why = read_report(raw)
    if why is None:
        return _dropped("it is no report")
    new = note_bounce(ctx.acting_as(line.user_id), line.key, why)
    log.info("a letter did not arrive", why=str(why), known=not new)
    return Taken.REPORT if new else Taken.AGAIN


def _known_as(signed: Signed, came: Incoming) -> str:
    """Return by what a message is known when it comes again: from the same, to the same address."""
    words = f"{signed.line_id}\n{came.sender}\n{came.known_as}"
    return hashlib.sha256(words.encode()).hexdigest()[:40]


def _answers(signed: Signed, line: Any) -> bool:
    """Whether an address takes answers to the letter of a line still."""
    bound = line.user_id, line.thread_id, line.key_id
    return line.key_id is not None and signed.holds(*bound)


def _dropped(why: str) -> Taken:
    log.info("mail was dropped", why=why)
    return Taken.DROPPED


def _is_null(sender: str) -> bool:
    """Whether the envelope names nobody to answer to; Postfix writes a name in its place."""
    return sender.strip().strip("<>").lower() in {"", "mailer-daemon"}


def _not_from(author: Author, came: Incoming, *, null: bool) -> Why | None:
    if null or came.automatic:
        return Why.AUTOMATIC
    if not author.verified or fold_email(came.sender) != author.email:
        return Why.SENDER
    return Why.FORGED if came.forged else None


def _not_now(ctx: Context, signed: Signed, *, large: bool, often: bool) -> Why | None:
    if ctx.now.date() > signed.day + ANSWER_WITHIN:
        return Why.EXPIRED
    if large:
        return Why.LARGE
    return Why.OFTEN if often else None


def _post(ctx: Context, line: Any, came: Incoming, known_as: str) -> Why | None:
    """Post what somebody wrote by what the form posts by; return why not, or why not whole."""
    words = own_words(came.said, sender=sender_of(installed().settings).addr_spec.lower())
    if not words.strip():
        return Why.EMPTY
    body = as_markdown(words)
    if len(body) > _BODY:
        return Why.LONG
    given = {
        "body": body,
        "reply_to": answered_number(ctx, line.thread_id, line.post_id),
        "client_id": f"mail-{known_as}",
    }
    try:
        post_reply(ctx, line.thread_id, **load(_REPLY, given))
    except (NotFound, Forbidden):
        return Why.CLOSED
    except TooMany:  # the space is slow
        return Why.OFTEN
    except (Invalid, Conflict):
        return Why.UNFIT
    return Why.FILES if came.files else None
