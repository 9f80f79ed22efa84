"""A run in which modules open by rules, or to some learners at times of their own.

Or in which an activity is due by itself. There the calendar alone does not say what is open to
whom, or late. Each learner's row is judged by the one
predicate, ``rules.unlocking``, and the database is asked by name for who is late or fading.
"""

import dataclasses
import datetime as dt
import functools
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from community.academy.kinds.builtin import QUIZ
from community.cohorts.models import SEATED, Enrolment, LearnerRelease, Release, RunState
from community.cohorts.rules import Opening, opening_of
from community.kernel.context import Context
from community.kernel.db import UtcDateTime, execute
from community.kernel.feature import MoreTime
from community.progress.models import ActivityState, Care, Summary
from community.progress.policy.access import COUNTED_SCORE, Openings, asks_for_scores, openings
from community.progress.policy.dues import own_dues, paced
from community.progress.policy.more_time import NO_TIME, Given, hooks, packed, unpacked
from community.progress.policy.sessions import over, passed_over
from community.progress.queries.calendar import Calendar
from community.progress.queries.matrix.conditions import LATEST, PACE, PAUSED
from community.progress.queries.matrix.statements import NUDGED, with_names
from community.progress.queries.matrix.timed import Timed
from community.progress.rules.cells import (
    MISSING,
    NOTHING,
    SETTLED,
    ModuleTime,
    not_asked,
    put,
    shown,
)
from community.progress.rules.fading import DAY, NUDGE_RESTS, Signs, quiet_days, why
from community.progress.rules.unlocking import Learned, due_by_module, unlock

LATE = "l"
_NEXT, _IS = ",", ":"


@functools.cache
def _everybody(said: Sequence[MoreTime], *, scored: bool) -> sa.Select[*tuple[Any, ...]]:
    """Return the statement of the learners of runs; a row for each module of a learner's own.

    ``said``: with the more time they were given, ``scored``: with their best scores; each is packed
    into one text.
    """
    one = sa.cast(ActivityState.activity_id, sa.String) + _IS + sa.cast(COUNTED_SCORE, sa.String)
    scores = (
        sa.select(sa.func.aggregate_strings(one, _NEXT))
        .where(
            ActivityState.enrolment_id == Enrolment.id,
            ActivityState.activity_id.in_(sa.bindparam("quizzes", type_=sa.Uuid(), expanding=True)),
            COUNTED_SCORE.is_not(None),
        )
        .correlate(Enrolment)
        .scalar_subquery()
    )
    return (
        sa.select(
            Enrolment.id,
            Enrolment.run_id,
            sa.type_coerce(PACE, UtcDateTime()).label("pace"),
            PAUSED.label("paused"),
            Enrolment.enrolled_at,
            sa.type_coerce(LATEST, UtcDateTime()).label("latest"),
            Summary.last_active_at,
            Summary.cells,
            Summary.outcome,
            Care.taken_by,
            NUDGED.label("nudged"),
            (scores if scored else sa.null()).label("scores"),
            packed(said).label("given"),
            LearnerRelease.module_id,
            LearnerRelease.opens_at,
            LearnerRelease.begins_at,
            LearnerRelease.instants,
            LearnerRelease.opened_at,
            Release.rule,
            Release.opened_at.label("opened_to_all"),
        )
        .select_from(Enrolment)
        .outerjoin(Summary, Summary.enrolment_id == Enrolment.id)
        .outerjoin(Care, Care.enrolment_id == Enrolment.id)
        .outerjoin(LearnerRelease, LearnerRelease.enrolment_id == Enrolment.id)
        .outerjoin(
            Release,
            sa.and_(
                Release.run_id == Enrolment.run_id,
                Release.module_id == LearnerRelease.module_id,
            ),
        )
        .where(
            Enrolment.run_id.in_(sa.bindparam("runs", type_=sa.Uuid(), expanding=True)),
            Enrolment.state.in_(SEATED),
        )
    )


@functools.cache
def _by_name(said: Sequence[MoreTime], *, scored: bool, one: bool) -> sa.Select[*tuple[Any, ...]]:
    """Return the statement of ``_everybody`` by name, or of ``one`` ("enrolment"); with names."""
    found = with_names(_everybody(said, scored=scored))
    enrolment = sa.bindparam("enrolment", type_=sa.Uuid())
    return found.where(Enrolment.id == enrolment) if one else found


@dataclasses.dataclass(frozen=True, slots=True)
class Learner:
    """What is read of one learner; ``row`` as ``_everybody`` has it."""

    row: Any
    scores: Mapping[uuid.UUID, int]
    given: Given
    own: dict[uuid.UUID, Opening] = dataclasses.field(default_factory=dict)


def _read(
    ctx: Context,
    calendars: Sequence[Calendar],
    *,
    named: bool = False,
    only: uuid.UUID | None = None,
) -> dict[uuid.UUID, dict[uuid.UUID, Learner]]:
    """Return the learners of runs, by run and enrolment; ``named``: by name, ``only`` one."""
    scored = any(asks_for_scores(openings(ctx, each.run)) for each in calendars)
    given: dict[str, Any] = {
        "runs": [each.run.id for each in calendars],
        "nudged_after": ctx.now - NUDGE_RESTS * DAY,
    }
    if scored:
        lines = [line for each in calendars for line in each.plan.lines.values()]
        given["quizzes"] = list({line.id for line in lines if line.kind == QUIZ.name})
    found: dict[uuid.UUID, dict[uuid.UUID, Learner]] = {each.run.id: {} for each in calendars}
    said = hooks() if any(each.due_by_itself for each in calendars) else ()
    asked = _everybody(said, scored=scored)
    if named:
        asked = _by_name(said, scored=scored, one=only is not None)
        given |= {"enrolment": only} if only else {}
    for row in execute(asked, given):
        learner = found[row.run_id].setdefault(
            row.id, Learner(row, _scores(row.scores), unpacked(row.given))
        )
        if row.module_id is not None and row.rule is not None:
            learner.own[row.module_id] = opening_of(
                row.rule,
                row.opens_at,
                row.begins_at,
                row.instants,
                opened=row.opened_at is not None or row.opened_to_all is not None,
            )
    return found


def _scores(packed: str | None) -> dict[uuid.UUID, int]:
    pairs = (each.split(_IS) for each in packed.split(_NEXT)) if packed else ()
    return {uuid.UUID(key): int(score) for key, score in pairs}


@dataclasses.dataclass(frozen=True, slots=True)
class Ruled:
    """What is read of a run to judge its learners' rows: one statement.

    ``timed``: only what is due by itself makes it another than the usual run.
    """

    calendar: Calendar
    group: Openings
    learners: Mapping[uuid.UUID, Learner]
    passed: Collection[uuid.UUID]
    over: Collection[uuid.UUID]
    timed: Timed | None

    def seen(self, enrolment_id: uuid.UUID, stored: str, pace: dt.datetime, *, paused: bool) -> str:
        """Return a stored row as the matrix shows it: the same as on the learner's own page."""
        learner = self.learners.get(enrolment_id)
        given = learner.given if learner else NO_TIME
        if self.timed is not None:
            return self.timed.seen(stored, pace, given, paused=paused)
        course, run, now = self.calendar.plan, self.calendar.run, self.calendar.now
        theirs = {**self.group, **(learner.own if learner else {})}
        settled = {key for key, sign in zip(course.order, stored, strict=True) if _settled(sign)}
        access = unlock(
            course.parts,
            theirs,
            Learned(settled.union(self.passed), learner.scores if learner else {}, self.over),
            now=now,
            run_open=run.state is not RunState.PLANNED,
        )
        planned = due_by_module(course.parts, theirs)
        dues = paced(planned, pace) if run.state is RunState.OPEN and not paused else {}
        over = {key for key, due in dues.items() if due <= now}
        parts: list[str] = []
        start = 0
        for module in course.outline.modules:
            end = start + len(module.activities)
            open_ = module.id in access and access[module.id].open
            how = (
                ModuleTime.SHUT
                if not open_
                else ModuleTime.OVER
                if module.id in over
                else ModuleTime.OPEN
            )
            parts.append(shown(stored[start:end], how))
            start = end
        cells = "".join(parts)
        for key, due in own_dues(run, theirs, planned, dues, given).items():
            at = course.at[key]
            if due is not None and access[course.lines[key].module_id].open:
                how = ModuleTime.OVER if due.is_over(now) else ModuleTime.OPEN
                cells = put(cells, at, shown(stored[at], how))
        return cells

    def standings(self) -> Iterable["Standing"]:
        """Yield where each learner stands who has not paused."""
        for key, learner in self.learners.items():
            if not learner.row.paused:
                yield self.standing(key, learner.row)

    def standing(self, enrolment_id: uuid.UUID, row: Any) -> "Standing":
        """Return where a learner stands who has not paused."""
        stored = not_asked(row.cells or self.calendar.plan.nothing, self.calendar.off)
        seen = self.seen(enrolment_id, stored, row.pace, paused=False)
        signs = signs_of(self.calendar, stored, seen, row.latest, row.enrolled_at)
        fading = bool(why(signs)) and self._to_do(stored, seen)
        return Standing(row, late=LATE in seen, fading=fading)

    def _to_do(self, stored: str, seen: str) -> bool:
        """Whether something required is open in a run that is going on."""
        if self.calendar.run.state is not RunState.OPEN or self.calendar.begun is None:
            return False
        return any(sign in MISSING and how in "olb" for sign, how in zip(stored, seen, strict=True))


def signs_of(
    calendar: Calendar, stored: str, seen: str, since: dt.datetime, enrolled_at: dt.datetime
) -> Signs:
    """Return the figures that say whether a learner is fading who worked last at ``since``.

    ``stored`` is their row, ``seen`` what the matrix shows of it.
    """
    sessions = [met for met in calendar.met if met.started_at >= enrolled_at]
    return Signs(
        quiet_days=quiet_for(calendar, since),
        missed=sum(stored[met.at] == NOTHING for met in sessions),
        sessions=len(sessions),
        late=seen.count(LATE),
    )


def quiet_for(calendar: Calendar, since: dt.datetime) -> int:
    """Return for how many days somebody has been quiet since they could do something."""
    return quiet_days(max(since, calendar.begun or since), calendar.now, calendar.breaks)


def _settled(sign: str) -> bool:
    return sign.lower() in SETTLED


@dataclasses.dataclass(frozen=True, slots=True)
class Standing:
    """Whether a learner is late or fading."""

    row: Any
    late: bool
    fading: bool


def ruled(ctx: Context, calendar: Calendar) -> Ruled | None:
    """Return how the rows of a run are judged; None: the calendar says it. Read once a context."""
    if not calendar.judged:
        return None
    key = ("progress.ruled", calendar.run.id)
    return ctx.memo(key, lambda: _judging(ctx, [calendar])[calendar.run.id])


def read_ruled(ctx: Context, calendars: Sequence[Calendar]) -> None:
    """Keep for ``ruled`` how the rows of several runs are judged; one statement or none."""
    judged = [each for each in calendars if each.judged]
    if len(judged) > 1:  # of one it is known, or asked for when it is wanted
        for run_id, found in _judging(ctx, judged).items():
            ctx.keep(("progress.ruled", run_id), found)


def _judging(ctx: Context, calendars: Sequence[Calendar]) -> dict[uuid.UUID, Ruled]:
    learners = _read(ctx, calendars)
    return {each.run.id: _ruled(ctx, each, learners[each.run.id]) for each in calendars}


def ruled_by_name(ctx: Context, calendar: Calendar, only: uuid.UUID | None = None) -> Ruled:
    """Return how the rows of a judged run are judged, its learners by name; or ``only`` one.

    Their rows have what ``statements.with_names`` adds.
    """
    learners = _read(ctx, [calendar], named=True, only=only)
    return _ruled(ctx, calendar, learners[calendar.run.id])


def _ruled(ctx: Context, calendar: Calendar, learners: Mapping[uuid.UUID, Learner]) -> Ruled:
    group = openings(ctx, calendar.run)
    return Ruled(
        calendar=calendar,
        group=group,
        learners=learners,
        passed=passed_over(ctx, calendar.run),
        over=over(ctx, calendar.run),
        timed=None if calendar.ruled else Timed(calendar, group),
    )


def standings(ctx: Context, calendar: Calendar) -> list[Standing]:
    """Return where the learners of a run with rules stand; nothing for another."""
    found = ruled(ctx, calendar)
    if found is None:
        return []
    key = ("progress.ruled_standings", calendar.run.id)
    return ctx.memo(key, lambda: list(found.standings()))


def named(ctx: Context, calendar: Calendar) -> dict[str, list[uuid.UUID]]:
    """Return who is late and who is fading, as the statements of the matrix take them."""
    if not calendar.judged:
        return {}
    found = standings(ctx, calendar)
    return {
        "late_ids": [each.row.id for each in found if each.late],
        "fading_ids": [each.row.id for each in found if each.fading],
    }
