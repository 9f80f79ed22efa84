"""A learner's own progress in a run: what is asked of them, what they have, when they learned."""

import dataclasses
import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from community.cohorts.models import Enrolment, EnrolmentMove, EnrolmentState, Run
from community.kernel import localtime
from community.kernel.context import Context
from community.kernel.db import execute
from community.progress.models import CompletionPolicy, CompletionVerdict, LearningEvent
from community.progress.policy import plan
from community.progress.policy.sessions import is_off, passed_over, placed_sessions, was_held
from community.progress.policy.terms import NEWEST, InForce, policy_of
from community.progress.queries.course import course_view
from community.progress.queries.judging import is_whole
from community.progress.queries.states import states_of
from community.progress.queries.verdicts import Verdict
from community.progress.queries.views import ActivityView, CourseView, ModuleView
from community.progress.rules.completion import Deeds, Finding, Outcome, judged
from community.progress.rules.states import BY_OTHERS, Kind
from community.progress.rules.streaks import Day, Rest, Streak, day_map, days_of, streak

MOST_ACTS = 10_000  # of one learner, the newest: years of daily work
MOST_MOVES = 200


@dataclasses.dataclass(frozen=True, slots=True)
class Mine:
    """What a learner sees of their own progress.

    ``asked`` says how far they are in what the rules in force ask of who completes the run;
    ``weeks`` is a map of the days on which they learned, by week from Monday in their own zone.
    """

    view: CourseView
    enrolment_id: uuid.UUID
    rules: InForce | None
    asked: tuple[Finding, ...]
    verdicts: Sequence[Verdict]
    streak: Streak
    weeks: Sequence[Sequence[Day | None]]
    meets: Mapping[uuid.UUID, dt.datetime]
    """When those begin of the activities that are sessions, and not over yet."""

    @property
    def verdict(self) -> Verdict | None:
        """The better of the verdicts that stand."""
        return self.verdicts[0] if self.verdicts else None

    @property
    def completed(self) -> Verdict | None:
        """The verdict by which they completed the run; what is left of it is asked no more."""
        verdict = self.verdict
        return verdict if verdict and verdict.outcome is Outcome.COMPLETED else None

    @property
    def findings(self) -> tuple[Finding, ...]:
        """How far they are in what is asked: by the rules they completed it under, if they did."""
        return (self.completed and self.completed.findings) or self.asked

    @property
    def missing(self) -> list[tuple[ModuleView, ActivityView]]:
        """What is required and still to be done, in the order of the course."""
        return [
            (module, each)
            for module in self.view.modules
            for each in module.activities
            if each.line.required and each.asked
        ]

    @property
    def missing_by_module(self) -> list[tuple[ModuleView, list[ActivityView]]]:
        """``missing``, module by module."""
        found: dict[uuid.UUID, tuple[ModuleView, list[ActivityView]]] = {}
        for module, each in self.missing:
            found.setdefault(module.module.id, (module, []))[1].append(each)
        return list(found.values())

    @property
    def done(self) -> list[ActivityView]:
        """What is settled, the newest first."""
        every = (each for module in self.view.modules for each in module.activities)
        settled = [(each.done_at, each) for each in every if each.settled and each.done_at]
        return [each for _at, each in sorted(settled, key=lambda pair: pair[0], reverse=True)]

    @property
    def minutes_missing(self) -> int:
        return sum(each.minutes_left for _module, each in self.missing)

    @property
    def days(self) -> list[Day]:
        """The days of the map on which something was done."""
        return [day for week in self.weeks for day in week if day is not None and day.acts]


_ACTS = (
    sa.select(
        LearningEvent.activity_id,
        LearningEvent.kind,
        LearningEvent.value,
        LearningEvent.happened_at,
    )
    .where(
        LearningEvent.enrolment_id == sa.bindparam("enrolment", type_=sa.Uuid()),
        LearningEvent.kind.not_in(sorted(BY_OTHERS)),
    )
    .order_by(LearningEvent.happened_at.desc())
    .limit(MOST_ACTS)
)
_PLACE = (
    sa.select(
        NEWEST.scalar_subquery().label("rules"),
        Enrolment.enrolled_at,
        Enrolment.paced_from,
        Enrolment.returned_at,
        CompletionVerdict.id,
        CompletionVerdict.outcome,
        CompletionVerdict.policy_id,
        CompletionPolicy.number,
        CompletionVerdict.at,
        CompletionVerdict.decided_at,
        CompletionVerdict.evidence,
    )
    .select_from(Enrolment)
    .outerjoin(
        CompletionVerdict,
        sa.and_(
            CompletionVerdict.enrolment_id == Enrolment.id,
            CompletionVerdict.withdrawn_at.is_(None),
        ),
    )
    .outerjoin(CompletionPolicy, CompletionPolicy.id == CompletionVerdict.policy_id)
    .where(Enrolment.id == sa.bindparam("enrolment", type_=sa.Uuid()))
    .order_by(CompletionVerdict.outcome)
)
_MOVES = (
    sa.select(EnrolmentMove.state, EnrolmentMove.at)
    .where(EnrolmentMove.enrolment_id == sa.bindparam("enrolment", type_=sa.Uuid()))
    .order_by(EnrolmentMove.at, EnrolmentMove.id)
    .limit(MOST_MOVES)
)


def my_progress(ctx: Context, run: Run, enrolment_id: uuid.UUID, zone: str) -> Mine:
    """Return the actor's own progress in a run; days are those of a calendar in ``zone``."""
    view = course_view(ctx, run, with_places=False, whole=True)
    place = execute(_PLACE, {"enrolment": enrolment_id, "run": run.id}).all()
    acts = execute(_ACTS, {"enrolment": enrolment_id}).all()
    rules = policy_of(place[0].rules) if place[0].rules else None
    today = localtime.in_zone(ctx.now, zone).date()
    rests = _breaks(run)
    if view.mine.paused or place[0].returned_at or place[0].paced_from:
        rests += _times_away(enrolment_id, zone, today)
    counts = days_of((act.happened_at for act in acts), zone)
    started = min([*counts, max(run.starts_on, _day(place[0].enrolled_at, zone))])
    ends = min(today, run.timeline.ends_on) if view.closed else today
    return Mine(
        view=view,
        enrolment_id=enrolment_id,
        rules=rules,
        asked=_asked(ctx, run, rules, view, acts=acts, states=states_of(ctx, enrolment_id)),
        verdicts=[_verdict(row) for row in place if row.id is not None],
        streak=streak(counts, today, rests),
        weeks=day_map(counts, started, max([ends, started, *counts]), rests),
        meets=_meets(ctx, run),
    )


def _day(at: dt.datetime, zone: str) -> dt.date:
    return localtime.in_zone(at, zone).date()


def _verdict(row: Any) -> Verdict:
    findings = tuple(map(Finding.from_json, row.evidence))
    return Verdict(
        row.id,
        Outcome(row.outcome),
        row.policy_id,
        row.number,
        row.at,
        row.decided_at,
        findings,
    )


def _asked(
    ctx: Context,
    run: Run,
    rules: InForce | None,
    view: CourseView,
    *,
    acts: Sequence[Any],
    states: Mapping[uuid.UUID, Any],
) -> tuple[Finding, ...]:
    """Judge by what was read already; the same rule as for verdicts."""
    if rules is None:
        return ()
    views = [each for module in view.modules for each in module.activities]
    scores: dict[uuid.UUID, list[tuple[dt.datetime, int]]] = defaultdict(list)
    for act in acts:
        if act.kind == Kind.SCORED.value:
            scores[act.activity_id].append((act.happened_at, int(act.value)))
    settled = {each.line.id: each.done_at for each in views if each.settled and each.done_at}
    let_off = {key: row.done_at for key, row in states.items() if row.let_off}
    deeds = Deeds(settled, scores, let_off, passed_over(ctx, run))
    lines = plan(run.version_id).outline.activities
    return judged(
        rules.terms.completed, lines, deeds, whole=is_whole(run, Outcome.COMPLETED)
    ).findings


def _meets(ctx: Context, run: Run) -> dict[uuid.UUID, dt.datetime]:
    """Return when the sessions of a run begin that are not over; they were read with its course."""
    return {
        row.activity_id: row.starts_at
        for row in placed_sessions(ctx, [run])[run.id]
        if not (was_held(row) or is_off(ctx, row))
    }


def _breaks(run: Run) -> list[Rest]:
    """Return the first and last days of the breaks of a run."""
    timeline, day = run.timeline, dt.timedelta(days=1)
    return [
        (timeline.week_end(each.after_week) + day, timeline.resumes_on(each) - day)
        for each in timeline.breaks
    ]


def _times_away(enrolment_id: uuid.UUID, zone: str, today: dt.date) -> list[Rest]:
    """Return the days on which somebody paused, or had left; asked only where they ever did."""
    rests: list[Rest] = []
    away: dt.date | None = None
    for move in execute(_MOVES, {"enrolment": enrolment_id}):
        if move.state != EnrolmentState.ACTIVE:
            away = away or _day(move.at, zone)
        elif away is not None:
            rests.append((away, _day(move.at, zone)))
            away = None
    return [*rests, (away, today)] if away is not None else rests
