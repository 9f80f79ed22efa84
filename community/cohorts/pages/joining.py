"""What is said of a run to whoever may join it: on the page of an invitation and in its letter."""

import datetime as dt

from flask_babel import gettext as _
from flask_babel import ngettext

from community.cohorts.queries.joining import RunToJoin
from community.kernel.feature import Joining, JoiningWords
from community.kernel.localtime import duration, span


def joining_words(told: Joining, language: str, now: dt.datetime) -> JoiningWords | None:
    """Say when a run is and how far, how much it asks, and whether a seat is free; None for no run.

    The days are written in ``language``, the rest in that of the page or letter.
    """
    if not isinstance(told, RunToJoin):
        return None
    refusal = ""
    if told.over:
        refusal = _("This run is over.")
    elif not told.free:
        refusal = _("All seats are taken.")
    weeks = ngettext("%(num)d week", "%(num)d weeks", told.weeks)
    a_week = duration(told.minutes_a_week)
    return JoiningWords(
        facts=(
            (_("When"), span(told.starts_on, told.ends_on, language)),
            *_a_late_start(told, now),
            (_("How much"), _("%(weeks)s, about %(time)s a week", weeks=weeks, time=a_week)),
            (_("Seats"), _("%(free)d of %(num)d free", free=told.free, num=told.capacity)),
        ),
        refusal=refusal,
    )


def _a_late_start(told: RunToJoin, now: dt.datetime) -> list[tuple[str, str]]:
    """Say that a run goes on already, and what that means for who comes now."""
    week = told.week(now)
    if week < 2:
        return []
    at = _("It is in week %(week)d of %(weeks)d.", week=week, weeks=told.weeks)
    catching_up = _(
        "You begin with the first module all the same: your dates come one after the other until"
        " you have caught up."
    )
    return [(_("Now"), f"{at} {catching_up}")]
