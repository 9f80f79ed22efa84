"""What the academy feature holds of a person, for them to take along."""

from typing import Any

import sqlalchemy as sa

from community.academy.models import Course, CourseDraft, DraftActivity, DraftModule
from community.kernel.context import Context
from community.kernel.db import execute, values_of
from community.spaces.models import Space
from community.spaces.policy import only_seen


def personal(ctx: Context) -> dict[str, Any]:
    """Return what in drafts of courses one was the last to write, the texts with it."""
    return {
        "courses": _last_written(ctx, CourseDraft),
        "modules": _last_written(ctx, DraftModule),
        "activities": _last_written(ctx, DraftActivity),
    }


def _last_written(ctx: Context, model: Any) -> list[dict[str, Any]]:
    statement = sa.select(
        only_seen(ctx, Space.name).label("space"), model.title, model.body, model.changed_at
    ).select_from(model)
    if model is not CourseDraft:
        statement = statement.join(CourseDraft, CourseDraft.id == model.draft_id)
    rows = execute(
        statement.join(Course, Course.id == CourseDraft.course_id)
        .join(Space, Space.id == Course.space_id)
        .where(model.changed_by == ctx.actor_id)
        .order_by(model.changed_at, model.id)
    )
    return [values_of(row) for row in rows]
