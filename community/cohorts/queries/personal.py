"""What the cohorts feature holds of a person, for them to take along."""

from typing import Any

import sqlalchemy as sa

from community.cohorts.models import Enrolment, EnrolmentMove, ReleaseAct, Run
from community.kernel.context import Context
from community.kernel.db import execute, values_of
from community.spaces.models import Space
from community.spaces.policy import only_seen


def personal(ctx: Context) -> dict[str, Any]:
    """Return the runs one is or was enrolled in, and each step of it with its reason."""
    mine = (
        sa.select(only_seen(ctx, Space.name).label("run"), Enrolment.state, Enrolment.enrolled_at)
        .join(Run, Run.id == Enrolment.run_id)
        .join(Space, Space.id == Run.space_id)
        .where(Enrolment.user_id == ctx.actor_id)
    )
    steps = mine.join(EnrolmentMove, EnrolmentMove.enrolment_id == Enrolment.id)
    return {
        "enrolments": [
            values_of(row)
            for row in execute(
                mine.add_columns(Enrolment.ended_at).order_by(Enrolment.enrolled_at, Enrolment.id)
            )
        ],
        "steps": [
            values_of(row)
            for row in execute(
                steps.with_only_columns(
                    only_seen(ctx, Space.name).label("run"),
                    EnrolmentMove.former,
                    EnrolmentMove.state,
                    EnrolmentMove.reason,
                    EnrolmentMove.at,
                ).order_by(EnrolmentMove.at, EnrolmentMove.id)
            )
        ],
        "dates": [
            values_of(row)
            for row in execute(
                mine.join(ReleaseAct, ReleaseAct.enrolment_id == Enrolment.id)
                .with_only_columns(
                    only_seen(ctx, Space.name).label("run"),
                    ReleaseAct.kind,
                    ReleaseAct.days,
                    ReleaseAct.reason,
                    ReleaseAct.at,
                )
                .order_by(ReleaseAct.at, ReleaseAct.id)
            )
        ],
    }
