"""When the modules of a run open: rules with their times as instants. Pure functions.

What is time becomes an instant when it is written down, here, so that reading compares instants.
"""

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from community.academy.rules.releases import (
    NEVER,
    Date,
    FromEnrolment,
    FromSession,
    FromStart,
    Instants,
    Rule,
    Time,
    earliest,
    read_leaf,
    read_rule,
    times,
    write_leaf,
)
from community.cohorts.rules.timeline import Timeline
from community.kernel import localtime

DAY = dt.timedelta(days=1)
MAX_LEARNER_SHIFT = 365
"""Days, either way."""


@dataclasses.dataclass(frozen=True, slots=True)
class Opening:
    """When a module opens, to everybody or to one learner.

    ``opens_at``: before it, it opens to nobody. ``begins_at``: from then on its time is counted.
    ``rule`` None is the usual one: from ``opens_at``, after everything required before it.
    ``opened``: an organiser opened it, whatever the rule says.
    """

    opens_at: dt.datetime
    begins_at: dt.datetime
    rule: Rule | None = None
    instants: Instants = dataclasses.field(default_factory=dict)
    opened: bool = False


def usual(at: dt.datetime) -> Opening:
    """Return the opening of a module that opens at an instant by the usual rule."""
    return Opening(at, at)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """What times in rules are counted from.

    ``sessions`` are the instants at which live sessions are planned to end, by their names.
    ``joined_on`` and ``shift`` (days) are of one learner; without them it is the run's own.
    """

    timeline: Timeline
    zone: str
    sessions: Mapping[str, dt.datetime] = dataclasses.field(default_factory=dict)
    joined_at: dt.datetime | None = None
    shift: int = 0

    def at(self, local: dt.datetime) -> dt.datetime:
        """Return the instant of a local time of the run, for the learner: their clock is kept."""
        return localtime.instant(local + self.shift * DAY, self.zone)

    @property
    def first(self) -> dt.datetime:
        """The instant at which the run begins."""
        return self.at(dt.datetime.combine(self.timeline.starts_on, dt.time()))

    def earliest(self, rule: Rule, instants: Instants) -> dt.datetime:
        """Return the instant before which a rule opens nothing.

        Where what it waits for never comes, that is the end of the run: a day one can reckon with.
        """
        found = earliest(rule, instants) or self.first
        if found < NEVER:
            return found
        return self.at(dt.datetime.combine(self.timeline.ends_on, dt.time()))


def resolved(rule: Rule | None, local_at: dt.datetime, calendar: Calendar) -> Opening:
    """Return the opening of a module whose week begins at ``local_at``."""
    week = calendar.at(local_at)
    if rule is None:
        return usual(week)
    found = {
        leaf: at for leaf in times(rule) if (at := _instant(leaf, local_at, calendar)) is not None
    }
    opens_at = calendar.earliest(rule, found)
    return Opening(opens_at, max(week, opens_at), rule, found)


@dataclasses.dataclass(frozen=True, slots=True)
class Shift:
    """A learner's dates, from ``at`` on ``days`` later than the group's."""

    at: dt.datetime
    days: int


def resolved_through(
    rule: Rule | None, local_at: dt.datetime, calendar: Calendar, shifts: Sequence[Shift]
) -> Opening:
    """Return the opening of a module for a learner whose dates were shifted, in order of time.

    What had come for them by the time of a shift stays so: who is given more time is not shut out
    of what they have begun, and neither is who loses days that they were given. What is ahead, and
    when it is due, goes by the last one.
    """
    found = resolved(rule, local_at, dataclasses.replace(calendar, shift=0))
    for shift in shifts:
        theirs = dataclasses.replace(calendar, shift=shift.days)
        found = _after_shift(found, resolved(rule, local_at, theirs), theirs, shift.at)
    return found


def _after_shift(before: Opening, then: Opening, calendar: Calendar, at: dt.datetime) -> Opening:
    instants = {
        leaf: was if (was := before.instants.get(leaf, NEVER)) <= at else new
        for leaf, new in then.instants.items()
    }
    if before.opens_at <= at:
        opens_at = before.opens_at
    elif then.rule is None:
        opens_at = then.opens_at
    else:
        opens_at = calendar.earliest(then.rule, instants)
    return dataclasses.replace(then, opens_at=opens_at, instants=instants)


def _instant(leaf: Time, local_at: dt.datetime, calendar: Calendar) -> dt.datetime | None:
    match leaf:
        case Date(at):
            return calendar.at(at)
        case FromStart(week, day, time):
            first = calendar.timeline.week_start(week) if week else local_at.date()
            return calendar.at(dt.datetime.combine(first + (day - 1) * DAY, time))
        case FromEnrolment(days):
            # of everybody it can be said only that nobody came before the run began
            since = calendar.joined_at
            if since is None:
                return calendar.first
            local = localtime.in_zone(since, calendar.zone).replace(tzinfo=None)
            return calendar.at(local + days * DAY)
        case FromSession(session, hours):
            ends_at = calendar.sessions.get(str(session))
            return None if ends_at is None else ends_at + dt.timedelta(hours=hours)


def kept(instants: Instants) -> dict[str, Any]:
    """Return instants as they are stored: by the text of each time."""
    return {write_leaf(leaf): at.isoformat() for leaf, at in instants.items()}


def opening_of(
    rule: str,
    opens_at: dt.datetime,
    begins_at: dt.datetime | None,
    instants: Mapping[str, str] | None,
    *,
    opened: bool,
) -> Opening:
    """Return an opening as it was stored."""
    if not rule:
        return Opening(opens_at, begins_at or opens_at, opened=opened)
    found = {
        read_leaf(text): dt.datetime.fromisoformat(at) for text, at in (instants or {}).items()
    }
    return Opening(opens_at, begins_at or opens_at, read_rule(rule), found, opened)
