"""What whoever may join a run is told before they belong to it, as plain data."""

import dataclasses
import datetime as dt
import uuid

from community.academy.queries import Outline, outline
from community.cohorts.models import RunState
from community.cohorts.queries.runs import run_in
from community.cohorts.rules import Timeline
from community.kernel.feature import Joining
from community.kernel.localtime import in_zone


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class RunToJoin(Joining):
    """When a run is, what it asks (minutes a week), and how many of its seats are free."""

    starts_on: dt.date
    ends_on: dt.date
    weeks: int
    minutes_a_week: int
    free: int
    capacity: int
    timeline: Timeline
    zone: str

    def week(self, now: dt.datetime) -> int:
        """The week of teaching it is in now; 0 before it begins and once it is over."""
        week = self.timeline.week_of(in_zone(now, self.zone).date())
        return 0 if self.over or week > self.weeks else week


def joining(space_id: uuid.UUID) -> RunToJoin | None:
    """Return what is told of the run of a space; the caller holds the space or a way into it."""
    run = run_in(space_id)
    if run is None:
        return None
    free = run.capacity - run.enrolled
    over = run.state is RunState.CLOSED
    return RunToJoin(
        seats=0 if over else free,
        over=over,
        starts_on=run.starts_on,
        ends_on=run.timeline.ends_on,
        weeks=run.weeks,
        minutes_a_week=_minutes_a_week(outline(run.version_id)),
        free=free,
        capacity=run.capacity,
        timeline=run.timeline,
        zone=run.zone,
    )


def _minutes_a_week(plan: Outline) -> int:
    """Return what a module that holds activities asks on average, to the half hour, 30 or more."""
    return max(1, round(plan.minutes / max(1, len(plan.filled)) / 30)) * 30
