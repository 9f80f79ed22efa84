"""What learners have behind them, and what that comes to by the rules of their run."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection

import sqlalchemy as sa

from community.cohorts.models import Run
from community.kernel.context import Context
from community.kernel.db import execute
from community.progress.models import ActivityState, LearningEvent
from community.progress.policy.access import LET_OFF
from community.progress.policy.plans import plan
from community.progress.policy.sessions import passed_over
from community.progress.rules.completion import Criterion, Deeds, Measure, Outcome
from community.progress.rules.states import SETTLED, Kind

_ENROLMENTS = sa.bindparam("enrolments", type_=sa.Uuid(), expanding=True)
_SETTLED = sa.select(
    ActivityState.enrolment_id,
    ActivityState.activity_id,
    ActivityState.done_at,
).where(ActivityState.enrolment_id.in_(_ENROLMENTS), ActivityState.status.in_(sorted(SETTLED)))
_SETTLED_HOW = _SETTLED.add_columns(LET_OFF.label("let_off"))
_SCORES = sa.select(
    LearningEvent.enrolment_id,
    LearningEvent.activity_id,
    LearningEvent.happened_at,
    LearningEvent.value,
).where(LearningEvent.enrolment_id.in_(_ENROLMENTS), LearningEvent.kind == Kind.SCORED.value)


def is_whole(run: Run, outcome: Outcome) -> bool:
    """Whether nothing that an outcome asks is still to be written.

    Who took part did so in what there was; completed is what is to come, too.
    """
    if outcome is Outcome.PARTICIPATED:
        return True
    return not any(part.opens_later for part in plan(run.version_id).parts)


def deeds_of(
    ctx: Context, run: Run, criteria: Collection[Criterion], enrolment_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, Deeds]:
    """Return what learners have behind them, as far as ``criteria`` look at it."""
    off = passed_over(ctx, run)
    given = {"enrolments": list(enrolment_ids)}
    settled: dict[uuid.UUID, dict[uuid.UUID, dt.datetime]] = defaultdict(dict)
    let_off: dict[uuid.UUID, dict[uuid.UUID, dt.datetime]] = defaultdict(dict)
    scored = any(each.measure is Measure.SCORE for each in criteria)
    for row in execute(_SETTLED_HOW if scored else _SETTLED, given):
        settled[row.enrolment_id][row.activity_id] = row.done_at
        if scored and row.let_off:
            let_off[row.enrolment_id][row.activity_id] = row.done_at
    scores: dict[uuid.UUID, dict[uuid.UUID, list[tuple[dt.datetime, int]]]] = defaultdict(
        lambda: defaultdict(list)
    )
    if scored:
        for row in execute(_SCORES, given):
            scores[row.enrolment_id][row.activity_id].append((row.happened_at, int(row.value)))
    return {key: Deeds(settled[key], scores[key], let_off[key], off) for key in enrolment_ids}
