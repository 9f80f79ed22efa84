"""Reflections over JSON."""

import uuid
from typing import Any

from community.academy.kinds.builtin import REFLECTION
from community.academy.queries import ActivityLine
from community.cohorts.models import Run
from community.cohorts.policy import find_run
from community.coursework.api.blueprint import api
from community.coursework.models import Reflection
from community.coursework.operations import (
    hand_in_reflection,
    save_draft,
    take_back_reflection,
)
from community.coursework.policy import may_read_reflections
from community.coursework.queries import my_reflection, shared_reflections
from community.coursework.schemas import (
    ReflectionDraftIn,
    ReflectionDraftOut,
    ReflectionIn,
    ReflectionOut,
    SharedReflectionsOut,
)
from community.kernel.context import Context
from community.kernel.doors import current_context, signed_in
from community.kernel.errors import NotFound
from community.kernel.paging import Page, PageIn
from community.kernel.policy import require
from community.progress.operations import Headway
from community.progress.policy import open_line, standing
from community.progress.schemas import OutcomeOut

WHERE = "/runs/<uuid:run_id>/activities/<uuid:activity_id>/reflection"


def _found(ctx: Context, run_id: uuid.UUID, activity_id: uuid.UUID) -> tuple[Run, ActivityLine]:
    run = find_run(ctx, run_id)
    line = open_line(ctx, run, activity_id)
    if line.kind != REFLECTION.name:
        raise NotFound
    return run, line


@api.route(WHERE)
@signed_in
@api.response(200, ReflectionOut)
def reflection(run_id: uuid.UUID, activity_id: uuid.UUID) -> dict[str, Any]:
    """Read your reflection: who reads it, your draft, and what you handed in."""
    ctx = current_context()
    run, line = _found(ctx, run_id, activity_id)
    mine = standing(ctx, run).enrolment_id
    row = my_reflection(mine, line.id) if mine else None
    return {
        **line.settings,
        "readers": REFLECTION.readers_of(line.settings),
        "draft": row.draft if row else "",
        "revision": row.revision if row else 0,
        "text": row.text if row else None,
        "told": row.readers if row else None,
        "handed_in_at": row.handed_in_at if row else None,
        "changed_at": row.changed_at if row else None,
    }


@api.route(f"{WHERE}/draft", methods=["PUT"])
@signed_in
@api.arguments(ReflectionDraftIn)
@api.response(200, ReflectionDraftOut)
def reflection_draft(
    given: dict[str, Any], run_id: uuid.UUID, activity_id: uuid.UUID
) -> Reflection:
    """Keep what you have written so far; nobody else reads it."""
    return save_draft(current_context(), run_id, activity_id, **given)


@api.route(WHERE, methods=["PUT"])
@signed_in
@api.arguments(ReflectionIn)
@api.response(200, OutcomeOut)
def share_reflection(given: dict[str, Any], run_id: uuid.UUID, activity_id: uuid.UUID) -> Headway:
    """Hand in your text, also in place of an earlier one; a repeat of ``client_id`` counts once."""
    return hand_in_reflection(current_context(), run_id, activity_id, **given)


@api.route(WHERE, methods=["DELETE"])
@signed_in
@api.response(204)
def take_reflection_back(run_id: uuid.UUID, activity_id: uuid.UUID) -> None:
    """Take your text back: nobody else reads it any more; what is done stays done."""
    take_back_reflection(current_context(), run_id, activity_id)


@api.route(f"{WHERE}s")
@signed_in
@api.arguments(PageIn, location="query")
@api.response(200, SharedReflectionsOut)
def reflections(paging: dict[str, Any], run_id: uuid.UUID, activity_id: uuid.UUID) -> Page:
    """List the reflections that are for you, the newest first; private ones are for nobody else."""
    ctx = current_context()
    run, line = _found(ctx, run_id, activity_id)
    require(may_read_reflections, ctx, (run, line))
    return shared_reflections(ctx, run, line, **paging)
