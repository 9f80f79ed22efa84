"""What an organiser says of a run, and what is wrong with it: pure functions."""

import dataclasses
import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence

from flask_babel import gettext as _

from community.cohorts.rules.timeline import (
    MAX_BREAK_DAYS,
    MAX_BREAKS,
    NOTE_LIMIT,
    Break,
    Timeline,
)
from community.kernel.localtime import ZONES

MAX_CAPACITY = 5_000
MAX_WEEKS = 52
NAME_LIMIT = 200
FARTHEST = dt.timedelta(days=4 * 365)
"""How far from today a run may begin; sessions can be planned a year further."""

Flaws = dict[str, list[str]]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class RunPlan:
    """What an organiser says of a run that is to be made."""

    name: str
    starts_on: dt.date
    weeks: int
    zone: str
    capacity: int
    breaks: tuple[Break, ...] = ()

    @property
    def timeline(self) -> Timeline:
        return Timeline(self.starts_on, self.weeks, self.breaks)


def flaws_of_plan(
    plan: RunPlan, *, modules: int, now: dt.datetime, taken: int = 0
) -> Mapping[str, list[str]]:
    """Return what is wrong with a plan for a course of so many modules, by the field's name.

    ``taken`` is how many seats are taken already.
    """
    flaws = flaws_of_name(plan.name)
    flaws |= flaws_of_dates(plan.timeline, plan.zone, modules=modules, now=now)
    flaws |= flaws_of_capacity(plan.capacity, taken=taken)
    return flaws


def flaws_of_name(name: str) -> Flaws:
    """Return what is wrong with the name of a run."""
    if 1 <= len(name) <= NAME_LIMIT:
        return {}
    return {"name": [_("Give it a name of up to %(most)d characters.", most=NAME_LIMIT)]}


def flaws_of_capacity(capacity: int, *, taken: int) -> Flaws:
    """Return what is wrong with so many seats, of which so many are taken."""
    if not 1 <= capacity <= MAX_CAPACITY:
        return {"capacity": [_("A run has 1 to %(most)d seats.", most=MAX_CAPACITY)]}
    if capacity < taken:
        return {"capacity": [_("%(num)d seats are taken: give it as many or more.", num=taken)]}
    return {}


def flaws_of_dates(timeline: Timeline, zone: str, *, modules: int, now: dt.datetime) -> Flaws:
    """Return what is wrong with the weeks of a run of so many modules, by the field's name."""
    flaws: Flaws = {}
    if abs(timeline.starts_on - now.date()) > FARTHEST:
        flaws["starts_on"] = [_("This is too far from today.")]
    if not 1 <= timeline.weeks <= MAX_WEEKS:
        flaws["weeks"] = [_("A run lasts 1 to %(most)d weeks.", most=MAX_WEEKS)]
    elif timeline.weeks < modules:
        message = _(
            "The course has %(modules)d modules and one opens each week: give it %(modules)d weeks"
            " or more.",
            modules=modules,
        )
        flaws["weeks"] = [message]
    if zone not in ZONES:
        flaws["zone"] = [_("This is not a time zone we know.")]
    wrong = _flaws_of_breaks(timeline.breaks, timeline.weeks)
    if wrong:
        flaws["breaks"] = wrong
    elif not flaws and timeline.ends_on - now.date() > FARTHEST + dt.timedelta(days=365):
        flaws["starts_on"] = [_("It would end too far from today.")]
    return flaws


def _flaws_of_breaks(breaks: Sequence[Break], weeks: int) -> list[str]:
    """Return what is wrong with breaks, each flaw in a sentence that names its week."""
    if len(breaks) > MAX_BREAKS:
        return [_("A run has up to %(most)d breaks.", most=MAX_BREAKS)]
    wrong = []
    for rest in breaks:
        if not 1 <= rest.after_week < weeks:
            wrong.append(
                _(
                    "After week %(week)d there is no week to go on with: a break lies between two.",
                    week=rest.after_week,
                )
            )
        if not 1 <= rest.days <= MAX_BREAK_DAYS:
            wrong.append(
                _(
                    "The break after week %(week)d lasts 1 to %(most)d days.",
                    week=rest.after_week,
                    most=MAX_BREAK_DAYS,
                )
            )
        if len(rest.note) > NOTE_LIMIT:
            wrong.append(
                _(
                    "The word for the break after week %(week)d has up to %(most)d characters.",
                    week=rest.after_week,
                    most=NOTE_LIMIT,
                )
            )
    for week, times in Counter(rest.after_week for rest in breaks).items():
        if times > 1:
            wrong.append(_("There are two breaks after week %(week)d: make them one.", week=week))
    return wrong
