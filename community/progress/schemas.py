"""What goes in and out of progress: one set for pages, JSON and sockets."""

import uuid
from collections.abc import Sequence
from typing import Any

from marshmallow import fields, validate

from community.academy.kinds.builtin import KINDS
from community.academy.models import Phase
from community.academy.queries import Content
from community.cohorts.models import RunState
from community.kernel.context import Context
from community.kernel.log import Logged
from community.kernel.paging import PageIn, PageOut
from community.kernel.schemas import ClientId, In, Out, Text
from community.progress.events import ModuleUnlocked, ProgressMade
from community.progress.operations.decisions import REASON_LONGEST, REASON_SHORTEST
from community.progress.policy import Seat
from community.progress.queries import (
    SHOWS,
    ActivityView,
    CourseView,
    MarkedQuiz,
    Matrix,
    ModuleView,
)
from community.progress.queries.matrix import LARGEST_WINDOW, WINDOW
from community.progress.rules.states import Status
from community.progress.rules.unlocking import Lock

MOST_QUESTIONS, MOST_OPTIONS, LONGEST_ID = 200, 50, 40


# ------------------------------------------------------------------ in


class ReadingIn(In):
    """How far into a page one has read."""

    fraction = fields.Float(
        required=True,
        validate=validate.Range(min=0, max=1),
        metadata={"description": "Of the page's length, 0 to 1; the furthest counts."},
    )
    client_id = ClientId(required=True)


class AnswersIn(In):
    """A quiz handed in: for each question the ids of the options one picked."""

    answers = fields.Dict(
        keys=fields.String(validate=validate.Length(max=LONGEST_ID)),
        values=fields.List(
            fields.String(validate=validate.Length(max=LONGEST_ID)),
            validate=validate.Length(max=MOST_OPTIONS),
        ),
        required=True,
        validate=validate.Length(max=MOST_QUESTIONS),
    )
    client_id = ClientId(required=True)


class DecisionIn(In):
    """A facilitator's word, which the learner reads; ``status`` null takes the last one back."""

    status = fields.Enum(
        Status,
        by_value=True,
        required=True,
        allow_none=True,
        validate=validate.OneOf([None, Status.DONE, Status.EXCUSED, Status.WAIVED]),
    )
    reason = Text(longest=REASON_LONGEST, shortest=REASON_SHORTEST, multiline=True, required=True)


class MatrixIn(PageIn):
    """Which learners of the matrix."""

    limit = fields.Integer(load_default=WINDOW, validate=validate.Range(min=1, max=LARGEST_WINDOW))
    show = fields.String(load_default="all", validate=validate.OneOf(SHOWS))


class DeskIn(In):
    """A run whose matrix one watches."""

    run_id = fields.UUID(required=True)


# ------------------------------------------------------------------ out


class OutcomeOut(Out):
    """Where one stands after an act; ``missing`` says in words what is still to be done."""

    activity_id = fields.UUID(required=True)
    status = fields.Enum(Status, by_value=True, required=True)
    fraction = fields.Float(required=True)
    missing = fields.String(required=True)
    done = fields.Integer(required=True)
    required = fields.Integer(required=True)
    percent = fields.Integer(required=True)


class OptionOut(Out):
    """An option; ``mark`` is empty, right, wrong or overlooked."""

    id = fields.String(required=True)
    html = fields.String(required=True)
    picked = fields.Boolean(required=True)
    mark = fields.String(required=True)
    feedback_html = fields.String(required=True)


class QuestionOut(Out):
    """A question; ``right`` and ``partly`` are null and texts empty until it is answered."""

    id = fields.String(required=True)
    kind = fields.String(required=True, metadata={"description": "single or multiple."})
    prompt_html = fields.String(required=True)
    right = fields.Boolean(required=True, allow_none=True)
    partly = fields.Boolean(required=True, allow_none=True)
    explanation_html = fields.String(required=True)
    options = fields.List(fields.Nested(OptionOut), required=True)


class AttemptOut(Out):
    """A handed-in quiz, marked; ``attempts_left`` null: as often as one likes."""

    number = fields.Integer(required=True)
    score = fields.Integer(required=True, metadata={"description": "Per cent."})
    passed = fields.Boolean(required=True)
    pass_mark = fields.Integer(required=True, metadata={"description": "Per cent."})
    attempts_left = fields.Integer(required=True, allow_none=True)
    submitted_at = fields.AwareDateTime(required=True)
    questions = fields.List(fields.Nested(QuestionOut), required=True)


class ActivityOut(Out):
    """An activity without its text, with where one stands; ``status`` null: nothing happened."""

    id = fields.UUID(required=True)
    position = fields.Integer(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(sorted(KINDS)))
    title = fields.String(required=True)
    minutes = fields.Integer(required=True)
    required = fields.Boolean(required=True)
    phase = fields.Enum(Phase, by_value=True, required=True, allow_none=True)
    status = fields.Enum(Status, by_value=True, required=True, allow_none=True)
    fraction = fields.Float(required=True)
    missing = fields.String(required=True)


class ModuleOut(Out):
    """A module; ``lock`` says why it is not open, null: it is."""

    id = fields.UUID(required=True)
    position = fields.Integer(required=True)
    title = fields.String(required=True)
    summary = fields.String(required=True)
    lock = fields.Enum(Lock, by_value=True, required=True, allow_none=True)
    opens_at = fields.AwareDateTime(required=True, allow_none=True)
    finish_first = fields.UUID(
        required=True, allow_none=True, metadata={"description": "The activity that locks it."}
    )
    done = fields.Integer(required=True)
    required = fields.Integer(required=True)
    activities = fields.List(fields.Nested(ActivityOut), required=True)


class OutlineOut(Out):
    """A run's course as one has it; totals are of what is required."""

    run_id = fields.UUID(required=True)
    title = fields.String(required=True)
    state = fields.Enum(RunState, by_value=True, required=True)
    seat = fields.Enum(Seat, by_value=True, required=True)
    done = fields.Integer(required=True)
    required = fields.Integer(required=True)
    percent = fields.Integer(required=True)
    next = fields.UUID(
        required=True, allow_none=True, metadata={"description": "The activity to go on with."}
    )
    modules = fields.List(fields.Nested(ModuleOut), required=True)


class ContentOut(Out):
    """An activity with its text; ``settings`` as a learner may see them before answering."""

    id = fields.UUID(required=True)
    module_id = fields.UUID(required=True)
    kind = fields.String(required=True)
    title = fields.String(required=True)
    minutes = fields.Integer(required=True)
    html = fields.String(required=True, metadata={"description": "Sanitised."})
    settings = fields.Dict(required=True)


class MissingOut(Out):
    """A required activity that is not done, and why; ``lock`` where it is not open yet."""

    activity_id = fields.UUID(required=True)
    title = fields.String(required=True)
    missing = fields.String(required=True)
    lock = fields.Enum(Lock, by_value=True, required=True, allow_none=True)
    opens_at = fields.AwareDateTime(required=True, allow_none=True)


class ProgressOut(Out):
    """One's own totals, and what is missing and why."""

    enrolment_id = fields.UUID(required=True)
    done = fields.Integer(required=True)
    required = fields.Integer(required=True)
    percent = fields.Integer(required=True)
    missing = fields.List(fields.Nested(MissingOut), required=True)


class DecisionOut(Out):
    """A decision as it stands; ``status`` null: taken back."""

    enrolment_id = fields.UUID(required=True)
    activity_id = fields.UUID(required=True)
    status = fields.Enum(Status, by_value=True, required=True, allow_none=True)
    reason = fields.String(required=True)
    decided_by = fields.UUID(required=True)
    decided_at = fields.AwareDateTime(required=True)


class ColumnOut(Out):
    """An activity of the matrix."""

    activity_id = fields.UUID(required=True)
    module = fields.Integer(required=True)
    position = fields.Integer(required=True)
    kind = fields.String(required=True)
    title = fields.String(required=True)
    required = fields.Boolean(required=True)


class RowOut(Out):
    """A learner; ``cells`` has a letter for each column, see ``MatrixOut.letters``."""

    enrolment_id = fields.UUID(required=True)
    user_id = fields.UUID(required=True)
    name = fields.String(required=True)
    percent = fields.Integer(required=True)
    cells = fields.String(required=True)
    days_away = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "Whole days without an act, from a week on; else null."},
    )


class MatrixOut(PageOut):
    """Learners by name, ``items``; counts are of the whole run, null where it is too large."""

    letters = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    columns = fields.List(fields.Nested(ColumnOut), required=True)
    items = fields.List(fields.Nested(RowOut), required=True)
    everybody = fields.Integer(required=True)
    fading = fields.Integer(required=True, allow_none=True)
    late = fields.Integer(required=True, allow_none=True)


# ------------------------------------------------------------------ shaping


def as_outline(view: CourseView) -> dict[str, Any]:
    """Return a course view in the shape of ``OutlineOut``."""
    return {
        "run_id": view.run.id,
        "title": view.title,
        "state": view.run.state,
        "seat": view.mine.seat,
        "done": view.done,
        "required": view.required,
        "percent": view.percent if view.tracked else 0,
        "next": view.next.line.id if view.next else None,
        "modules": [_as_module(module) for module in view.modules],
    }


def _as_module(view: ModuleView) -> dict[str, Any]:
    return {
        "id": view.module.id,
        "position": view.module.position,
        "title": view.module.title,
        "summary": view.module.summary,
        "lock": view.access.lock,
        "opens_at": view.access.opens_at,
        "finish_first": view.access.finish,
        "done": view.done,
        "required": view.required,
        "activities": [_as_activity(activity) for activity in view.activities],
    }


def _as_activity(view: ActivityView) -> dict[str, Any]:
    line = view.line
    return {
        "id": line.id,
        "position": line.position,
        "kind": line.kind,
        "title": line.title,
        "minutes": line.minutes,
        "required": line.required,
        "phase": line.phase,
        "status": view.status,
        "fraction": view.fraction,
        "missing": str(view.missing),
    }


def as_content(content: Content) -> dict[str, Any]:
    """Return an activity's text in the shape of ``ContentOut``: no solutions."""
    return {
        "id": content.id,
        "module_id": content.module_id,
        "kind": content.kind,
        "title": content.title,
        "minutes": content.minutes,
        "html": content.html,
        "settings": KINDS[content.kind].learner_view(content.settings),
    }


def as_progress(view: CourseView, enrolment_id: uuid.UUID) -> dict[str, Any]:
    """Return one's totals and what is missing in the shape of ``ProgressOut``."""
    return {
        "enrolment_id": enrolment_id,
        "done": view.done,
        "required": view.required,
        "percent": view.percent,
        "missing": [
            {
                "activity_id": activity.line.id,
                "title": activity.line.title,
                "missing": str(activity.missing),
                "lock": module.access.lock,
                "opens_at": module.access.opens_at,
            }
            for module in view.modules
            for activity in module.activities
            if activity.line.required and not activity.settled
        ],
    }


def as_attempt(quiz: MarkedQuiz) -> dict[str, Any]:
    """Return the latest attempt of a quiz in the shape of ``AttemptOut``."""
    attempt = quiz.latest
    if attempt is None:
        raise ValueError("nothing was handed in")
    return {
        "number": attempt.number,
        "score": attempt.score,
        "passed": attempt.passed,
        "pass_mark": quiz.pass_mark,
        "attempts_left": quiz.attempts_left,
        "submitted_at": attempt.submitted_at,
        "questions": [
            {
                "id": question.text.id,
                "kind": question.text.kind,
                "prompt_html": question.text.prompt_html,
                "right": question.right if question.answered else None,
                "partly": question.partly if question.answered else None,
                "explanation_html": question.text.explanation_html if question.answered else "",
                "options": [
                    {
                        "id": option.text.id,
                        "html": option.text.html,
                        "picked": option.picked,
                        "mark": option.mark,
                        "feedback_html": option.text.feedback_html if option.picked else "",
                    }
                    for option in question.options
                ],
            }
            for question in quiz.questions
        ],
    }


def as_matrix(found: Matrix, letters: dict[str, str]) -> dict[str, Any]:
    """Return a window of the matrix in the shape of ``MatrixOut``, made for speed."""
    return {
        "letters": letters,
        "columns": [
            {
                "activity_id": column.line.id,
                "module": column.module.position,
                "position": column.line.position,
                "kind": column.line.kind,
                "title": column.line.title,
                "required": column.line.required,
            }
            for column in found.columns
        ],
        "items": found.rows,
        "next": found.next,
        "previous": found.previous,
        "everybody": found.everybody,
        "fading": found.fading,
        "late": found.late,
    }


def render_cells(ctx: Context, events: Sequence[Logged]) -> list[dict[str, Any] | None]:
    """Return what the matrix shows of changed states; only facilitators are in its room."""
    return [
        {
            "enrolment_id": str(event.enrolment_id),
            "activity_id": str(event.activity_id),
            "status": event.status,
            "percent": event.percent,
        }
        if isinstance(event := logged.event, ProgressMade)
        else None
        for logged in events
    ]


def render_unlocked(ctx: Context, events: Sequence[Logged]) -> list[dict[str, Any] | None]:
    """Return what the matrix shows of modules that opened to a learner."""
    return [
        {"enrolment_id": str(event.enrolment_id), "module_id": str(event.module_id)}
        if isinstance(event := logged.event, ModuleUnlocked)
        else None
        for logged in events
    ]
