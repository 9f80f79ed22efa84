"""The letters that tell a learner that there is a certificate, and that it holds no more.

They have no switch: like a letter about the account, they say what one can show from now on.
"""

import uuid
from typing import Any

from flask_babel import gettext as _

from community.accounts.queries import Addressee, addressee
from community.certificates.queries import Told, to_tell
from community.certificates.rules import REASON_WORDS
from community.kernel.addresses import public_url
from community.kernel.context import Context
from community.kernel.mail import COURSE, Letter, in_language, send


def mail_issued(_ctx: Context, *, certificate_id: str, edition: int) -> None:
    """Tell a learner that there is a certificate for them, or that it holds again."""
    told = to_tell(uuid.UUID(certificate_id), edition, revoked=False)
    reader = addressee(told.user_id) if told else None
    if told is None or reader is None:
        return
    names = {"course": told.course, "run": told.run}
    with in_language(reader.language):
        if edition == 1:
            subject = _("Your certificate: %(course)s", **names)
            lines = [
                _("You have completed %(course)s (%(run)s). Your certificate is there.", **names),
                _(
                    "You can load it as a PDF, change how you are named on it, and give its address"
                    " to whoever wants to check it."
                ),
            ]
        else:
            subject = _("Your certificate is valid again: %(course)s", **names)
            lines = [
                _("Your certificate of %(course)s (%(run)s) is valid again.", **names),
                _("Its code is the same. Load it anew: its edition has another number."),
            ]
        send(_letter(reader, told, "issued", subject, lines))


def mail_revoked(_ctx: Context, *, certificate_id: str, edition: int) -> None:
    """Tell a learner that their certificate holds no more, and why."""
    told = to_tell(uuid.UUID(certificate_id), edition, revoked=True)
    reader = addressee(told.user_id) if told else None
    if told is None or told.reason is None or reader is None:
        return
    names = {"course": told.course, "run": told.run}
    with in_language(reader.language):
        lines = [
            _("Your certificate of %(course)s (%(run)s) is not valid any more.", **names),
            str(REASON_WORDS[told.reason]),
        ]
        if told.note:
            lines.append(_("The reason they gave: “%(reason)s”", reason=told.note))
        lines.append(
            _(
                "Whoever asks for its code reads that it was revoked, and the sentence above; not"
                " what was written to you. If this is a mistake, ask those who organise the run."
            )
        )
        subject = _("Your certificate was revoked: %(course)s", **names)
        send(_letter(reader, told, "revoked", subject, lines))


def _letter(reader: Addressee, told: Told, what: str, subject: str, lines: list[str]) -> Letter:
    address: Any = public_url("certificates.certificate", certificate_id=told.id)
    return Letter(
        key=f"certificates.{what}:{told.id.hex}:{told.edition}",
        to=reader.email,
        reader=reader.id,
        kind=COURSE,
        name=reader.name,
        language=reader.language,
        subject=subject,
        lines=[_("Hello %(name)s,", name=reader.name), *lines],
        button=(_("Your certificate"), address),
        why=_("You get this because you are or were a learner in %(run)s.", run=told.run),
    )
