"""A run in which activities are due by themselves; nothing else differs from learner to learner.

What is open to whom the calendar says, as in any run; what is late is asked of ``policy.dues``.
Most learners keep up: theirs is worked out once.
"""

import dataclasses
import datetime as dt
import functools
import uuid
from collections.abc import Mapping, Sequence

from community.cohorts.rules import FIRST, NEXT
from community.progress.policy.access import Openings
from community.progress.policy.dues import ModuleDues, own_dues, paced
from community.progress.policy.more_time import Given
from community.progress.queries.calendar import NEVER, Calendar
from community.progress.rules.cells import ModuleTime, Span, not_asked, seen_by_time, spans
from community.progress.rules.dues import Due
from community.progress.rules.unlocking import due_by_module


@dataclasses.dataclass(frozen=True)
class Timed:
    """What a run's learners see late, by the clock alone."""

    calendar: Calendar
    group: Openings

    def seen(self, stored: str, pace: dt.datetime, given: Given, *, paused: bool) -> str:
        """Return a stored row as the matrix shows it: the same as on the learner's own page."""
        calendar = self.calendar
        times = calendar.spans_of(NEVER) if paused else self._times(pace, given)
        locking = not_asked(stored, calendar.over) if calendar.over else stored
        return seen_by_time(stored, locking, times, calendar.starts)

    def _times(self, pace: dt.datetime, given: Given) -> tuple[Span, ...]:
        calendar = self.calendar
        if pace > self._keeping_up:
            theirs = paced(self._planned, pace)
            dues = own_dues(calendar.run, self.group, self._planned, theirs, given)
            return spans(self._with(_each(calendar.spans_of(pace)), dues))
        if not given:
            return self._usual_times
        more = {
            key: due.given(until)
            for key, until in given.items()
            if (due := self._dues.get(key)) is not None
        }
        return spans(self._with(self._usual.copy(), more))

    @functools.cached_property
    def _planned(self) -> ModuleDues:
        return due_by_module(self.calendar.plan.parts, self.group)

    @functools.cached_property
    def _keeping_up(self) -> dt.datetime:
        """Return from when on whoever is paced has longer than the group: see ``paced_due``."""
        dues = self._planned.values()
        return min((at - FIRST - n * NEXT for n, at in enumerate(dues)), default=NEVER)

    @functools.cached_property
    def _dues(self) -> dict[uuid.UUID, Due | None]:
        """Return the dues of whoever keeps up."""
        return own_dues(self.calendar.run, self.group, self._planned, self._planned)

    @functools.cached_property
    def _usual(self) -> list[ModuleTime]:
        return self._with(_each(self.calendar.spans), self._dues)

    @functools.cached_property
    def _usual_times(self) -> tuple[Span, ...]:
        return spans(self._usual)

    def _with(
        self, seen: list[ModuleTime], dues: Mapping[uuid.UUID, Due | None]
    ) -> list[ModuleTime]:
        """Let ``dues`` say how what is due by itself is seen, where it is open."""
        for key, due in dues.items():
            at = self.calendar.plan.at[key]
            if due is not None and seen[at] is not ModuleTime.SHUT:
                seen[at] = ModuleTime.OVER if due.is_over(self.calendar.now) else ModuleTime.OPEN
        return seen


def _each(times: Sequence[Span]) -> list[ModuleTime]:
    """Return how each activity is seen by its module."""
    return [how for start, end, how in times for _at in range(start, end)]
