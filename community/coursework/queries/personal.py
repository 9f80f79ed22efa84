"""What the coursework feature holds of a person, for them to take along."""

from typing import Any

import sqlalchemy as sa

from community.academy.models import Activity
from community.cohorts.models import Enrolment, Run
from community.coursework.models import (
    AssignmentWork,
    Checklist,
    Extension,
    FilmWatching,
    QuizAttempt,
    Reflection,
    Submission,
    SurveyAnswer,
    WorkFile,
)
from community.coursework.rules import file_path
from community.kernel.context import Context
from community.kernel.db import execute, values_of
from community.kernel.files.models import StoredFile
from community.spaces.models import Space
from community.spaces.policy import only_seen


def personal(ctx: Context) -> dict[str, Any]:
    """Return what one made in the activities of one's runs."""
    film, attempt, work = FilmWatching, QuizAttempt, AssignmentWork
    return {
        "assignments": _rows(ctx, work, work.draft, work.saved_at, work.stage),
        "assignment_extensions": _rows(ctx, Extension, Extension.until, Extension.reason),
        "assignment_files": _files(ctx),
        "assignment_versions": _versions(ctx),
        "checklists": _rows(ctx, Checklist, Checklist.ticked, Checklist.changed_at),
        "films": _rows(ctx, film, film.played, film.position, film.changed_at),
        "quiz_attempts": _rows(
            ctx,
            attempt,
            attempt.number,
            attempt.answers,
            attempt.score,
            _once(attempt.marked_at.is_not(None), attempt.marks),
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


def _of_work(ctx: Context, statement: Any, model: Any) -> list[dict[str, Any]]:
    """Return rows that belong to the actor's works, with the run and the activity."""
    found = execute(
        statement.select_from(model)
        .join(AssignmentWork, AssignmentWork.id == model.work_id)
        .join(Enrolment, Enrolment.id == AssignmentWork.enrolment_id)
        .join(Run, Run.id == Enrolment.run_id)
        .join(Space, Space.id == Run.space_id)
        .join(Activity, Activity.id == AssignmentWork.activity_id)
        .where(Enrolment.user_id == ctx.actor_id)
        .order_by(model.id)
    )
    return [values_of(row) for row in found]


def _once(told: Any, column: Any) -> Any:
    """Return a column where it has been told to its learner, else nothing."""
    return sa.case((told, column), else_=sa.null()).label(column.key)


def _names(ctx: Context) -> tuple[Any, Any]:
    return (
        only_seen(ctx, Space.name).label("run"),
        only_seen(ctx, Activity.title).label("activity"),
    )


def _versions(ctx: Context) -> list[dict[str, Any]]:
    """Return what was handed in and, once it was answered, what was said to it."""
    answered = Submission.outcome.is_not(None)
    said = (Submission.levels, Submission.comment)
    statement = sa.select(
        *_names(ctx),
        Submission.number,
        Submission.text,
        Submission.handed_in_at,
        Submission.late,
        Submission.taken_back_at,
        Submission.outcome,
        Submission.marked_at,
        Submission.rubric,
        *(_once(answered, each) for each in said),
    )
    return _of_work(ctx, statement, Submission)


def _files(ctx: Context) -> list[dict[str, Any]]:
    """Return which files there are, where each is loaded (below the site's address) and its size.

    ``version`` is None of one that is not handed in.
    """
    number = (
        sa.select(Submission.number)
        .where(Submission.id == WorkFile.submission_id)
        .scalar_subquery()
        .label("version")
    )
    size = sa.select(StoredFile.size).where(StoredFile.id == WorkFile.stored_id).scalar_subquery()
    statement = sa.select(
        *_names(ctx), WorkFile.id, number, WorkFile.name, size.label("size"), WorkFile.added_at
    )
    return [
        {**{key: value for key, value in row.items() if key != "id"}, "path": file_path(row["id"])}
        for row in _of_work(ctx, statement, WorkFile)
    ]
