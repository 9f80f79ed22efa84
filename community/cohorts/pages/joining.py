"""What is said of a run to whoever may join it: on the page of an invitation and in its letter."""

from flask_babel import gettext as _
from flask_babel import ngettext

from community.cohorts.queries.joining import RunToJoin
from community.kernel.feature import Joining, JoiningWords
from community.kernel.localtime import duration, span


def joining_words(told: Joining, language: str) -> JoiningWords | None:
    """Say when a run is, how much it asks, and whether a seat is free; None for no run.

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
            (_("How much"), _("%(weeks)s, about %(time)s a week", weeks=weeks, time=a_week)),
            (_("Seats"), _("%(free)d of %(num)d free", free=told.free, num=told.capacity)),
        ),
        refusal=refusal,
    )
