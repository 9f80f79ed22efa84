"""What came of each activity of a run: how many began it, how many are done, and their scores."""

import dataclasses
import uuid
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from community.cohorts.models import SEATED, Enrolment, Run
from community.kernel.context import Context
from community.kernel.db import execute
from community.kernel.policy import require
from community.progress.models import ActivityState
from community.progress.policy import may_see_everybody, plan
from community.progress.rules.states import SETTLED

_BEST = ActivityState.evidence["best_score"].as_integer()
_RESULTS: sa.Select[*tuple[Any, ...]] = (
    sa.select(
        ActivityState.activity_id,
        sa.func.count(),
        sa.func.sum(sa.case((ActivityState.status.in_(sorted(SETTLED)), 1), else_=0)),
        sa.func.count(_BEST),
        sa.func.sum(_BEST),
    )
    .join(Enrolment, Enrolment.id == ActivityState.enrolment_id)
    .where(Enrolment.run_id == sa.bindparam("run", type_=sa.Uuid()), Enrolment.state.in_(SEATED))
    .group_by(ActivityState.activity_id)
)


@dataclasses.dataclass(frozen=True, slots=True)
class Results:
    """Of one activity; ``mean`` is that of the best scores (per cent), None where there is none."""

    activity_id: uuid.UUID
    title: str
    begun: int = 0
    """How many did anything in it, or were decided about."""
    settled: int = 0
    scored: int = 0
    mean: float | None = None


def results(ctx: Context, run: Run) -> Sequence[Results]:
    """Return what came of each activity, in order, for those who have a seat; one statement.

    Raises Forbidden for who does not facilitate the run.
    """
    require(may_see_everybody, ctx, run)
    found = {row[0]: row[1:] for row in execute(_RESULTS, {"run": run.id})}
    made = []
    for line in plan(run.version_id).outline.activities:
        begun, settled, scored, total = found.get(line.id, (0, 0, 0, None))
        mean = int(total) / scored if scored else None
        made.append(Results(line.id, line.title, begun, int(settled), scored, mean))
    return made
