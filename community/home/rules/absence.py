"""Who was away, since when, and how far back one looks for what was missed."""

import dataclasses
import datetime as dt

SAID_FOR = dt.timedelta(days=1)
"""So long Home says since when one was away."""
UNDONE_FOR = dt.timedelta(days=1)
"""So long undoing is offered that all was marked as read."""
WRITTEN_LATE = dt.timedelta(hours=2)
"""By less than this one may have been there later than it is written that one was."""
FARTHEST = dt.timedelta(days=90)
"""From no earlier on is it told what happened."""
USUAL = dt.timedelta(days=7)
"""How far one looks back who was never away."""


@dataclasses.dataclass(frozen=True, slots=True)
class Absence:
    """Days without being seen; ``back_at`` None: they end with what is asked just now."""

    since: dt.datetime
    back_at: dt.datetime | None


def last_absence(
    now: dt.datetime,
    *,
    seen_at: dt.datetime | None,
    away_since: dt.datetime | None,
    back_at: dt.datetime | None,
    long: dt.timedelta,
) -> Absence | None:
    """Return when somebody was away last; None: they never were, as far as is known.

    ``seen_at`` is when they were seen last, which is written a while after they come; ``back_at``
    and ``away_since`` are of their last return. ``long`` is how long an absence is at least.
    """
    if seen_at is not None and now - seen_at >= long:
        return Absence(seen_at, None)
    if away_since is not None and back_at is not None:
        return Absence(away_since, back_at)
    return None


def is_news(absence: Absence | None, now: dt.datetime, swept_at: dt.datetime | None) -> bool:
    """Whether somebody has just come back, and not said since that they have read all.

    When they were back is written later than they were; since when they were not, is to the hour.
    What they said long after they left was said once they were back.
    """
    if absence is None:
        return False
    if absence.back_at is not None and now - absence.back_at >= SAID_FOR:
        return False
    return swept_at is None or swept_at - absence.since < WRITTEN_LATE


def looked_back(
    now: dt.datetime, absence: Absence | None, asked: dt.datetime | None
) -> dt.datetime:
    """Return since when to tell: as asked, else since the last absence began; never too far back.

    What is asked of the future is as if nothing was asked.
    """
    usual = absence.since if absence else now - USUAL
    since = asked if asked is not None and asked <= now else usual
    return max(since, now - FARTHEST)
