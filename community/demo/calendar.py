"""When the three runs of the demo network take place, seen from today."""

import dataclasses
import datetime as dt

from community.cohorts.rules import Break, Timeline
from community.demo.material import Talk

ZONE = "Europe/Vienna"
WEEKS = 8
BREAKS = (Break(3, 7, "Reading week"), Break(6, 7, "A week off"))


@dataclasses.dataclass(frozen=True, slots=True)
class PlannedRun:
    """A run to come about: ``key`` is what the material calls it."""

    key: str
    name: str
    starts_on: dt.date
    capacity: int

    @property
    def start(self) -> dt.datetime:
        """Midnight UTC of the first day: what the material's times are counted from."""
        return self.midnight(self.starts_on)

    @property
    def timeline(self) -> Timeline:
        return Timeline(self.starts_on, WEEKS, BREAKS)

    @property
    def end(self) -> dt.datetime:
        """Midnight UTC after the last day."""
        return self.midnight(self.timeline.ends_on) + dt.timedelta(days=1)

    def week(self, number: int) -> dt.datetime:
        """Return midnight UTC of the first day of a week of teaching."""
        return self.midnight(self.timeline.week_start(number))

    @staticmethod
    def midnight(day: dt.date) -> dt.datetime:
        return dt.datetime.combine(day, dt.time(), tzinfo=dt.UTC)


def plan_runs(today: dt.date) -> list[PlannedRun]:
    """Return one run that is over, one in its third week, one to come; each begins on a Monday."""
    monday = today - dt.timedelta(days=today.weekday())
    weeks = dt.timedelta(weeks=1)
    return [
        PlannedRun("spring", "Stewardship Academy, spring", monday - 33 * weeks, 24),
        PlannedRun("autumn", "Stewardship Academy, autumn", monday - 2 * weeks, 24),
        PlannedRun("winter", "Stewardship Academy, winter", monday + 4 * weeks, 30),
    ]


def shift(talk: list[Talk], run: PlannedRun, now: dt.datetime) -> dt.timedelta:
    """Return by how many whole days a run's talk moves back so that all of it has been said."""
    last = max(line.at for one in talk if one.run == run.key for line in one.lines)
    late = run.start + last - now
    return dt.timedelta(days=max(0, late.days + 1))
