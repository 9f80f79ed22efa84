"""What limits posts, in words and numbers."""

import datetime as dt
import math

from flask_babel import gettext as _
from flask_babel import ngettext

from community.discussions.rules.newcomers import FIRST_POSTS


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


def links_in_words(most: int) -> str:
    """Return how many links a post of somebody who is new may have."""
    if most == 0:
        return str(_("You are new here: a post of yours may have no links to other places yet."))
    return str(
        ngettext(
            "You are new here: a post of yours may have one link to another place.",
            "You are new here: a post of yours may have %(num)d links to other places.",
            most,
        )
    )


def links_meant(found: int) -> str:
    """Return what to do about a post with more links than it may have."""
    after = ngettext(
        "Once %(num)d post of yours stands here, this ends.",
        "Once %(num)d posts of yours stand here, this ends.",
        FIRST_POSTS,
    )
    return f"{_('It has %(found)d now.', found=found)} {after}"


def slowness_in_words(slow: int) -> str:
    """Return what slow mode asks of who writes."""
    return str(_("Slow mode: one post in this thread every %(span)s.", span=span_in_words(slow)))
