"""Who is fading, and why: pure functions of a few figures about one learner.

A learner fades who has something to do in an open run, has not worked for a few days, and shows a
sign: a week without work, sessions missed, or much that is late. Whoever worked in the last days is
here, whatever was missed before. What was excused or waived, what took place before somebody came,
and the days of a break never count. Nobody who has paused is asked about at all.
"""

import dataclasses
import datetime as dt
import enum
from collections.abc import Sequence

from flask_babel import ngettext

HERE_DAYS = 3
"""Who worked less than so many days ago is here: no sign counts against them."""
QUIET_DAYS = 7
"""So many days without work are a sign: a module a week opens, and nothing of it was touched."""
SESSIONS_LOOKED_AT = 3
"""The last sessions of the course that are looked at; older ones are history."""
SESSIONS_MISSED = 2
"""So many of them missed are a sign; one is an appointment elsewhere."""
LATE_MANY = 3
"""So many late activities are a sign; one or two are a busy week."""

NUDGE_RESTS = 7
"""For so many days after a nudge nobody is asked to write to somebody again."""

LONG_BEFORE = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
Interval = tuple[dt.datetime, dt.datetime]


class Sign(enum.StrEnum):
    """What says that somebody is fading."""

    QUIET = "quiet"
    MISSED = "missed"
    LATE = "late"


@dataclasses.dataclass(frozen=True, slots=True)
class Signs:
    """The figures of one learner.

    ``quiet_days``: whole days without work, breaks left out. ``missed`` of the last ``sessions``
    that took place since they came. ``late``: activities.
    """

    quiet_days: int
    missed: int
    sessions: int
    late: int


def why(signs: Signs) -> tuple[Sign, ...]:
    """Return what says that a learner with something to do is fading; nothing: they are not."""
    if signs.quiet_days < HERE_DAYS:
        return ()
    found = {
        Sign.QUIET: signs.quiet_days >= QUIET_DAYS,
        Sign.MISSED: signs.missed >= SESSIONS_MISSED,
        Sign.LATE: signs.late >= LATE_MANY,
    }
    return tuple(sign for sign, holds in found.items() if holds)


def reasons(signs: Signs) -> list[str]:
    """Return the signs in words with their figures, the weightiest first, in the reader's language.

    Once somebody is fading every figure is worth saying, also one that would be no sign alone.
    """
    if not why(signs):
        return []
    said = [
        ngettext(
            "no sign of work for %(num)d day",
            "no sign of work for %(num)d days",
            signs.quiet_days,
        )
    ]
    if signs.missed:
        said.append(
            ngettext(
                "missed the last session",
                "missed %(missed)d of the last %(num)d sessions",
                signs.sessions,
                missed=signs.missed,
            )
        )
    if signs.late:
        said.append(ngettext("%(num)d activity late", "%(num)d activities late", signs.late))
    return [str(words) for words in said]


# ------------------------------------------------------------------ time, with breaks left out


def quiet_days(since: dt.datetime, now: dt.datetime, breaks: Sequence[Interval] = ()) -> int:
    """Return the whole days from ``since`` to ``now`` that lie in no break.

    ``breaks`` do not overlap.
    """
    return max(0, (now - since - _resting(since, now, breaks)) // DAY)


def _resting(start: dt.datetime, end: dt.datetime, breaks: Sequence[Interval]) -> dt.timedelta:
    parts = ((max(begin, start), min(finish, end)) for begin, finish in breaks)
    return sum((finish - begin for begin, finish in parts if begin < finish), dt.timedelta())


def days_before(days: int, now: dt.datetime, breaks: Sequence[Interval] = ()) -> dt.datetime:
    """Return the latest instant since which so many days have passed that lie in no break.

    So ``quiet_days(since, now, breaks) >= days`` exactly when ``since <= days_before(...)``.
    """
    at = now - days * DAY
    for begin, finish in sorted(breaks, reverse=True):
        if begin < now and at < min(finish, now):
            at -= min(finish, now) - begin
    return at
