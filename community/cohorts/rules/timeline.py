"""When the weeks of a run are: its first day, so many weeks of teaching, and breaks between them.

Pure functions of days in the run's zone; turning them into instants is the caller's. A break is
counted from the week before it, so two of them cannot overlap, and the rest of a run moves with
whatever becomes longer before it.
"""

import dataclasses
import datetime as dt

MAX_BREAKS = 10
MAX_BREAK_DAYS = 91
NOTE_LIMIT = 80  # code points: a few words
WEEK = dt.timedelta(days=7)


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class Break:
    """Days without teaching after a week of it; ``note`` is a word for why, or nothing."""

    after_week: int
    days: int
    note: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Timeline:
    """The weeks of a run. ``weeks`` counts those of teaching; ``breaks`` are in their order."""

    starts_on: dt.date
    weeks: int
    breaks: tuple[Break, ...] = ()

    def week_start(self, week: int) -> dt.date:
        """Return the first day of a week of teaching, from 1; also of one after the last."""
        rest = sum(each.days for each in self.breaks if each.after_week < week)
        return self.starts_on + (week - 1) * WEEK + dt.timedelta(days=rest)

    def week_end(self, week: int) -> dt.date:
        """Return the seventh day of a week of teaching."""
        return self.week_start(week) + dt.timedelta(days=6)

    @property
    def ends_on(self) -> dt.date:
        """The last day of the run."""
        return self.week_end(self.weeks)

    def over_since(self, closed_on: dt.date | None) -> dt.date:
        """Return the day the run is over since: its last, or the one it was closed on before."""
        return self.ends_on if closed_on is None else min(self.ends_on, closed_on)

    def week_of(self, today: dt.date) -> int:
        """Return the week of teaching that ``today`` is in, from 1; in a break, the one before it.

        0 before the run begins, ``weeks`` + 1 after its last day.
        """
        if today < self.starts_on:
            return 0
        if today > self.ends_on:
            return self.weeks + 1
        return max(week for week in range(1, self.weeks + 1) if self.week_start(week) <= today)

    def runs_on(self, today: dt.date) -> bool:
        """Whether ``today`` is in a week of the run, or in a break between two."""
        return self.starts_on <= today <= self.ends_on

    def break_on(self, today: dt.date) -> Break | None:
        """Return the break that ``today`` is in."""
        week = self.week_of(today)
        if not self.runs_on(today) or today <= self.week_end(week):
            return None
        return self.break_after(week)

    def break_after(self, week: int) -> Break | None:
        """Return the break after a week of teaching."""
        return next((each for each in self.breaks if each.after_week == week), None)

    def resumes_on(self, rest: Break) -> dt.date:
        """Return the day on which teaching goes on after a break."""
        return self.week_start(rest.after_week + 1)


def reopens_until(closed_at: dt.datetime) -> dt.datetime:
    """Return until when the closing of a run can be taken back."""
    return closed_at + WEEK


def counts_still(
    closed_at: dt.datetime | None, done_at: dt.datetime | None, now: dt.datetime
) -> bool:
    """Whether what a learner did at ``done_at`` counts, if it is told or marked only ``now``.

    What came before their run closed waits as long as closing may be taken back: it is taken as if
    the run were open. ``closed_at`` is None in a run that goes on.
    """
    if closed_at is None:
        return True
    return done_at is not None and done_at <= closed_at and now <= reopens_until(closed_at)


def release_at(timeline: Timeline, position: int) -> dt.datetime:
    """Return when the module at ``position`` (from 1) opens: as its week of the run begins."""
    return dt.datetime.combine(timeline.week_start(position), dt.time())


def session_at(released: dt.datetime, day: int, time: str) -> dt.datetime:
    """Return when a live session takes place.

    ``day`` 1 is the day its module opens, 7 the last of that week; ``time`` is "HH:MM".
    """
    hours, minutes = time.split(":")
    at = dt.time(int(hours), int(minutes))
    return dt.datetime.combine(released.date() + dt.timedelta(days=day - 1), at)
