"""What another calendar does to what hangs on a run: pure functions over plain values."""

import dataclasses
import datetime as dt
import enum
import uuid
import zoneinfo

from community.cohorts.rules.timeline import Break, Timeline
from community.kernel.localtime import instant

MAX_SHIFT = 1_500  # days, either way


@dataclasses.dataclass(frozen=True, slots=True)
class Dates:
    """When a run is: its weeks, by the clock of a zone."""

    timeline: Timeline
    zone: str

    def delta(self, new: "Dates", week: int) -> dt.timedelta:
        """Return by how many days a week of teaching is later in ``new``."""
        return new.timeline.week_start(week) - self.timeline.week_start(week)


class Stay(enum.StrEnum):
    """Why a session does not move with its run."""

    BEGUN = "begun"
    PAST = "past"  # its new time has passed already


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A module that opens, or a session that begins, at another time by the wall clock.

    ``key`` is the module's or the session's id, ``position`` the module's number. ``new`` is by the
    clock of ``zone``, ``old`` by that of ``old_zone``. A session with ``stays`` does not move.
    """

    key: uuid.UUID
    title: str
    old: dt.datetime
    new: dt.datetime
    old_zone: str
    zone: str
    position: int = 0
    stays: Stay | None = None

    @property
    def old_at(self) -> dt.datetime:
        return instant(self.old, self.old_zone)

    @property
    def new_at(self) -> dt.datetime:
        return instant(self.new, self.zone)

    @property
    def changes(self) -> bool:
        """Whether it is at another time afterwards."""
        return self.stays is None and (self.old, self.old_zone) != (self.new, self.zone)

    @property
    def crosses_clocks(self) -> bool:
        """Whether the clocks of its zone are changed between the two times."""
        here = zoneinfo.ZoneInfo(self.zone)
        return (
            self.old_zone == self.zone
            and self.old_at.astimezone(here).utcoffset() != self.new_at.astimezone(here).utcoffset()
        )

    @property
    def skipped(self) -> bool:
        """Whether the clocks skip the new time: it is as much later as they do."""
        here = zoneinfo.ZoneInfo(self.zone)
        return self.new_at.astimezone(here).replace(tzinfo=None) != self.new

    def shuts(self, now: dt.datetime) -> bool:
        """Whether a module that is open is shut until its new time."""
        return self.old_at <= now < self.new_at

    def opens(self, now: dt.datetime) -> bool:
        """Whether a module that is shut opens at once."""
        return self.new_at <= now < self.old_at


def shifted(timeline: Timeline, days: int, from_week: int, note: str = "") -> Timeline | None:
    """Return a timeline of which everything from a week on is so many days later.

    From week 1 the run begins later, from another the break before it grows; fewer than no days
    makes both earlier. None where there are not so many days of break to take away.
    """
    if from_week == 1:
        return dataclasses.replace(timeline, starts_on=timeline.starts_on + dt.timedelta(days=days))
    earlier = timeline.break_after(from_week - 1) or Break(from_week - 1, 0, note)
    rest = dataclasses.replace(earlier, days=earlier.days + days)
    if rest.days < 0:
        return None
    others = [each for each in timeline.breaks if each.after_week != from_week - 1]
    kept = [*others, rest] if rest.days else others
    return dataclasses.replace(timeline, breaks=tuple(sorted(kept)))


def week_to_move_with(timeline: Timeline, day: dt.date) -> int:
    """Return the week of teaching that something on ``day`` moves with.

    A day in a break moves with the week before it, one before the run with its first week, one
    after it with its last.
    """
    return min(max(timeline.week_of(day), 1), timeline.weeks)
