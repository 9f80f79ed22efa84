"""What became of one's work, and what a session that was held means to who was not there."""

from typing import Any

from community.coursework.models import Marking
from community.home.queries.catching_up import Held
from community.home.queries.runs import MyRun
from community.kernel.translation import _


def answered(row: Any) -> str:
    """Return what was done about the learner's own work, and by whom if it is known."""
    name = row.by
    match row.word:
        case Marking.RETURNED.value:
            return _("Given back by %(name)s", name=name) if name else _("Given back")
        case Marking.ACCEPTED.value:
            return _("Accepted by %(name)s", name=name) if name else _("Accepted")
        case "marked":
            return _("Marked by %(name)s", name=name) if name else _("Marked")
        case _other:
            return _("%(name)s decided on it", name=name) if name else _("It was decided on")


def held(session: Held, mine: MyRun | None) -> str:
    """Return whether the reader was in a session, and what that means for their progress."""
    there = _("You were there") if session.row.word == "there" else _("You were not there")
    activity = session.activity
    if mine is None or not mine.learns:
        return there
    if activity is None:
        return _("%(there)s. Your progress does not depend on it.", there=there)
    if activity.settled:
        return _("%(there)s. It counts for you.", there=there)
    if activity.uncounted:
        return _("%(there)s. It is not counted yet.", there=there)
    if not activity.line.required:
        return _("%(there)s. It is not required of you.", there=there)
    return _("%(there)s. It is missing in your progress: a facilitator can count it.", there=there)
