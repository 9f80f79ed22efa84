"""States and totals made anew from what was done and decided; they must come out as stored."""

import dataclasses
import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import sqlalchemy as sa

from community.cohorts.models import Enrolment, Run
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.operation import operation
from community.kernel.policy import require
from community.progress.models import (
    ActivityState,
    CompletionVerdict,
    Decision,
    LearningEvent,
    Summary,
)
from community.progress.operations.following import ruled_since
from community.progress.operations.locking import lock_summaries
from community.progress.operations.storing import add_states, write_state
from community.progress.operations.verdicts import judge_learners
from community.progress.policy import Plan, judge, may_rebuild, plan
from community.progress.policy.terms import in_force
from community.progress.rules import cells
from community.progress.rules.completion import Outcome
from community.progress.rules.states import BY_OTHERS, Act, Kind, Ruling, State, derive

BATCH = 50
_KINDS = {kind.value: kind for kind in Kind}
_ENROLMENTS = sa.bindparam("enrolments", type_=sa.Uuid(), expanding=True)
_STANDING = sa.select(CompletionVerdict.enrolment_id, CompletionVerdict.outcome).where(
    CompletionVerdict.enrolment_id.in_(_ENROLMENTS), CompletionVerdict.withdrawn_at.is_(None)
)
Key = tuple[uuid.UUID, uuid.UUID]
"""Enrolment and activity."""


@dataclasses.dataclass(frozen=True, slots=True)
class Rebuilt:
    """How much was made anew, from how many events, and how much of it was not as stored."""

    enrolments: int = 0
    states: int = 0
    states_corrected: int = 0
    summaries_corrected: int = 0
    events: int = 0
    verdicts_added: int = 0
    """None is ever taken away here."""

    def __add__(self, other: "Rebuilt") -> "Rebuilt":
        return Rebuilt(
            self.enrolments + other.enrolments,
            self.states + other.states,
            self.states_corrected + other.states_corrected,
            self.summaries_corrected + other.summaries_corrected,
            events=self.events + other.events,
            verdicts_added=self.verdicts_added + other.verdicts_added,
        )


def rebuild(ctx: Context, run_id: uuid.UUID | None = None) -> Rebuilt:
    """Make the states and totals of a run (None: of all) anew, fifty learners a transaction.

    Raises Forbidden for anybody but the holder of the command line.
    """
    require(may_rebuild, ctx, None)
    enrolments = sa.select(Enrolment.run_id, Enrolment.id)
    if run_id is not None:
        enrolments = enrolments.where(Enrolment.run_id == run_id)
    by_run: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
    for found, key in db.session.execute(enrolments.order_by(Enrolment.run_id, Enrolment.id)):
        by_run[found].append(key)
    total = Rebuilt()
    for found, keys in by_run.items():
        for start in range(0, len(keys), BATCH):
            total += rebuild_batch(ctx, found, keys[start : start + BATCH])
    return total


@operation
def rebuild_batch(ctx: Context, run_id: uuid.UUID, enrolment_ids: Sequence[uuid.UUID]) -> Rebuilt:
    """Make the states and totals of some enrolments of a run anew."""
    require(may_rebuild, ctx, None)
    return made_anew(ctx, run_id, enrolment_ids)


def settle_version(ctx: Context, run_id: uuid.UUID) -> Rebuilt:
    """Judge anew what learners did in a run that was moved to a newer version of its course.

    What is done stays done; what was begun may be done by a rule that asks for less. Fifty learners
    a transaction; a repeat changes nothing.
    """
    keys = db.session.scalars(
        sa.select(Enrolment.id).where(Enrolment.run_id == run_id).order_by(Enrolment.id)
    ).all()
    db.session.remove()  # each batch reads its rows anew
    total = Rebuilt()
    for start in range(0, len(keys), BATCH):
        total += settle_version_of(ctx, run_id, keys[start : start + BATCH])
    return total


@operation
def settle_version_of(
    ctx: Context, run_id: uuid.UUID, enrolment_ids: Sequence[uuid.UUID]
) -> Rebuilt:
    """Do what ``settle_version`` says for some learners."""
    return made_anew(ctx, run_id, enrolment_ids)


def made_anew(ctx: Context, run_id: uuid.UUID, enrolment_ids: Sequence[uuid.UUID]) -> Rebuilt:
    """Make states and totals anew; what was done in parts that are gone is left as it is.

    Only inside an operation.
    """
    run = db.session.get_one(Run, run_id)
    summaries = lock_summaries(ctx, run, enrolment_ids)
    course = plan(run.version_id)
    done = _done_by(enrolment_ids)
    derived = dict(_derived(course, done, enrolment_ids, ruled_since(run)))
    stored = {
        (row.enrolment_id, row.activity_id): row
        for row in db.session.scalars(
            sa.select(ActivityState).where(ActivityState.enrolment_id.in_(enrolment_ids))
        )
        if row.activity_id in course.lines
    }
    add_states({key: derived[key] for key in sorted(derived.keys() - stored.keys())})
    corrected = len(derived.keys() - stored.keys()) + sum(
        write_state(*key, row, derived.get(key)) for key, row in stored.items()
    )
    settled: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    for (enrolment_id, activity_id), state in derived.items():
        if state.settled:
            settled[enrolment_id].add(activity_id)
    letters: dict[uuid.UUID, dict[int, str]] = defaultdict(dict)
    for (enrolment_id, activity_id), state in derived.items():
        at = course.at[activity_id]
        letters[enrolment_id][at] = course.cell(activity_id, state.status)
    summed = sum(
        _write_summary(
            course, row, settled[key], cells.row(course.nothing, letters[key]), done.last.get(key)
        )
        for key, row in summaries.items()
    )
    summed += _write_outcomes(summaries)
    everything = {key: settled[key] for key in enrolment_ids}
    added = judge_learners(ctx, run, in_force(run_id), summaries, everything)
    return Rebuilt(
        len(enrolment_ids),
        len(derived),
        corrected,
        summed,
        events=done.events,
        verdicts_added=added,
    )


def _write_outcomes(summaries: Mapping[uuid.UUID, Summary]) -> int:
    """Let totals say the better of the verdicts that stand; returns how many did not."""
    standing: dict[uuid.UUID, set[Outcome]] = defaultdict(set)
    for enrolment_id, outcome in db.session.execute(_STANDING, {"enrolments": list(summaries)}):
        standing[enrolment_id].add(outcome)
    differs = 0
    for key, row in summaries.items():
        best = next((each for each in Outcome if each in standing[key]), None)
        differs += row.outcome is not best
        row.outcome = best
    return differs


@dataclasses.dataclass(frozen=True, slots=True)
class _Done:
    """What some learners did: acts by activity in their order, and each one's last own.

    A last act is (activity id, instant).
    """

    acts: dict[Key, list[Act]]
    last: dict[uuid.UUID, tuple[uuid.UUID, dt.datetime]]
    events: int


def _done_by(enrolment_ids: Sequence[uuid.UUID]) -> _Done:
    """Read what some learners did, in one statement."""
    acts: dict[Key, list[Act]] = defaultdict(list)
    last: dict[uuid.UUID, tuple[uuid.UUID, dt.datetime]] = {}
    rows = db.session.execute(
        sa.select(
            LearningEvent.enrolment_id,
            LearningEvent.activity_id,
            LearningEvent.kind,
            LearningEvent.value,
            LearningEvent.happened_at,
        )
        .where(LearningEvent.enrolment_id.in_(enrolment_ids))
        .order_by(LearningEvent.happened_at, LearningEvent.id)
    ).all()
    for enrolment_id, activity_id, kind, value, at in rows:
        acts[enrolment_id, activity_id].append(Act(_KINDS[kind], value, at))
        if kind not in BY_OTHERS:
            last[enrolment_id] = activity_id, at
    return _Done(acts, last, len(rows))


def _derived(
    course: Plan,
    done: _Done,
    enrolment_ids: Sequence[uuid.UUID],
    since: Mapping[uuid.UUID, dt.datetime],
) -> Iterator[tuple[Key, State]]:
    acts = done.acts
    rulings = {
        (row.enrolment_id, row.activity_id): Ruling(row.status, row.decided_at)
        for row in db.session.execute(
            sa.select(
                Decision.enrolment_id,
                Decision.activity_id,
                Decision.status,
                Decision.decided_at,
            )
            .where(Decision.enrolment_id.in_(enrolment_ids))
            .order_by(Decision.decided_at, Decision.id)
        )
    }
    for key in acts.keys() | rulings.keys():
        line = course.lines.get(key[1])
        if line is None:  # it was part of an earlier version
            continue
        given, ruling = acts.get(key, ()), rulings.get(key)
        state = derive(given, ruling, judge(line), since=since.get(line.id))
        if state is not None:
            yield key, state


def _write_summary(
    course: Plan,
    row: Summary,
    settled: set[uuid.UUID],
    row_of_cells: str,
    last: tuple[uuid.UUID, dt.datetime] | None,
) -> bool:
    values = {
        "done": len(course.required & settled),
        "last_activity_id": last[0] if last else None,
        "last_active_at": last[1] if last else None,
        "cells": row_of_cells,
    }
    differs = [key for key, value in values.items() if getattr(row, key) != value]
    for key in differs:
        setattr(row, key, values[key])
    return bool(differs)
