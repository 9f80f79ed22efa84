"""The letter about an answer by mail that was not posted."""

import uuid
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from community.accounts.queries import addressee
from community.kernel.addresses import public_url
from community.kernel.context import Context
from community.kernel.mail import Letter, in_language, send
from community.kernel.posting import Why
from community.mailing.queries import mailed_answer, title_seen

_REFUSED: Mapping[Why, Any] = {
    Why.SENDER: _l(
        "It did not come from the address of your account, as it has to. If it was not you who"
        " wrote it, somebody else has read your mail: change your password."
    ),
    Why.FORGED: _l("Our mail server says that it did not come from where it says."),
    Why.EXPIRED: _l("The letter you answered is too old."),
    Why.EMPTY: _l("Above what you quote there stands nothing."),
    Why.LONG: _l("It is longer than a post may be."),
    Why.LARGE: _l("With all that is attached to it, it is too large."),
    Why.OFTEN: _l("You have written too much in too short a time."),
    Why.CLOSED: _l("You cannot write there: it is locked, or you do not take part any more."),
    Why.UNFIT: _l("The thread does not take it as it is. Write it there, and you are told why."),
}
"""Why an answer was not posted, as its author is told by letter."""


def tell_answered(ctx: Context, *, line_id: str) -> None:
    """Tell somebody that an answer they mailed was not posted, or without its files."""
    line, reader = mailed_answer(ctx, uuid.UUID(line_id)), addressee(ctx.person)
    if line is None or reader is None:
        return
    title = title_seen(ctx, line.thread_id)
    with in_language(reader.language):
        if line.why is Why.FILES:
            subject = _("Your answer was posted without its files")
            lines = [_("What you wrote stands in the thread. Files do not come in by mail.")]
        else:
            subject = _("Your answer was not posted")
            lines = [_("An answer that came by mail in your name was not posted.")]
            lines.append(str(_REFUSED[line.why]))
        thread = public_url("discussions.thread", thread_id=line.thread_id)
        letter = Letter(
            key=f"answered:{line_id}",
            to=reader.email,
            name=reader.name,
            language=reader.language,
            subject=f"{subject}: {title}" if title else subject,
            lines=lines,
            button=(_("Open the thread"), thread) if title else None,
            why=_("You get this because mail came to an address that was made for your answers."),
        )
    send(letter)
