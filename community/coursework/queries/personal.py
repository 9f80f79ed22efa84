"""What the coursework feature holds of a person, for them to take along."""

from typing import Any

import sqlalchemy as sa

from community.academy.models import Activity
from community.cohorts.models import Enrolment, Run
from community.coursework.models import (
    Checklist,
    FilmWatching,
    QuizAttempt,
    Reflection,
    SurveyAnswer,
)
from community.kernel.context import Context
from community.kernel.db import execute, values_of
from community.spaces.models import Space
from community.spaces.policy import only_seen


def personal(ctx: Context) -> dict[str, Any]:
    """Return what one made in the activities of one's runs."""
    film, attempt = FilmWatching, QuizAttempt
    return {
        "checklists": _rows(ctx, Checklist, Checklist.ticked, Checklist.changed_at),
        "films": _rows(ctx, film, film.played, film.position, film.changed_at),
        "quiz_attempts": _rows(
            ctx,
            attempt,
            attempt.number,
            attempt.answers,
            attempt.score,
            attempt.begun_at,
            attempt.submitted_at,
        ),
        "reflections": _rows(
            ctx,
            Reflection,
            Reflection.draft,
            Reflection.saved_at,
            Reflection.text,
            Reflection.readers,
            Reflection.handed_in_at,
            Reflection.changed_at,
        ),
        "surveys": _rows(
            ctx,
            SurveyAnswer,
            SurveyAnswer.answers,
            SurveyAnswer.answered_at,
            SurveyAnswer.changed_at,
        ),
    }


def _rows(ctx: Context, model: Any, *columns: Any) -> list[dict[str, Any]]:
    """Return the actor's rows of a model that names an enrolment and an activity, oldest first."""
    found = execute(
        sa.select(
            only_seen(ctx, Space.name).label("run"),
            only_seen(ctx, Activity.title).label("activity"),
            *columns,
        )
        .select_from(model)
        .join(Enrolment, Enrolment.id == model.enrolment_id)
        .join(Run, Run.id == Enrolment.run_id)
        .join(Space, Space.id == Run.space_id)
        .join(Activity, Activity.id == model.activity_id)
        .where(Enrolment.user_id == ctx.actor_id)
        .order_by(model.id)
    )
    return [values_of(row) for row in found]
