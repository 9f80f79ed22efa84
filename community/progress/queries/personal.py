"""What the progress feature holds of a person, for them to take along."""

from typing import Any

import sqlalchemy as sa

from community.academy.models import Activity
from community.cohorts.models import Enrolment, Run
from community.kernel.context import Context
from community.kernel.db import execute, values_of
from community.progress.models import (
    ActivityState,
    CompletionVerdict,
    Decision,
    LearningEvent,
    Nudge,
)
from community.spaces.models import Space
from community.spaces.policy import only_seen


def personal(ctx: Context) -> dict[str, Any]:
    """Return how far one came, by what, what was decided about it, and what one was written."""

    def rows(model: Any, *columns: Any, by: Any) -> list[dict[str, Any]]:
        statement = (
            sa.select(only_seen(ctx, Space.name).label("run"))
            .select_from(Enrolment)
            .join(Run, Run.id == Enrolment.run_id)
            .join(Space, Space.id == Run.space_id)
            .join(model, model.enrolment_id == Enrolment.id)
        )
        if hasattr(model, "activity_id"):
            statement = statement.join(Activity, Activity.id == model.activity_id).add_columns(
                only_seen(ctx, Activity.title).label("activity")
            )
        found = execute(
            statement.add_columns(*columns)
            .where(Enrolment.user_id == ctx.actor_id)
            .order_by(by, model.id)
        )
        return [values_of(row) for row in found]

    state, event, decision, nudge, verdict = (
        ActivityState,
        LearningEvent,
        Decision,
        Nudge,
        CompletionVerdict,
    )
    return {
        "activities": rows(
            state, state.status, state.fraction, state.begun_at, state.done_at, by=state.begun_at
        ),
        "learning_events": rows(
            event, event.kind, event.value, event.happened_at, by=event.happened_at
        ),
        "decisions": rows(
            decision, decision.status, decision.reason, decision.decided_at, by=decision.decided_at
        ),
        "outcomes": rows(
            verdict,
            verdict.outcome,
            verdict.at,
            verdict.decided_at,
            verdict.withdrawn_at,
            by=verdict.decided_at,
        ),
        "messages": rows(nudge, nudge.subject, nudge.text, nudge.sent_at, by=nudge.sent_at),
    }
