"""What limits posts, in words and numbers."""

import datetime as dt
import math

from flask_babel import gettext as _
from flask_babel import ngettext


def seconds_to_wait(slow: int, last: dt.datetime, now: dt.datetime) -> int:
    """Return how many whole seconds there are till somebody posts again; 0 for at once.

    ``last`` is when they posted last; it may lie after ``now`` where two posts came at once.
    """
    passed = max(0.0, (now - last).total_seconds())
    return max(0, math.ceil(slow - passed))


def span_in_words(seconds: int) -> str:
    """Return a length of time as it is told: seconds below two minutes, else whole minutes."""
    if seconds < 120 and seconds != 60:
        return str(ngettext("%(num)d second", "%(num)d seconds", seconds))
    return str(ngettext("%(num)d minute", "%(num)d minutes", math.ceil(seconds / 60)))


def slowness_in_words(slow: int) -> str:
    """Return what slow mode asks of who writes."""
    return str(_("Slow mode: one post in this thread every %(span)s.", span=span_in_words(slow)))
