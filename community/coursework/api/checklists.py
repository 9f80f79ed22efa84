"""Checklists over JSON."""

import uuid
from typing import Any

from community.academy.kinds.builtin import CHECKLIST
from community.cohorts.policy import find_run
from community.coursework.api.blueprint import api
from community.coursework.operations import tick
from community.coursework.queries import items_of, ticked_items
from community.coursework.schemas import ChecklistOut, TicksIn
from community.kernel.doors import current_context, signed_in
from community.kernel.errors import NotFound
from community.progress.operations import Headway
from community.progress.policy import open_line, standing
from community.progress.schemas import OutcomeOut

WHERE = "/runs/<uuid:run_id>/activities/<uuid:activity_id>/checklist"


@api.route(WHERE)
@signed_in
@api.response(200, ChecklistOut)
def checklist(run_id: uuid.UUID, activity_id: uuid.UUID) -> dict[str, Any]:
    """Read your checklist: its items, and which of them you have ticked."""
    ctx = current_context()
    run = find_run(ctx, run_id)
    line = open_line(ctx, run, activity_id)
    if line.kind != CHECKLIST.name:
        raise NotFound
    mine = standing(ctx, run).enrolment_id
    ticked = ticked_items(mine, line.id) if mine else frozenset()
    items = items_of(line.id)
    return {"items": [{"id": i.id, "html": i.html, "ticked": i.id in ticked} for i in items]}


@api.route(WHERE, methods=["PUT"])
@signed_in
@api.arguments(TicksIn)
@api.response(200, OutcomeOut)
def ticks(given: dict[str, Any], run_id: uuid.UUID, activity_id: uuid.UUID) -> Headway:
    """Say which items are ticked; a repeat with the same ``client_id`` counts once."""
    return tick(current_context(), run_id, activity_id, **given)
