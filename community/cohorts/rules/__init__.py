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
from community.cohorts.rules.timeline import (
    MAX_BREAK_DAYS,
    MAX_BREAKS,
    NOTE_LIMIT,
    Break,
    Timeline,
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
    "RunPlan",
    "Stay",
    "Timeline",
    "aspects",
    "flaws_of_capacity",
    "flaws_of_dates",
    "flaws_of_name",
    "flaws_of_plan",
    "paced_again",
    "paced_due",
    "release_at",
    "reopens_until",
    "session_at",
    "shifted",
    "week_to_move_with",
]
