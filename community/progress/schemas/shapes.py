"""Progress in the shapes that are sent: plain values for the schemas and for pushes."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from community.academy.kinds.builtin import KINDS
from community.academy.queries import Content
from community.kernel.context import Context
from community.kernel.log import Logged
from community.progress.events import ModuleUnlocked, ProgressMade
from community.progress.queries import (
    ActivityView,
    CourseView,
    Matrix,
    ModuleView,
)


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
        "needs": view.needs,
        "done": view.done,
        "required": view.required,
        "activities": [_as_activity(view, activity) for activity in view.activities],
    }


def _as_activity(module: ModuleView, view: ActivityView) -> dict[str, Any]:
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
        **_as_due(module, view),
    }


def _as_due(module: ModuleView, view: ActivityView) -> dict[str, Any]:
    due = module.due_of(view)
    return {"due_at": due.at if due else None, "late": view.late}


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
                **_as_due(module, activity),
            }
            for module in view.modules
            for activity in module.activities
            if activity.line.required and activity.asked
        ],
    }


def as_matrix(found: Matrix, letters: Mapping[str, str]) -> dict[str, Any]:
    """Return a window of the matrix as ``MatrixOut`` has it; its rows are those of ``RowOut``."""
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
        "everybody": found.figures.everybody,
        "fading": found.figures.fading,
        "late": found.figures.late,
        "not_started": found.figures.not_started,
        "paused": found.figures.paused,
        "completed": found.figures.completed,
        "participated": found.figures.participated,
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
