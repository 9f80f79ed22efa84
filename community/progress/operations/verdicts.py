"""Verdicts: that somebody has completed a run, or participated, found as it comes about.

They are written with the act that brings them about, under the lock of the learner's totals, and
named after the policy in force. Nothing here takes one back: what is earned stays.
"""

import datetime as dt
import uuid
from collections.abc import Collection, Mapping, Sequence

import sqlalchemy as sa

from community.cohorts.models import SEATED, Enrolment, Run, RunState
from community.kernel.context import Context
from community.kernel.db import db, execute
from community.kernel.operation import record
from community.progress.events import VerdictReached
from community.progress.models import CompletionVerdict, Summary
from community.progress.policy import plan
from community.progress.policy.terms import InForce
from community.progress.queries.judging import deeds_of, is_whole
from community.progress.rules.completion import (
    Judged,
    Outcome,
    could_meet,
    judged,
    reached,
)

_SEATED = sa.select(Enrolment.id).where(
    Enrolment.id.in_(sa.bindparam("enrolments", type_=sa.Uuid(), expanding=True)),
    Enrolment.state.in_(SEATED),
)
Found = tuple[uuid.UUID, Outcome, Judged, dt.datetime]
"""An enrolment, what it has reached, how far it is in each criterion, and from when it counts."""


def judge_learners(
    ctx: Context,
    run: Run,
    policy: InForce | None,
    summaries: Mapping[uuid.UUID, Summary],
    settled: Mapping[uuid.UUID, Collection[uuid.UUID]],
) -> int:
    """Write down what learners have reached, and return how many verdicts are new.

    ``settled`` are the activities of those to look at; their ``summaries`` are locked. Who
    cannot have reached anything costs no statement. Who has left is judged no more, whatever of
    theirs is counted still: an attempt that the clock closes, work that is marked late.
    """
    if policy is None:
        return 0
    lines = plan(run.version_id).outline.activities
    asked = {
        key: [each for each in _to_reach(run, summaries[key].outcome) if policy.terms.of(each)]
        for key in settled
    }
    near = {
        key: [each for each in outcomes if could_meet(policy.terms.of(each), lines, settled[key])]
        for key, outcomes in asked.items()
    }
    keys = _seated([key for key, outcomes in near.items() if outcomes])
    if not keys:
        return 0
    criteria = {one for key in keys for each in near[key] for one in policy.terms.of(each)}
    behind = deeds_of(ctx, run, criteria, keys)
    found: list[Found] = []
    for key in keys:
        acts = (summaries[key].last_active_at, *behind[key].settled.values())
        for outcome in near[key]:
            whole = is_whole(run, outcome)
            judgement = judged(policy.terms.of(outcome), lines, behind[key], whole=whole)
            at = reached(
                judgement,
                policy.change,
                policy.made_at,
                touched=max((at for at in acts if at is not None), default=None),
                closed=run.state is RunState.CLOSED,
            )
            if at is not None:
                found.append((key, outcome, judgement, at))
                break  # who has completed is not said to have participated, too
    return write_verdicts(ctx, run, policy, summaries, found)


def _seated(keys: Sequence[uuid.UUID]) -> Sequence[uuid.UUID]:
    """Return those of some enrolments that have a seat in their run."""
    if not keys:
        return ()
    found = {row.id for row in execute(_SEATED, {"enrolments": list(keys)})}
    return [key for key in keys if key in found]


def _to_reach(run: Run, outcome: Outcome | None) -> Sequence[Outcome]:
    """Return what somebody may still come to; *participated* is said once the run is over."""
    if outcome is Outcome.COMPLETED:
        return ()
    if outcome is Outcome.PARTICIPATED or run.state is not RunState.CLOSED:
        return (Outcome.COMPLETED,)
    return (Outcome.COMPLETED, Outcome.PARTICIPATED)


def write_verdicts(
    ctx: Context,
    run: Run,
    policy: InForce,
    summaries: Mapping[uuid.UUID, Summary],
    found: Sequence[Found],
) -> int:
    """Write verdicts over what stands there, if anything, and say those that are new."""
    if not found:
        return 0
    keys = {key for key, *_ in found}
    rows = {
        (row.enrolment_id, row.outcome): row
        for row in db.session.scalars(
            sa.select(CompletionVerdict).where(CompletionVerdict.enrolment_id.in_(keys))
        )
    }
    users = {
        row.id: row.user_id
        for row in execute(sa.select(Enrolment.id, Enrolment.user_id).where(Enrolment.id.in_(keys)))
    }
    new = 0
    for key, outcome, judgement, at in found:
        row = rows.get((key, outcome))
        fresh = row is None or row.withdrawn_at is not None
        if row is None:
            row = CompletionVerdict(enrolment_id=key, outcome=outcome)
            db.session.add(row)
        row.policy_id, row.at, row.decided_at = policy.id, at, ctx.now
        row.evidence = [each.as_json() for each in judgement.findings]
        row.withdrawn_at = None
        if summaries[key].outcome is not Outcome.COMPLETED:
            summaries[key].outcome = outcome
        if fresh:
            new += 1
            record(
                VerdictReached(
                    run_id=run.id,
                    enrolment_id=key,
                    user_id=users[key],
                    outcome=outcome.value,
                )
            )
    return new
