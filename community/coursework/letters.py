"""The letters that tell a learner that somebody has answered what they handed in."""

import uuid

from flask_babel import gettext as _

from community.accounts.queries import addressee
from community.correspondence.queries import stop_address
from community.correspondence.rules import LetterKind, Topic
from community.coursework.models import Marking
from community.coursework.queries.telling import attempt_to_tell, marked_to_tell
from community.kernel.addresses import public_url
from community.kernel.context import Context
from community.kernel.mail import Letter, Place, in_language
from community.kernel.posting import Written


def write_marked(_ctx: Context, *, submission_id: str, edition: int) -> Written:
    """Tell a learner what became of a version, unless they left or it was marked anew since.

    What was said is read on the page, not in the letter: it may be corrected there.
    """
    told = marked_to_tell(uuid.UUID(submission_id), edition)
    reader = addressee(told.user_id) if told else None
    if told is None or reader is None:
        return None
    names = {"title": told.title, "run": told.run, "name": told.by or _("Somebody who leads it")}
    with in_language(reader.language):
        if told.outcome is Marking.ACCEPTED:
            subject = _("“%(title)s” was accepted", **names)
            lines = [_("%(name)s has read what you handed in, and accepted it.", **names)]
        else:
            subject = _("“%(title)s” is yours to work on again", **names)
            lines = [
                _("%(name)s has read what you handed in, and gives it back to you.", **names),
                _("Your text and files are where you left them; hand in again when it is ready."),
            ]
        return Letter(
            key=f"coursework.marked:{told.id.hex}:{edition}",
            to=reader.email,
            name=reader.name,
            language=reader.language,
            subject=subject,
            lines=[_("Hello %(name)s,", name=reader.name), *lines],
            button=(_("Read what they said"), _address(told.slug, told.place, "work")),
            why=_("You get this because you handed something in, in %(run)s.", run=told.run),
            unsubscribe=stop_address(reader.id, LetterKind.MESSAGE),
            reader=reader.id,
            kind=LetterKind.MESSAGE,
            topics=[Topic.WORK],
            place=Place(space_id=told.space_id, space=told.run),
        )


def write_attempt(_ctx: Context, *, attempt_id: str) -> Written:
    """Tell a learner that the essays of an attempt were marked, unless they left."""
    told = attempt_to_tell(uuid.UUID(attempt_id))
    reader = addressee(told.user_id) if told else None
    if told is None or reader is None:
        return None
    names = {"title": told.title, "run": told.run, "name": told.by or _("Somebody who leads it")}
    with in_language(reader.language):
        return Letter(
            key=f"coursework.attempt:{told.id.hex}",
            to=reader.email,
            name=reader.name,
            language=reader.language,
            subject=_("“%(title)s” has its score", **names),
            lines=[
                _("Hello %(name)s,", name=reader.name),
                _("%(name)s has read what you wrote, and your score is there.", **names),
            ],
            button=(_("Read what they said"), _address(told.slug, told.place, "quiz")),
            why=_("You get this because you handed something in, in %(run)s.", run=told.run),
            unsubscribe=stop_address(reader.id, LetterKind.MESSAGE),
            reader=reader.id,
            kind=LetterKind.MESSAGE,
            topics=[Topic.SCORE],
            place=Place(space_id=told.space_id, space=told.run),
        )


def _address(slug: str, place: tuple[int, int] | None, part: str) -> str:
    if place is None:
        return public_url("progress.learn", slug=slug)
    module, activity = place
    return public_url("progress.activity", slug=slug, module=module, activity=activity) + f"#{part}"
