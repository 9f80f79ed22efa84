"""Words and limits of reporting and deciding."""

import datetime as dt
import enum

from community.spaces import rules as of_spaces

Reason = of_spaces.Reason  # why a post is reported is why its author is silenced

NOTE_LONGEST = 500  # code points of what somebody adds to a report
WORDS_LONGEST = 1000  # code points of what a person is told, or asks
MOST_REPORTS = 20
"""Reports that one person makes within ``REPORTS_WITHIN``."""
REPORTS_WITHIN = dt.timedelta(days=1)
CLAIM_LASTS = dt.timedelta(hours=4)
"""Who took a case on and did not decide has it no longer than this: others may go on."""
APPEAL_WITHIN = dt.timedelta(days=14)
"""How long after a decision one may ask for a second look; a hidden post is kept for longer."""

DECIDED_KEPT_FOR = dt.timedelta(days=365)
"""How long after a decision its words are kept, and the reports and the second look with them."""


class Outcome(enum.StrEnum):
    """What is decided: about a reported post, or about a person."""

    KEPT = "kept"  # nothing is wrong with it
    HIDDEN = "hidden"  # it is taken away, and its author told why
    WARNED = "warned"  # it stays, and its author is told what was wrong
    APPROVED = "approved"  # it waited for approval, and stands now
    SILENCED = "silenced"  # a person reads on and does not write
    SUSPENDED = "suspended"  # the space is as if it were not there for a person


OF_CASES = (Outcome.KEPT, Outcome.HIDDEN, Outcome.WARNED)
"""How a case of a post that stands ends."""
OF_WAITING = (Outcome.APPROVED, Outcome.HIDDEN)
"""How a case of a post ends that waits for approval."""
MEASURES = (Outcome.WARNED, Outcome.SILENCED, Outcome.SUSPENDED)
"""What is decided about a person, with a case or without one."""
LASTING = (Outcome.SILENCED, Outcome.SUSPENDED)
"""Measures that hold for a time."""
TOLD = frozenset({Outcome.HIDDEN, *MEASURES})
"""Outcomes of which whom they concern gets a letter, and may ask for a second look."""

NOTICED = TOLD | {Outcome.APPROVED}
"""Outcomes that whom they concern finds in their inbox and among their decisions."""


class Lasts(enum.StrEnum):
    """How long somebody is silenced or suspended."""

    DAY = "day"
    THREE_DAYS = "three_days"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    LIFTED = "lifted"  # until somebody lifts it; for silence only


DAYS = {Lasts.DAY: 1, Lasts.THREE_DAYS: 3, Lasts.WEEK: 7, Lasts.MONTH: 30, Lasts.QUARTER: 90}
"""The days each lasts; the other has no end by itself."""
MOST_MEASURES = 20
"""Measures that one person takes within ``MEASURES_WITHIN``."""
MEASURES_WITHIN = dt.timedelta(hours=1)


def ends_at(outcome: Outcome, lasts: Lasts | None, now: dt.datetime) -> dt.datetime | None:
    """Return when a measure taken now ends by itself; None for one that does not.

    Raises ValueError for one that must have an end and has none: a suspension does.
    """
    if outcome not in LASTING:
        return None
    if lasts in DAYS:
        return now + dt.timedelta(days=DAYS[lasts])
    if lasts is None or outcome is Outcome.SUSPENDED:
        raise ValueError(f"{outcome} without an end")
    return None


class Show(enum.StrEnum):
    """Which cases of a queue are asked for."""

    OPEN = "open"
    MINE = "mine"  # open ones that the actor took on
    DONE = "done"
