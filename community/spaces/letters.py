"""The letter of an invitation, written when it leaves."""

import uuid
from collections.abc import Sequence

from flask_babel import gettext as _

from community.accounts.queries import Addressee, addressee
from community.kernel.addresses import public_url
from community.kernel.context import Context
from community.kernel.localtime import say
from community.kernel.mail import Letter, in_language, send
from community.spaces.operations import note_sent, secret_of
from community.spaces.queries import Due, due_letter, joining, joining_words
from community.spaces.rules import ROLE_NAMES, ROLE_WORDS


def mail_invitation(ctx: Context, *, invitation_id: str, number: int) -> None:
    """Send an invitation to its address, unless it is answered or taken back by now.

    ``number``: the how-manieth letter of the invitation; an older one that was late stays away.
    """
    due = due_letter(ctx, uuid.UUID(invitation_id), number)
    inviter = addressee(due.created_by) if due else None
    if due is None or inviter is None:
        return
    with in_language(inviter.language):  # what they speak who sends it: we know no more
        told = joining_words(joining(due.space_id), inviter.language, ctx.now).facts
        letter = _letter(due, inviter, number, told)
    note_sent(ctx, due.id, accepted=send(letter))


def _letter(due: Due, by: Addressee, number: int, told: Sequence[tuple[str, str]]) -> Letter:
    inviter, zone, language = by.name, by.zone, by.language
    greeting = _("Hello %(name)s,", name=due.name) if due.name else _("Hello,")
    invites = _("%(name)s invites you to join %(space)s.", name=inviter, space=due.space_name)
    until = say(due.expires_at, zone, language)
    return Letter(
        key=f"spaces.invitation:{due.id.hex}:{number}",
        to=due.email,
        name=due.name,
        language=language,
        subject=_("%(name)s invites you to %(space)s", name=inviter, space=due.space_name),
        lines=[
            greeting,
            invites,
            *([due.summary] if due.summary else []),
            *([_("%(name)s writes: “%(note)s”", name=inviter, note=due.note)] if due.note else []),
        ],
        facts=[
            (_("You join as"), f"{ROLE_NAMES[due.role]}: {ROLE_WORDS[due.role]}"),
            *told,
            (_("Please answer until"), until),
        ],
        button=(_("See the invitation"), public_url("spaces.join", token=secret_of(due.id))),
        why=_(
            "You get this because %(name)s gave us your address for this invitation. The link is"
            " yours alone and lets one person in. If you would rather not come, say so on its page;"
            " then you are not written to again.",
            name=inviter,
        ),
    )
