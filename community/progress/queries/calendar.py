"""What the calendar says of a run's activities, for everybody in the matrix at once."""

import dataclasses
import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from community.cohorts.models import Run, RunState
from community.cohorts.rules import FIRST, NEXT
from community.kernel import localtime
from community.kernel.context import Context
from community.live.models import SessionState
from community.progress.policy import Plan, plan
from community.progress.policy.access import clock_of, openings, read_openings
from community.progress.policy.sessions import off_at, over, passed_over, placed_sessions
from community.progress.rules.cells import ModuleTime, Span, not_asked, spans
from community.progress.rules.fading import (
    DAY,
    HERE_DAYS,
    LONG_BEFORE,
    QUIET_DAYS,
    SESSIONS_LOOKED_AT,
    Interval,
    days_before,
)
from community.progress.rules.unlocking import due_by_module

NEVER = dt.datetime.max.replace(tzinfo=dt.UTC)
"""From when whoever has paused is paced: nothing is over for them."""


class Met(NamedTuple):
    """A session of the course that took place: the index of its activity, and when it began."""

    at: int
    started_at: dt.datetime


@dataclasses.dataclass(frozen=True, slots=True)
class Calendar:
    """What the calendar alone says of the activities of a run."""

    run: Run
    plan: Plan
    now: dt.datetime
    spans: tuple[Span, ...]
    """How what is not settled is seen, in order."""
    starts: tuple[int, ...]
    """The index of the first activity after each activity's module."""
    released: int
    """How many required activities have been released that can be done."""
    begun: dt.datetime | None
    """Since when something could be done: the run open, and its first module released."""
    parts: tuple[tuple[int, int, dt.datetime | None], ...]
    """Each module up to the last whose time is over: from where to where, and, if it is, who must
    be paced from that instant or before for it to be over for them too."""
    met: tuple[Met, ...]
    """The last required sessions, the latest first."""
    off: tuple[int, ...]
    """The indices of required activities that nobody can do: their sessions do not take place."""
    over: tuple[int, ...]
    """The indices of required sessions that are over, ``off`` among them: none locks what follows.
    """
    breaks: tuple[Interval, ...]
    ruled: bool
    """Whether rules, or times of their own, say what is open to whom: see ``matrix.ruled``."""
    due_by_itself: bool
    """Whether something may be due otherwise than its module: see ``matrix.timed``."""
    _of_late_comers: dict[int, tuple[Span, ...]] = dataclasses.field(
        default_factory=dict, repr=False, compare=False
    )
    """``spans`` by how many modules are over, for those for whom it is fewer than for the group."""

    def spans_of(self, paced_from: dt.datetime) -> tuple[Span, ...]:
        """Return ``spans`` for whoever is paced from an instant: less may be over for them."""
        over = [pace for _start, _end, pace in self.parts if pace is not None]
        theirs = sum(paced_from <= pace for pace in over)
        if theirs == len(over):
            return self.spans
        if theirs not in self._of_late_comers:
            ends = [end for _start, end, pace in self.parts if pace and paced_from <= pace]
            self._of_late_comers[theirs] = self._over_until(max(ends, default=0))
        return self._of_late_comers[theirs]

    def _over_until(self, until: int) -> tuple[Span, ...]:
        """Return ``spans`` with what is over from an index on as if it were open."""
        seen: list[ModuleTime] = []
        for start, end, how in self.spans:
            over = max(0, min(end, until) - start) if how is ModuleTime.OVER else 0
            later = ModuleTime.OPEN if how is ModuleTime.OVER else how
            seen.extend([ModuleTime.OVER] * over + [later] * (end - start - over))
        return spans(seen)

    @property
    def judged(self) -> bool:
        """Whether each learner's row is judged by itself: see ``matrix.ruled``."""
        return self.ruled or self.due_by_itself

    @property
    def _gaps(self) -> list[tuple[int, int]]:
        """Where modules lie that are not over though a later one is; as a rule there is none."""
        return [(start, end) for start, end, pace in self.parts if pace is None]

    @property
    def shape(self) -> tuple[int, int, int, bool, int]:
        """What of it decides how the matrix is asked for: see ``matrix.conditions``."""
        if self.judged:
            return 0, 0, len(self.off), True, 0
        held = len(self.over) if self.over != self.off else 0
        return len(self.parts), len(self._gaps), len(self.off), False, held

    def given(self) -> dict[str, Any]:
        """Return the parameters of the matrix's statements."""
        begun = self.begun if self.run.state is RunState.OPEN else None
        given = {
            "run": self.run.id,
            "nothing": self.plan.nothing,
            "nothing_off": not_asked(self.plan.nothing, self.off),
            "nothing_over": not_asked(self.plan.nothing, self.over),
            "due": self.released if begun is not None else 0,
            **_rests("off", self.off),
            **_rests("over", self.over),
            "here_at": self._so_long_ago(HERE_DAYS, begun),
            "quiet_at": self._so_long_ago(QUIET_DAYS, begun),
        }
        for number, (start, end) in enumerate(self._gaps):
            given |= {f"gap_{number}": start + 1, f"gap_end_{number}": end}
        for number, (start, end, pace) in enumerate(self.parts):
            given |= {
                f"part_{number}": start + 1,
                f"size_{number}": end - start,
                f"pace_{number}": pace or LONG_BEFORE,
            }
        for number in range(SESSIONS_LOOKED_AT):
            met = self.met[number] if number < len(self.met) else None
            given |= {
                f"met_{number}": met.at + 1 if met else 0,
                f"since_{number}": met.started_at if met else LONG_BEFORE,
            }
        return given

    def _so_long_ago(self, days: int, begun: dt.datetime | None) -> dt.datetime:
        """Return the instant before which somebody must have worked last to be quiet so long."""
        at = days_before(days, self.now, self.breaks)
        return at if begun is not None and begun <= at else LONG_BEFORE


def _rests(name: str, indices: Sequence[int]) -> dict[str, int]:
    """Return where some activities stand in a row, and where what lies between begins."""
    given: dict[str, int] = {}
    start = 0
    for number, at in enumerate(indices):
        given |= {f"{name}_{number}": at + 1, f"{name}_rest_{number}": start + 1}
        given[f"{name}_rest_size_{number}"] = at - start
        start = at + 1
    return given | ({f"{name}_rest_end": start + 1} if indices else {})


def _met(sessions: Iterable[Any], course: Plan) -> tuple[Met, ...]:
    """Return the last required sessions that took place."""
    held = (
        Met(course.at[session.activity_id], session.started_at)
        for session in sessions
        if session.state is SessionState.ENDED
        and session.started_at
        and session.activity_id in course.required
    )
    latest = sorted(held, key=lambda met: met.started_at, reverse=True)
    return tuple(latest[:SESSIONS_LOOKED_AT])


def calendar_of(ctx: Context, run: Run) -> Calendar:
    """Return what the calendar says of the activities of a run, by the actor's clock."""
    return calendars_of(ctx, [run])[0]


def calendars_of(ctx: Context, runs: Sequence[Run]) -> list[Calendar]:
    """Return the calendars of several runs; two statements, and none the second time."""
    key = ("progress.calendars", tuple(run.id for run in runs))
    return ctx.memo(key, lambda: _calendars(ctx, runs))


def _calendars(ctx: Context, runs: Sequence[Run]) -> list[Calendar]:
    if len(runs) > 1:
        read_openings(ctx, runs)
    sessions = placed_sessions(ctx, runs)
    return [_calendar(ctx, run, sessions[run.id]) for run in runs]


def _calendar(ctx: Context, run: Run, sessions: Sequence[Any]) -> Calendar:
    course = plan(run.version_id)
    when = openings(ctx, run)
    instants = {
        key: min(each.opens_at, ctx.now) if each.opened else each.opens_at
        for key, each in when.items()
    }
    off = passed_over(ctx, run) & course.required
    held = off | (over(ctx, run) & course.required)
    now = clock_of(ctx, run)
    ends = due_by_module(course.parts, when)
    seen: list[ModuleTime] = []
    starts: list[int] = []
    parts: list[tuple[int, int, dt.datetime | None]] = []
    paces = {key: now - FIRST - number * NEXT for number, key in enumerate(ends)}
    released = 0
    for module, part in zip(course.outline.modules, course.parts, strict=True):
        opens_at = instants.get(module.id)
        shut = run.state is RunState.PLANNED or opens_at is None or opens_at > now
        dated = run.state is RunState.OPEN and not shut and module.id in ends
        ended = dated and ends[module.id] <= now
        count = len(module.activities)
        if count:
            parts.append((len(seen), len(seen) + count, paces[module.id] if ended else None))
        seen.extend(
            [ModuleTime.SHUT if shut else ModuleTime.OVER if ended else ModuleTime.OPEN] * count
        )
        starts.extend([len(seen)] * count)
        if not shut:
            released += len(part.required) - (len(off.intersection(part.required)) if off else 0)
    while parts and parts[-1][2] is None:
        parts.pop()
    first = min(instants.values(), default=None)
    return Calendar(
        run=run,
        plan=course,
        now=now,
        spans=spans(seen),
        starts=tuple(starts),
        released=released,
        begun=max(first, run.opened_at) if first and run.opened_at else None,
        parts=tuple(parts),
        met=_met(sessions, course),
        off=off_at(ctx, run),
        over=tuple(sorted(course.at[key] for key in held)),
        breaks=_breaks(run),
        ruled=run.individual or any(each.opened or each.rule for each in when.values()),
        # only in a run that is going on something is late
        due_by_itself=run.state is RunState.OPEN and bool(course.deadlines),
    )


def _breaks(run: Run) -> tuple[Interval, ...]:
    timeline = run.timeline
    days = (
        (timeline.week_end(rest.after_week) + DAY, timeline.resumes_on(rest)) for rest in run.breaks
    )
    return tuple((_midnight(first, run.zone), _midnight(last, run.zone)) for first, last in days)


def _midnight(day: dt.date, zone: str) -> dt.datetime:
    return localtime.instant(dt.datetime.combine(day, dt.time()), zone)
