"""A nudge as a letter: the words of who wrote it, and the way back to the course."""

import re
import uuid

from flask_babel import gettext as _

from community.accounts.queries import addressee
from community.correspondence.queries import stop_address
from community.correspondence.rules import LetterKind, Topic
from community.kernel.addresses import public_url
from community.kernel.context import Context
from community.kernel.mail import Letter, Place, in_language
from community.kernel.posting import Written
from community.progress.queries import nudge_to_send


def write_nudge(_ctx: Context, *, nudge_id: str, replies: bool) -> Written:
    """Send a nudge, unless its learner left or wants none, its writer leads no more, or it is over.

    It says nothing but what was written: nobody learns from it that they stand on a list.
    """
    found = nudge_to_send(uuid.UUID(nudge_id))
    learner = addressee(found.user_id) if found else None
    sender = addressee(found.sent_by) if found else None
    if found is None or learner is None or sender is None:
        return None
    with in_language(learner.language):
        return Letter(
            key=f"progress.nudge:{nudge_id}",
            to=learner.email,
            name=learner.name,
            language=learner.language,
            subject=found.subject,
            lines=[part.strip() for part in re.split(r"\n{2,}", found.text) if part.strip()],
            button=(_("Go to the course"), public_url("progress.learn", slug=found.slug)),
            why=_(
                "%(name)s wrote this to you as one of those who lead %(run)s.",
                name=sender.name,
                run=found.space_name,
            )
            + " "
            + (
                _("Your answer goes to them.")
                if replies
                else _("Answers to this letter are read by nobody: write in the course instead.")
            ),
            reply_to=sender.email if replies else None,
            unsubscribe=stop_address(learner.id, LetterKind.MESSAGE),
            reader=learner.id,
            kind=LetterKind.MESSAGE,
            topics=[Topic.MESSAGE],
            place=Place(space_id=found.space_id, space=found.space_name),
        )
