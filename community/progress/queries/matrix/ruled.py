"""A run in which modules open by rules, or to some learners at times of their own.

There the calendar alone does not say what is open to whom. Each learner's row is judged by the one
predicate, ``rules.unlocking``, and the database is asked by name for who is late or fading.
"""

import dataclasses
import datetime as dt
import functools
import uuid
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from community.academy.kinds.builtin import QUIZ
from community.cohorts.models import SEATED, Enrolment, LearnerRelease, Release, RunState
from community.cohorts.rules import Opening, opening_of, paced_due
from community.kernel.context import Context
from community.kernel.db import UtcDateTime, execute
from community.progress.models import ActivityState, Care, Summary
from community.progress.policy.access import COUNTED_SCORE, Openings, asks_for_scores, openings
from community.progress.policy.sessions import over, passed_over
from community.progress.queries.calendar import Calendar
from community.progress.queries.matrix.conditions import LATEST, PACE, PAUSED
from community.progress.queries.matrix.statements import NUDGED
from community.progress.rules.cells import MISSING, NOTHING, SETTLED, Seen, not_asked, shown
from community.progress.rules.fading import DAY, NUDGE_RESTS, Signs, quiet_days, why
from community.progress.rules.unlocking import Learned, due_by_module, unlock

LATE = "l"
_NEXT, _IS = ",", ":"


@functools.cache
def _everybody(*, scored: bool) -> sa.Select[*tuple[Any, ...]]:
    """Return the statement of the learners of a run; a row for each module of a learner's own.

    ``scored``: with their best scores, packed into one text.
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
            Enrolment.run_id == sa.bindparam("run", type_=sa.Uuid()), Enrolment.state.in_(SEATED)
        )
    )


@dataclasses.dataclass(frozen=True, slots=True)
class Learner:
    """What is read of one learner; ``row`` as ``_everybody`` has it."""

    row: Any
    scores: Mapping[uuid.UUID, int]
    own: dict[uuid.UUID, Opening] = dataclasses.field(default_factory=dict)


def _read(ctx: Context, calendar: Calendar) -> dict[uuid.UUID, Learner]:
    scored = asks_for_scores(openings(ctx, calendar.run))
    given: dict[str, Any] = {
        "run": calendar.run.id,
        "nudged_after": ctx.now - NUDGE_RESTS * DAY,
    }
    if scored:
        lines = calendar.plan.lines.values()
        given["quizzes"] = [line.id for line in lines if line.kind == QUIZ.name]
    found: dict[uuid.UUID, Learner] = {}
    for row in execute(_everybody(scored=scored), given):
        learner = found.setdefault(row.id, Learner(row, _scores(row.scores)))
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
    """What is read of a run to judge its learners' rows: one statement."""

    calendar: Calendar
    group: Openings
    learners: Mapping[uuid.UUID, Learner]
    passed: Collection[uuid.UUID]
    over: Collection[uuid.UUID]

    def seen(self, enrolment_id: uuid.UUID, stored: str, pace: dt.datetime, *, paused: bool) -> str:
        """Return a stored row as the matrix shows it: the same as on the learner's own page."""
        course, run, now = self.calendar.plan, self.calendar.run, self.calendar.now
        learner = self.learners.get(enrolment_id)
        theirs = {**self.group, **(learner.own if learner else {})}
        settled = {key for key, sign in zip(course.order, stored, strict=True) if _settled(sign)}
        access = unlock(
            course.parts,
            theirs,
            Learned(settled.union(self.passed), learner.scores if learner else {}, self.over),
            now=now,
            run_open=run.state is not RunState.PLANNED,
        )
        dues = due_by_module(course.parts, theirs)
        over = {
            key
            for number, (key, due) in enumerate(dues.items())
            if not paused and run.state is RunState.OPEN and paced_due(due, pace, number) <= now
        }
        parts: list[str] = []
        start = 0
        for module in course.outline.modules:
            end = start + len(module.activities)
            open_ = module.id in access and access[module.id].open
            how = Seen.SHUT if not open_ else Seen.OVER if module.id in over else Seen.OPEN
            parts.append(shown(stored[start:end], how))
            start = end
        return "".join(parts)

    def standings(self) -> Iterable["Standing"]:
        """Yield where each learner stands who has not paused."""
        for key, learner in self.learners.items():
            row = learner.row
            if row.paused:
                continue
            stored = not_asked(row.cells or self.calendar.plan.nothing, self.calendar.off)
            seen = self.seen(key, stored, row.pace, paused=False)
            signs = signs_of(self.calendar, stored, seen, row.latest, row.enrolled_at)
            yield Standing(
                row, late=LATE in seen, fading=self._to_do(stored, seen) and bool(why(signs))
            )

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
    if not calendar.ruled:
        return None
    return ctx.memo(
        ("progress.ruled", calendar.run.id),
        lambda: Ruled(
            calendar=calendar,
            group=openings(ctx, calendar.run),
            learners=_read(ctx, calendar),
            passed=passed_over(ctx, calendar.run),
            over=over(ctx, calendar.run),
        ),
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
    if not calendar.ruled:
        return {}
    found = standings(ctx, calendar)
    return {
        "late_ids": [each.row.id for each in found if each.late],
        "fading_ids": [each.row.id for each in found if each.fading],
    }
