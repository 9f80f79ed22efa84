"""The letters about reports: what was decided and why, and that a report was looked at.

They have no switch: like a letter about the account, they say what somebody may do from now on.
"""

import uuid
from typing import Any

from community.accounts.queries import addressee
from community.kernel.addresses import public_url
from community.kernel.context import Context
from community.kernel.localtime import say
from community.kernel.mail import Letter, in_language, send
from community.kernel.translation import _
from community.moderation.queries import DecisionSeen, decision_to_tell, report_to_tell
from community.moderation.rules import Outcome
from community.spaces.policy import role_in
from community.spaces.rules import REASONS


def mail_decision(ctx: Context, *, decision_id: str) -> None:
    """Tell somebody what was decided about them or a post of theirs, why, what they can do."""
    told = decision_to_tell(ctx, uuid.UUID(decision_id))
    if told is None or told.overturned_at is not None:
        return
    if told.outcome is Outcome.HIDDEN and told.stands:
        return  # somebody put it back meanwhile
    reader = addressee(told.about_id)
    if reader is None:
        return
    with in_language(reader.language):
        subject, line = _decided(told, reader)
        lines = [_("Hello %(name)s,", name=reader.name), line]
        if told.reason:
            lines.append(_("The reason: %(reason)s.", reason=REASONS[told.reason]))
        if told.words:
            lines.append(_("They write: “%(words)s”", words=told.words))
        lines.append(
            _("If you think this is a mistake, ask for a second look. Somebody else takes it.")
        )
        letter = Letter(
            key=f"moderation.decision:{told.id.hex}",
            to=reader.email,
            name=reader.name,
            language=reader.language,
            subject=subject,
            lines=lines,
            facts=_facts(told),
            button=(_("Read it, or ask for a second look"), _address(told)),
            why=_("You get this because you wrote the post.")
            if told.thread_id
            else _("You get this because it is about you."),
        )
    send(letter)


def mail_lifted(ctx: Context, *, decision_id: str) -> None:
    """Tell somebody that they are silenced or suspended no more, or that a post is there again."""
    told = decision_to_tell(ctx, uuid.UUID(decision_id))
    reader = addressee(told.about_id) if told else None
    if told is None or reader is None or told.lifted_at is None:
        return
    if told.outcome is Outcome.HIDDEN and not told.stands:
        return  # taken away again meanwhile
    with in_language(reader.language):
        names = {"space": _space(told)}
        line = {
            Outcome.HIDDEN: _("Your post in %(space)s was put back.", **names),
            Outcome.SILENCED: _("You can write in %(space)s again, at once.", **names),
            Outcome.SUSPENDED: _("%(space)s is open to you again, at once.", **names),
        }[told.outcome]
        letter = Letter(
            key=f"moderation.lifted:{told.id.hex}",
            to=reader.email,
            name=reader.name,
            language=reader.language,
            subject=_("A post of yours is there again in %(space)s", **names)
            if told.thread_id
            else _("Lifted in %(space)s", **names),
            lines=[_("Hello %(name)s,", name=reader.name), line],
            button=(_("Read it"), _address(told)),
            why=_("You get this because you wrote the post.")
            if told.thread_id
            else _("You get this because it is about you."),
        )
    send(letter)


def mail_answer(ctx: Context, *, decision_id: str) -> None:
    """Tell somebody what came of the second look they asked for."""
    told = decision_to_tell(ctx, uuid.UUID(decision_id))
    reader = addressee(told.about_id) if told else None
    if told is None or reader is None or told.answered_at is None:
        return
    with in_language(reader.language):
        names = {"space": _space(told)}
        lines = [_("Hello %(name)s,", name=reader.name), _outcome(told)]
        if told.answer:
            lines.append(_("They write: “%(words)s”", words=told.answer))
        letter = Letter(
            key=f"moderation.answer:{told.id.hex}",
            to=reader.email,
            name=reader.name,
            language=reader.language,
            subject=_("The second look at your post in %(space)s", **names)
            if told.thread_id
            else _("The second look in %(space)s", **names),
            lines=lines,
            facts=_facts(told),
            button=(_("Read it"), _address(told)),
            why=_("You get this because you asked for a second look."),
        )
    send(letter)


def mail_looked_at(ctx: Context, *, report_id: str) -> None:
    """Tell somebody that what they reported was looked at; not who decided what."""
    found = report_to_tell(uuid.UUID(report_id))
    reader = addressee(found.reporter_id) if found else None
    if reader is None or role_in(ctx, found.space_id) is None:
        return
    with in_language(reader.language):
        letter = Letter(
            key=f"moderation.looked_at:{found.id.hex}",
            to=reader.email,
            name=reader.name,
            language=reader.language,
            subject=_("What you reported in %(space)s was looked at", space=found.name),
            lines=[
                _("Hello %(name)s,", name=reader.name),
                _(
                    "You reported a post. Those who lead %(space)s have looked at it.",
                    space=found.name,
                ),
                _("They do not tell anybody that it was you. Thank you for taking care."),
            ],
            why=_("You get this because you reported a post."),
        )
    send(letter)


def _decided(told: DecisionSeen, reader: Any) -> tuple[str, str]:
    """Return the subject of a letter about a decision, and the line that says what it is."""
    names = {"space": _space(told)}
    if told.outcome is Outcome.HIDDEN and told.waited:
        return (
            _("A post of yours was not approved in %(space)s", **names),
            _("Those who lead %(space)s have declined your post. Nobody reads it.", **names),
        )
    if told.outcome is Outcome.HIDDEN:
        return (
            _("A post of yours was hidden in %(space)s", **names),
            _("Those who lead %(space)s have hidden your post. Nobody reads it now.", **names),
        )
    if told.outcome is Outcome.WARNED and told.thread_id:
        return (
            _("About a post of yours in %(space)s", **names),
            _("Those who lead %(space)s ask you to write otherwise. Your post stays.", **names),
        )
    if told.outcome is Outcome.WARNED:
        return (
            _("About how you write in %(space)s", **names),
            _("You are asked to write otherwise in %(space)s from now on.", **names),
        )
    until = _until(told, reader)
    if told.outcome is Outcome.SILENCED:
        line = _("You read everything in %(space)s and cannot write, %(until)s.", **names, **until)
        return _("You cannot write in %(space)s for now", **names), str(line)
    line = _("%(space)s is not open to you, %(until)s. It opens again by itself.", **names, **until)
    return _("You are suspended from %(space)s", **names), str(line)


def _until(told: DecisionSeen, reader: Any) -> dict[str, str]:
    if told.until is None:
        return {"until": str(_("until it is lifted"))}
    return {"until": str(_("until %(when)s", when=say(told.until, reader.zone, reader.language)))}


def _outcome(told: DecisionSeen) -> str:
    names = {"space": _space(told)}
    if told.overturned_at is None:
        return _("A second look was taken in %(space)s. The decision stays.", **names)
    if told.outcome is Outcome.HIDDEN and not told.stands:
        return str(
            _(
                "A second look was taken in %(space)s. The decision is taken back. Your post does"
                " not come back: its words are not kept any more, or something else keeps it away.",
                **names,
            )
        )
    if told.outcome is Outcome.HIDDEN:
        return str(
            _("A second look was taken in %(space)s. Your post is there to be read again.", **names)
        )
    if told.outcome is Outcome.WARNED:
        return _("A second look was taken in %(space)s. The warning is taken back.", **names)
    return str(_("A second look was taken in %(space)s. It does not hold any more.", **names))


def _space(told: DecisionSeen) -> str:
    if told.everywhere:
        return str(_("all spaces"))
    return told.space_name or str(_("a space you have left"))


def _facts(told: DecisionSeen) -> list[tuple[str, str]]:
    if told.thread_title is None:
        return []
    if told.waited:
        return [(_("Where"), told.thread_title)]
    where = _("%(thread)s, post %(number)d", thread=told.thread_title, number=told.number)
    return [(_("Where"), where)]


def _address(told: DecisionSeen) -> str:
    return public_url("moderation.decision", decision_id=told.id)
