"""What a week, a run and a desk look like on a given day: pure functions over plain values."""

from community.home.rules.desk import (
    BEFORE_START,
    DAYS_AHEAD,
    LONGEST_WAIT,
    UNANSWERED,
    WAITING,
    Facts,
    Gap,
    Kind,
    Need,
    gaps,
    needs,
)
from community.home.rules.week import (
    SOON,
    Day,
    Happening,
    PartOfDay,
    Stage,
    monday_of,
    part_of_day,
    stage_of,
    week_of_days,
)

__all__ = [
    "BEFORE_START",
    "DAYS_AHEAD",
    "LONGEST_WAIT",
    "SOON",
    "UNANSWERED",
    "WAITING",
    "Day",
    "Facts",
    "Gap",
    "Happening",
    "Kind",
    "Need",
    "PartOfDay",
    "Stage",
    "gaps",
    "monday_of",
    "needs",
    "part_of_day",
    "stage_of",
    "week_of_days",
]
