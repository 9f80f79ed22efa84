"""The letters that tell a learner what somebody else did to their place or dates in a run.

They have no switch: like a letter about the account, they say what one may do from now on.
"""

import uuid

from flask_babel import gettext as _
from flask_babel import ngettext

from community.academy.queries import outline
from community.accounts.queries import addressee
from community.cohorts.models import EnrolmentState, ReleaseKind
from community.cohorts.queries.enrolments import Told, step_to_tell
from community.cohorts.queries.opening import ToTell, act_to_tell
from community.kernel.addresses import public_url
from community.kernel.context import Context
from community.kernel.mail import COURSE, Letter, Place, in_language, send


def mail_place(ctx: Context, *, move_id: str, replies: bool = False) -> None:
    """Tell a learner that they were paused, withdrawn or brought back, unless it changed since.

    ``replies``: answers go to the address of who did it, which the learner then sees.
    """
    told = step_to_tell(uuid.UUID(move_id))
    reader = addressee(told.user_id) if told else None
    if told is None or reader is None:
        return
    sender = addressee(told.by_id) if replies and told.by_id else None
    with in_language(reader.language):
        subject, lines = _words(told, replies=sender is not None)
        if told.reason:
            lines.append(_("The reason they gave: “%(reason)s”", reason=told.reason))
        letter = Letter(
            key=f"cohorts.place:{told.move_id.hex}",
            to=reader.email,
            reader=reader.id,
            kind=COURSE,
            place=Place(space_id=told.space_id, space=told.run),
            name=reader.name,
            language=reader.language,
            subject=subject,
            lines=[_("Hello %(name)s,", name=reader.name), *lines],
            button=None
            if told.state is EnrolmentState.WITHDRAWN
            else (_("Your place in %(run)s", run=told.run), _address(told)),
            reply_to=sender.email if sender else None,
            why=_("You get this because you are or were a learner in %(run)s.", run=told.run),
        )
    send(letter)


def mail_release(ctx: Context, *, act_id: str) -> None:
    """Tell a learner that a module was opened for them, or their dates were shifted."""
    told = act_to_tell(uuid.UUID(act_id))
    reader = addressee(told.user_id) if told else None
    if told is None or reader is None:
        return
    with in_language(reader.language):
        subject, line = _release_words(told)
        lines = [_("Hello %(name)s,", name=reader.name), line]
        if told.reason:
            lines.append(_("The reason they gave: “%(reason)s”", reason=told.reason))
        letter = Letter(
            key=f"cohorts.release:{told.act_id.hex}",
            to=reader.email,
            reader=reader.id,
            kind=COURSE,
            place=Place(space_id=told.space_id, space=told.run),
            name=reader.name,
            language=reader.language,
            subject=subject,
            lines=lines,
            button=(_("Go on in %(run)s", run=told.run), _learn_address(told)),
            why=_("You get this because you are a learner in %(run)s.", run=told.run),
        )
    send(letter)


def _learn_address(told: ToTell) -> str:
    return public_url("progress.learn", slug=told.slug)


def _release_words(told: ToTell) -> tuple[str, str]:
    modules = {module.id: module for module in outline(told.version_id).modules}
    module = modules.get(told.module_id) if told.module_id else None
    names = {
        "run": told.run,
        "name": told.by or _("Somebody who organises it"),
        "module": module.title if module else "",
    }
    if told.kind is ReleaseKind.OPENED:
        return _("“%(module)s” is open to you", **names), _(
            "%(name)s has opened “%(module)s” in %(run)s for you. You can begin at once.", **names
        )
    if told.kind is ReleaseKind.SHUT:
        return _("“%(module)s” opens with the others again", **names), _(
            "%(name)s has taken back that “%(module)s” in %(run)s is open to you early. What you"
            " did in it stays.",
            **names,
        )
    if not told.days:
        return _("Your dates in %(run)s are the group's again", **names), _(
            "%(name)s has given you the dates of the group in %(run)s again.", **names
        )
    length = ngettext("%(num)d day", "%(num)d days", abs(told.days))
    way = (
        _("What opens and is due in %(run)s is %(days)s later for you now.", days=length, **names)
        if told.days > 0
        else _(
            "What opens and is due in %(run)s is %(days)s earlier for you now.",
            days=length,
            **names,
        )
    )
    return _("Your dates in %(run)s have moved", **names), way


def _address(told: Told) -> str:
    return public_url("cohorts.place", slug=told.slug)


def _words(told: Told, *, replies: bool) -> tuple[str, list[str]]:
    names = {"run": told.run, "name": told.by or _("Somebody who organises it")}
    if told.state is EnrolmentState.WITHDRAWN:
        return _("Your place in %(run)s has ended", **names), [
            _("%(name)s has ended your part in %(run)s, and you cannot open it any more.", **names),
            _("What you wrote and did there stays."),
            _("If this is a mistake, answer this letter: your answer goes to them.")
            if replies
            else _("If this is a mistake, ask them; answers to this letter are read by nobody."),
        ]
    if told.state is EnrolmentState.PAUSED:
        return _("You are pausing in %(run)s", **names), [
            _("%(name)s has paused your part in %(run)s.", **names),
            _("Your seat and your progress stay, and nothing is late meanwhile."),
        ]
    return _("You are back in %(run)s", **names), [
        _("%(name)s has brought you back into %(run)s.", **names),
        _("What you did before counts. What comes next is due in a week at the earliest."),
    ]
