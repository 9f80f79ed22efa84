"""The one place where learning acts become states and totals, one learner's or fifty's at once.

Everything happens under the lock of the enrolment's summary row, so that however many write at
once, each sees what the one before left. The time of an act is moved past that of the one before it
by a microsecond if need be: a learner's acts have an order, and a rebuild goes through it again.
"""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from community.academy.queries import ActivityLine
from community.cohorts.models import Run, RunState
from community.kernel.context import Context
from community.kernel.db import db, execute
from community.kernel.errors import Conflict
from community.kernel.keys import new_key
from community.kernel.operation import record
from community.progress.events import ModuleUnlocked, ProgressMade
from community.progress.models import ActivityState, LearningEvent, Summary
from community.progress.operations.storing import state_of, write_state
from community.progress.operations.verdicts import judge_learners
from community.progress.policy.access import (
    SCORES,
    asks_for_scores,
    learner_accesses,
    openings,
    read_own_openings,
    scores_in,
)
from community.progress.policy.plans import Plan, judge, plan
from community.progress.policy.sessions import keep_off, off_at, passed_over
from community.progress.policy.terms import NEWEST, InForce, policy_of
from community.progress.rules import cells
from community.progress.rules.counting import Totals
from community.progress.rules.states import (
    BY_OTHERS,
    SETTLED,
    Act,
    Kind,
    State,
    Status,
    after,
)
from community.spaces.policy import belongs_to, refuse_archived

TICK = dt.timedelta(microseconds=1)

# The hot path: built once.
_ENROLMENTS = sa.bindparam("enrolments", type_=sa.Uuid(), expanding=True)
_STATES = (
    sa.select(ActivityState)
    .where(
        ActivityState.activity_id == sa.bindparam("activity", type_=sa.Uuid()),
        ActivityState.enrolment_id.in_(_ENROLMENTS),
    )
    .execution_options(populate_existing=True)
)
# with the rules of the run in the same statement: the hot path asks for both; always a row
_KNOWN = (
    sa.select(
        NEWEST.scalar_subquery().label("policy_id"),
        LearningEvent.enrolment_id,
        LearningEvent.client_id,
        LearningEvent.activity_id,
        LearningEvent.kind,
    )
    .select_from(Run)
    .outerjoin(
        LearningEvent,
        sa.and_(
            LearningEvent.enrolment_id.in_(_ENROLMENTS),
            LearningEvent.client_id.in_(sa.bindparam("clients", expanding=True)),
        ),
    )
    .where(Run.id == sa.bindparam("run", type_=sa.Uuid()))
)
_NEWEST_IN = sa.select(sa.func.max(LearningEvent.happened_at)).where(
    LearningEvent.enrolment_id == sa.bindparam("enrolment", type_=sa.Uuid()),
    LearningEvent.activity_id == sa.bindparam("activity", type_=sa.Uuid()),
)
_SETTLED_BY = sa.select(ActivityState.enrolment_id, ActivityState.activity_id).where(
    ActivityState.enrolment_id.in_(_ENROLMENTS), ActivityState.status.in_(sorted(SETTLED))
)
_SCORED = SCORES.where(ActivityState.enrolment_id.in_(_ENROLMENTS))
_ADD_EVENT: Any = sa.insert(LearningEvent.__table__)  # type: ignore[arg-type]


@dataclasses.dataclass(frozen=True, slots=True)
class Taken:
    """How many acts were new, and where each learner stands in the activity now."""

    new: int
    states: Mapping[uuid.UUID, State]


@dataclasses.dataclass(frozen=True, slots=True)
class Given:
    """What one learner did, before it is known whether it is new."""

    enrolment_id: uuid.UUID
    user_id: uuid.UUID
    kind: Kind
    value: float
    client_id: str
    at: dt.datetime
    dated: bool = False
    """Whether ``at`` stands, whatever they did elsewhere since: see ``since_last_in``."""


def refuse_over(ctx: Context, run: Run) -> None:
    """Raise Conflict where nothing is written down any more: an archived space, a closed run."""
    refuse_archived(belongs_to(ctx, run.space_id))
    if run.state is RunState.CLOSED:
        raise Conflict(_("This run is over: everything can be read, nothing more is counted."))


def take(
    ctx: Context,
    run: Run,
    line: ActivityLine,
    given: Sequence[Given],
    summaries: Mapping[uuid.UUID, Summary],
) -> Taken:
    """Write down acts in one activity, at most one a learner.

    ``summaries`` are locked. An act whose client id its enrolment has used before changes nothing;
    raises Conflict where it was used for something else.
    """
    rows = _rows(run, line, summaries)
    states = {key: state_of(row) for key, row in rows.items()}
    known, rules = _known_and_rules(run, line, given)
    new = [act for act in given if act.enrolment_id not in known]
    changed: dict[uuid.UUID, tuple[Given, State | None, State]] = {}
    events: list[dict[str, Any]] = []
    for act in new:
        last = summaries[act.enrolment_id].last_active_at
        at = act.at if last is None or act.dated else max(act.at, last + TICK)
        events.append(
            {
                "id": new_key(),
                "enrolment_id": act.enrolment_id,
                "activity_id": line.id,
                "client_id": act.client_id,
                "kind": act.kind.value,
                "value": act.value,
                "happened_at": at,
            }
        )
        before = states.get(act.enrolment_id)
        now = after(before, Act(act.kind, act.value, at), judge(line))
        write_state(act.enrolment_id, line.id, rows.get(act.enrolment_id), now)
        states[act.enrolment_id] = now
        if before is None or before.status is not now.status:
            changed[act.enrolment_id] = (act, before, now)
    if events:
        execute(_ADD_EVENT, events)
    scored = {act.enrolment_id for act in new if act.kind is Kind.SCORED}
    settled = _total(ctx, run, line, changed, summaries, scored=scored)
    for event in events:  # after all that reads: the totals are written once
        summary, at = summaries[event["enrolment_id"]], event["happened_at"]
        newest = summary.last_active_at is None or at >= summary.last_active_at
        if newest and event["kind"] not in BY_OTHERS:
            summary.last_activity_id, summary.last_active_at = line.id, at
    judge_learners(ctx, run, rules, summaries, settled)
    return Taken(len(new), states)


def _rows(
    run: Run, line: ActivityLine, summaries: Mapping[uuid.UUID, Summary]
) -> dict[uuid.UUID, ActivityState]:
    """Return the states in an activity of those whose letter says that there is one."""
    course = plan(run.version_id)
    at = course.at[line.id]
    keys = [key for key, each in summaries.items() if each.cells[at] != course.nothing[at]]
    if not keys:
        return {}
    found = db.session.scalars(_STATES, {"enrolments": keys, "activity": line.id})
    return {row.enrolment_id: row for row in found}


def since_last_in(enrolment_id: uuid.UUID, line: ActivityLine, at: dt.datetime) -> dt.datetime:
    """Return ``at``, or the moment after a learner's newest act in an activity, if that is later.

    For what they did at ``at`` and is counted only now: the acts in one activity keep their order.
    """
    newest = execute(_NEWEST_IN, {"enrolment": enrolment_id, "activity": line.id}).scalar()
    return at if newest is None else max(at, newest + TICK)


def _known_and_rules(
    run: Run, line: ActivityLine, given: Sequence[Given]
) -> tuple[set[uuid.UUID], InForce | None]:
    """Return the enrolments whose act is written down already, and the rules of the run."""
    acts = {(act.enrolment_id, act.client_id) for act in given}
    enrolments, clients = {key for key, _ in acts}, {client_id for _, client_id in acts}
    asked = {"run": run.id, "enrolments": list(enrolments), "clients": list(clients)}
    found = execute(_KNOWN, asked).all()
    rows = [row for row in found if (row.enrolment_id, row.client_id) in acts]
    if any(row.activity_id != line.id or row.kind != given[0].kind.value for row in rows):
        raise Conflict(_("This id was used for something else already."))
    newest = found[0].policy_id
    return {row.enrolment_id for row in rows}, policy_of(newest) if newest else None


def _total(
    ctx: Context,
    run: Run,
    line: ActivityLine,
    changed: Mapping[uuid.UUID, tuple[Given, State | None, State]],
    summaries: Mapping[uuid.UUID, Summary],
    *,
    scored: Collection[uuid.UUID],
) -> dict[uuid.UUID, frozenset[uuid.UUID]]:
    """Bring the totals up to date and say what changed and what opened.

    Returns what is settled by whoever settled something or is among ``scored``.
    """
    ended = {
        key
        for key, (_act, before, now) in changed.items()
        if now.settled and not (before and before.settled)
    }
    # before the totals change: what reads would write them first, and they are written once
    read_own_openings(ctx, [(run, key) for key in ended])
    for key, (_act, _before, now) in changed.items():
        mark(run, summaries[key], line.id, now.status)
    settled = {key: settled_in(run, summaries[key]) for key in ended.union(scored)}
    for key, (act, _before, now) in changed.items():
        opened: list[uuid.UUID] = []
        if key in ended:
            opened = add_up(ctx, run, summaries[key], settled[key] - {line.id}, settled[key])
        say(
            ctx,
            run,
            summaries[key],
            user_id=act.user_id,
            activity_id=line.id,
            status=now.status.value,
            opened=opened,
        )
    if changed:
        off = passed_over(ctx, run)
        ctx.forget()  # what is open may have changed for whoever asks next
        keep_off(ctx, run, off)  # no act changes that
    return settled


def mark(run: Run, summary: Summary, activity_id: uuid.UUID, status: Status | None) -> None:
    """Set the cell of an activity."""
    course = plan(run.version_id)
    summary.cells = cells.put(
        summary.cells, course.at[activity_id], course.cell(activity_id, status)
    )


def settled_by(enrolment_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, set[uuid.UUID]]:
    """Return the settled activities of some enrolments, what is pending included."""
    if not enrolment_ids:
        return {}
    found: dict[uuid.UUID, set[uuid.UUID]] = {key: set() for key in enrolment_ids}
    for enrolment_id, activity_id in execute(_SETTLED_BY, {"enrolments": list(enrolment_ids)}):
        found[enrolment_id].add(activity_id)
    return found


def settled_in(run: Run, summary: Summary) -> frozenset[uuid.UUID]:
    """Return what is settled by the letters of a locked summary; nothing is asked for it.

    The same as ``settled_by``, but for what is gone from the version that the run has now.
    """
    return plan(run.version_id).settled(summary.cells)


def add_up(
    ctx: Context,
    run: Run,
    summary: Summary,
    before: Collection[uuid.UUID],
    after_: Collection[uuid.UUID],
) -> list[uuid.UUID]:
    """Count what is settled now; return the modules that opened by it."""
    course: Plan = plan(run.version_id)
    summary.done = len(course.required.intersection(after_))
    changed = set(before) ^ set(after_)
    scores = _scores(ctx, run, summary.enrolment_id)
    known = {key: score for key, score in scores.items() if key not in changed}
    # a session opens what follows as it ends; whoever was there is told as it is counted
    was = learner_accesses(ctx, run, before, summary.enrolment_id, scores=known, awaited=changed)
    now = learner_accesses(ctx, run, after_, summary.enrolment_id, scores=scores)
    return [key for key, access in now.items() if access.open and not was[key].open]


def _scores(ctx: Context, run: Run, enrolment_id: uuid.UUID) -> Mapping[uuid.UUID, int]:
    """Return a learner's best scores, what is pending included, if a rule asks for one."""
    if not asks_for_scores(openings(ctx, run)):
        return {}
    return scores_in(execute(_SCORED, {"enrolments": [enrolment_id]}))


def totals_of(ctx: Context, run: Run, summary: Summary) -> Totals:
    """Return a learner's totals by their cells, as every page counts them."""
    return cells.totals(summary.cells, off_at(ctx, run))


def say(
    ctx: Context,
    run: Run,
    summary: Summary,
    *,
    user_id: uuid.UUID,
    activity_id: uuid.UUID,
    status: str,
    opened: Collection[uuid.UUID],
) -> None:
    """Record that a state changed and which modules opened."""
    record(
        ProgressMade(
            run_id=run.id,
            enrolment_id=summary.enrolment_id,
            user_id=user_id,
            activity_id=activity_id,
            status=status,
            percent=totals_of(ctx, run, summary).percent,
        )
    )
    for module_id in opened:
        record(
            ModuleUnlocked(
                run_id=run.id,
                enrolment_id=summary.enrolment_id,
                user_id=user_id,
                module_id=module_id,
            )
        )
