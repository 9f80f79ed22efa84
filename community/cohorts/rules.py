"""The calendar of a run and its seats: pure functions.

All dates and times are local to the run's zone; turning them into instants is the caller's.
"""

import dataclasses
import datetime as dt
from collections.abc import Mapping

from flask_babel import gettext as _

from community.kernel.localtime import ZONES

MAX_CAPACITY = 5_000
MAX_WEEKS = 52
NAME_LIMIT = 200
FARTHEST = dt.timedelta(days=4 * 365)
"""How far from today a run may begin; sessions can be planned a year further."""
WEEK = dt.timedelta(days=7)


def release_at(starts_on: dt.date, position: int) -> dt.datetime:
    """Return when the module at ``position`` (from 1) opens: as its week of the run begins."""
    return dt.datetime.combine(starts_on, dt.time()) + (position - 1) * WEEK


def session_at(released: dt.datetime, day: int, time: str) -> dt.datetime:
    """Return when a live session takes place.

    ``day`` 1 is the day its module opens, 7 the last of that week; ``time`` is "HH:MM".
    """
    hours, minutes = time.split(":")
    at = dt.time(int(hours), int(minutes))
    return dt.datetime.combine(released.date() + dt.timedelta(days=day - 1), at)


def ends_on(starts_on: dt.date, weeks: int) -> dt.date:
    """Return the last day of a run."""
    return starts_on + weeks * WEEK - dt.timedelta(days=1)


def over_since(starts_on: dt.date, weeks: int, closed_on: dt.date | None) -> dt.date:
    """Return the day a run is over since: its last, or the one it was closed on before that."""
    last = ends_on(starts_on, weeks)
    return last if closed_on is None else min(last, closed_on)


def week_of(starts_on: dt.date, weeks: int, today: dt.date) -> int:
    """Return the week of the run that ``today`` is in, from 1.

    0 before it begins, ``weeks`` + 1 after its last day.
    """
    if today < starts_on:
        return 0
    return min((today - starts_on) // WEEK + 1, weeks + 1)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class RunPlan:
    """What an organiser says of a run that is to be made."""

    name: str
    starts_on: dt.date
    weeks: int
    zone: str
    capacity: int


def flaws_of_plan(plan: RunPlan, *, modules: int, now: dt.datetime) -> Mapping[str, list[str]]:
    """Return what is wrong with a plan for a course of so many modules, by the field's name."""
    flaws: dict[str, list[str]] = {}
    if not 1 <= len(plan.name) <= NAME_LIMIT:
        flaws["name"] = [_("Give it a name of up to %(most)d characters.", most=NAME_LIMIT)]
    if abs(plan.starts_on - now.date()) > FARTHEST:
        flaws["starts_on"] = [_("This is too far from today.")]
    if not 1 <= plan.weeks <= MAX_WEEKS:
        flaws["weeks"] = [_("A run lasts 1 to %(most)d weeks.", most=MAX_WEEKS)]
    elif plan.weeks < modules:
        message = _(
            "The course has %(modules)d modules and one opens each week: give it %(modules)d weeks"
            " or more.",
            modules=modules,
        )
        flaws["weeks"] = [message]
    if plan.zone not in ZONES:
        flaws["zone"] = [_("This is not a time zone we know.")]
    if not 1 <= plan.capacity <= MAX_CAPACITY:
        flaws["capacity"] = [_("A run has 1 to %(most)d seats.", most=MAX_CAPACITY)]
    return flaws
