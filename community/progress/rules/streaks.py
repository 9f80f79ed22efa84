"""Weeks in a row in which somebody learned, and a map of their days: by their own calendar.

A week runs from Monday to Sunday in the learner's zone. It counts once something was done in it;
one without anything ends the row, unless a day of it lies in a break of the run or in a pause. The
week that is not over yet ends nothing.
"""

import dataclasses
import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from community.kernel.localtime import in_zone

DAY, WEEK = dt.timedelta(days=1), dt.timedelta(days=7)
MOST_WEEKS = 60  # of a map: a run of 52 with breaks, the newest of them
LEVELS = (1, 2, 4, 7)  # so many acts on a day are one level more

Rest = tuple[dt.date, dt.date]
"""First and last day of a break or a pause."""


@dataclasses.dataclass(frozen=True, slots=True)
class Streak:
    """Weeks in a row: those that run now, and the most there ever were."""

    now: int
    longest: int


@dataclasses.dataclass(frozen=True, slots=True)
class Day:
    """A day of the map; ``level`` 0 to 4 says how much was done, ``rest`` that nobody asked."""

    date: dt.date
    acts: int
    level: int
    rest: bool


def days_of(instants: Iterable[dt.datetime], zone: str) -> Counter[dt.date]:
    """Return how much was done on each day of a calendar in ``zone``."""
    return Counter(in_zone(at, zone).date() for at in instants)


def monday(day: dt.date) -> dt.date:
    """Return the first day of the week of ``day``."""
    return day - day.weekday() * DAY


def streak(days: Collection[dt.date], today: dt.date, rests: Sequence[Rest] = ()) -> Streak:
    """Return the weeks in a row up to ``today``; days after it are left out."""
    worked = {monday(day) for day in days if day <= today}
    if not worked:
        return Streak(0, 0)
    row = longest = 0
    week, this = min(worked), monday(today)
    while week <= this:
        if week in worked:
            row += 1
        elif week != this and not any(resting(week, week + 6 * DAY, each) for each in rests):
            row = 0
        longest = max(longest, row)
        week += WEEK
    return Streak(row, longest)


def resting(first: dt.date, last: dt.date, rest: Rest) -> bool:
    """Whether a rest has a day between two days, both counted in."""
    return rest[0] <= last and first <= rest[1]


def level(acts: int) -> int:
    """Return how much a number of acts is, 0 to 4."""
    return sum(acts >= least for least in LEVELS)


def day_map(
    counts: Mapping[dt.date, int], first: dt.date, last: dt.date, rests: Sequence[Rest] = ()
) -> list[list[Day | None]]:
    """Return the days from ``first`` to ``last`` by week, Monday first; None lies outside.

    At most ``MOST_WEEKS``, the newest.
    """
    weeks: list[list[Day | None]] = []
    week = max(monday(first), monday(last) - (MOST_WEEKS - 1) * WEEK)
    while week <= last:
        weeks.append(
            [
                _day(day, counts, rests) if first <= day <= last else None
                for day in (week + number * DAY for number in range(7))
            ]
        )
        week += WEEK
    return weeks


def _day(day: dt.date, counts: Mapping[dt.date, int], rests: Sequence[Rest]) -> Day:
    acts = counts.get(day, 0)
    return Day(day, acts, level(acts), any(resting(day, day, each) for each in rests))
