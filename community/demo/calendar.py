"""When the three runs of the demo network take place, seen from today."""

import dataclasses
import datetime as dt

from community.demo.material import Talk

ZONE = "Europe/Vienna"
WEEKS = 8


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
        return dt.datetime.combine(self.starts_on, dt.time(), tzinfo=dt.UTC)

    @property
    def end(self) -> dt.datetime:
        return self.start + dt.timedelta(weeks=WEEKS)


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
