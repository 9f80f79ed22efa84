"""What a week looks like on a given day."""

import dataclasses
import datetime as dt
import enum
from collections.abc import Iterable

SOON = dt.timedelta(hours=24)
"""A session that begins within this time is the one thing to say."""


class PartOfDay(enum.StrEnum):
    """How one greets at an hour."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"
    NIGHT = "night"


def part_of_day(hour: int) -> PartOfDay:
    """Return the part of the day that a local hour (0..23) belongs to."""
    if 5 <= hour < 12:
        return PartOfDay.MORNING
    if 12 <= hour < 18:
        return PartOfDay.AFTERNOON
    return PartOfDay.EVENING if 18 <= hour < 23 else PartOfDay.NIGHT


def monday_of(day: dt.date) -> dt.date:
    """Return the first day of the week a date is in."""
    return day - dt.timedelta(days=day.weekday())


class Stage(enum.IntEnum):
    """How far a run is, in the order in which one looks for it."""

    GOING_ON = 0
    COMING = 1
    OVER = 2


def stage_of(*, closed: bool, week: int, weeks: int) -> Stage:
    """Return how far a run is; ``week`` 0 is before its first, above ``weeks`` after its last."""
    if closed or week > weeks:
        return Stage.OVER
    return Stage.GOING_ON if week else Stage.COMING


@dataclasses.dataclass(frozen=True, slots=True)
class Happening:
    """Something on a day: a session by its title, or a module that opens (its number and title).

    ``at`` is in the reader's own zone.
    """

    at: dt.datetime
    title: str
    module: int | None = None
    called_off: bool = False
    not_held: bool = False
    """A session that nobody began, and that can begin no more."""


@dataclasses.dataclass(frozen=True, slots=True)
class Day:
    """A day of the week and what it holds, in order."""

    date: dt.date
    happenings: tuple[Happening, ...]


def week_of_days(today: dt.date, happenings: Iterable[Happening]) -> list[Day]:
    """Return the seven days of the week of ``today``; what lies outside them is left out.

    Sessions come before modules that open on the same day: one has to be there for them.
    """
    first = monday_of(today)
    ordered = sorted(happenings, key=lambda h: (h.module is not None, h.at, h.title))
    return [
        Day(day, tuple(h for h in ordered if h.at.date() == day))
        for day in (first + dt.timedelta(days=number) for number in range(7))
    ]
