"""What the calendar says of a run's activities, for everybody in the matrix at once."""

import dataclasses
import datetime as dt
import itertools
from collections.abc import Sequence
from typing import Any

from community.cohorts.models import Run, RunState
from community.kernel.context import Context
from community.progress.policy import Plan, plan
from community.progress.policy.access import clock_of, release_instants
from community.progress.rules.cells import Seen
from community.progress.rules.unlocking import WEEK, due_by_module

Span = tuple[int, int, Seen]
"""Activities for which something holds: from which index, up to which."""


@dataclasses.dataclass(frozen=True, slots=True)
class Calendar:
    """What the calendar alone says of the activities of a run."""

    run: Run
    plan: Plan
    now: dt.datetime
    spans: tuple[Span, ...]
    """How what is not settled is seen, in order."""
    first_spans: tuple[Span, ...]
    """The same for who came less than a week ago: nothing is late."""
    starts: tuple[int, ...]
    """The index of the first activity after each activity's module."""
    released: int
    """How many required activities have been released."""

    @property
    def over(self) -> list[tuple[int, int]]:
        """Where the modules whose time is over lie; as a rule in one span, from the start."""
        return [(start, end) for start, end, seen in self.spans if seen is Seen.OVER]

    def given(self) -> dict[str, Any]:
        """Return the parameters of the matrix's statements."""
        open_since = self.run.opened_at if self.run.state is RunState.OPEN else None
        long_ago = self.now - WEEK
        # nobody fades in a run that is not open, or has not been for a week: nothing is due
        due = self.released if open_since is not None and open_since <= long_ago else 0
        given = {
            "run": self.run.id,
            "nothing": self.plan.nothing,
            "long_ago": long_ago,
            "due": due,
        }
        for number, (start, end) in enumerate(self.over):
            given |= {f"start_{number}": start + 1, f"length_{number}": end - start}
        return given


def calendar_of(ctx: Context, run: Run) -> Calendar:
    """Return what the calendar says of the activities of a run, by the actor's clock."""
    course = plan(run.version_id)
    instants = release_instants(ctx, run)
    now = clock_of(ctx, run)
    ends = due_by_module(course.parts, instants)
    seen: list[Seen] = []
    starts: list[int] = []
    released = 0
    for module in course.outline.modules:
        opens_at = instants.get(module.id)
        shut = run.state is RunState.PLANNED or opens_at is None or opens_at > now
        over = run.state is RunState.OPEN and module.id in ends and ends[module.id] <= now
        count = len(module.activities)
        seen.extend([Seen.SHUT if shut else Seen.OVER if over else Seen.OPEN] * count)
        starts.extend([len(seen)] * count)
        if not shut:
            released += sum(line.required for line in module.activities)
    return Calendar(
        run=run,
        plan=course,
        now=now,
        spans=_spans(seen),
        first_spans=_spans([Seen.OPEN if how is Seen.OVER else how for how in seen]),
        starts=tuple(starts),
        released=released,
    )


def _spans(seen: Sequence[Seen]) -> tuple[Span, ...]:
    """Return what is the same for neighbours as spans."""
    found: list[Span] = []
    start = 0
    for how, group in itertools.groupby(seen):
        end = start + len(list(group))
        found.append((start, end, how))
        start = end
    return tuple(found)
