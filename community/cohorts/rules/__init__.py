"""The calendar of a run and its seats: pure functions."""

from community.cohorts.rules.changes import (
    MAX_SHIFT,
    Dates,
    Move,
    Stay,
    shifted,
    week_to_move_with,
)
from community.cohorts.rules.pacing import FIRST, NEXT, paced_again, paced_due
from community.cohorts.rules.plans import (
    FARTHEST,
    MAX_CAPACITY,
    MAX_WEEKS,
    NAME_LIMIT,
    RunPlan,
    flaws_of_capacity,
    flaws_of_dates,
    flaws_of_name,
    flaws_of_plan,
)
from community.cohorts.rules.releases import MAX_LEARNER_SHIFT, Opening, opening_of, usual
from community.cohorts.rules.timeline import (
    MAX_BREAK_DAYS,
    MAX_BREAKS,
    NOTE_LIMIT,
    Break,
    Timeline,
    counts_still,
    release_at,
    reopens_until,
    session_at,
)
from community.cohorts.rules.versions import Aspect, Facts, Fate, aspects

__all__ = [
    "FARTHEST",
    "FIRST",
    "MAX_BREAKS",
    "MAX_BREAK_DAYS",
    "MAX_CAPACITY",
    "MAX_LEARNER_SHIFT",
    "MAX_SHIFT",
    "MAX_WEEKS",
    "NAME_LIMIT",
    "NEXT",
    "NOTE_LIMIT",
    "Aspect",
    "Break",
    "Dates",
    "Facts",
    "Fate",
    "Move",
    "Opening",
    "RunPlan",
    "Stay",
    "Timeline",
    "aspects",
    "counts_still",
    "flaws_of_capacity",
    "flaws_of_dates",
    "flaws_of_name",
    "flaws_of_plan",
    "opening_of",
    "paced_again",
    "paced_due",
    "release_at",
    "reopens_until",
    "session_at",
    "shifted",
    "usual",
    "week_to_move_with",
]
