"""The modules and activities of a draft over JSON."""

import uuid
from typing import Any

from community.academy.api.blueprint import api
from community.academy.models import DraftActivity, DraftModule
from community.academy.operations import (
    add_activity,
    add_module,
    edit_activity,
    edit_module,
    move_activity,
    move_module,
    remove_activity,
    remove_module,
)
from community.academy.policy import visible_draft_activities, visible_draft_modules
from community.academy.queries import preview
from community.academy.schemas import (
    ActivityPlaceIn,
    ActivityTextIn,
    DraftActivityOut,
    DraftModuleOut,
    EditsIn,
    ModulePlaceIn,
    ModuleTextIn,
    NewActivityIn,
    NewModuleIn,
    RevisionIn,
    as_draft_activity,
)
from community.kernel.doors import current_context, signed_in
from community.kernel.policy import find

MODULE = "/course-drafts/modules/<uuid:module_id>"
ACTIVITY = "/course-drafts/activities/<uuid:activity_id>"


@api.route("/course-drafts/<uuid:draft_id>/modules", methods=["POST"])
@signed_in
@api.arguments(NewModuleIn)
@api.response(201, DraftModuleOut)
def new_module(given: dict[str, Any], draft_id: uuid.UUID) -> DraftModule:
    """Add a module at the end; with a ``client_id``, a repeat answers the one that is there."""
    return add_module(current_context(), draft_id, **given)


@api.route(MODULE)
@signed_in
@api.response(200, DraftModuleOut)
def draft_module(module_id: uuid.UUID) -> DraftModule:
    """Read a module of a draft."""
    return find(visible_draft_modules(current_context()), module_id)


@api.route(MODULE, methods=["PUT"])
@signed_in
@api.arguments(ModuleTextIn)
@api.response(200, DraftModuleOut)
def write_module(given: dict[str, Any], module_id: uuid.UUID) -> DraftModule:
    """Write what a module says of itself; 409 holds what is kept where another was quicker."""
    return edit_module(current_context(), module_id, **given)


@api.route(f"{MODULE}/move", methods=["POST"])
@signed_in
@api.arguments(ModulePlaceIn)
@api.response(200, DraftModuleOut)
def place_module(given: dict[str, Any], module_id: uuid.UUID) -> DraftModule:
    """Move a module; beyond the end is the end."""
    return move_module(current_context(), module_id, **given)


@api.route(f"{MODULE}/remove", methods=["POST"])
@signed_in
@api.arguments(EditsIn)
@api.response(204)
def drop_module(given: dict[str, Any], module_id: uuid.UUID) -> None:
    """Take a module out of its draft, its activities with it; 409 where the draft changed."""
    remove_module(current_context(), module_id, **given)


@api.route(f"{MODULE}/activities", methods=["POST"])
@signed_in
@api.arguments(NewActivityIn)
@api.response(201, DraftActivityOut)
def new_activity(given: dict[str, Any], module_id: uuid.UUID) -> dict[str, Any]:
    """Add an activity at the end; with a ``client_id``, a repeat answers the one there is."""
    return _with_notes(add_activity(current_context(), module_id, **given))


@api.route(ACTIVITY)
@signed_in
@api.response(200, DraftActivityOut)
def draft_activity(activity_id: uuid.UUID) -> dict[str, Any]:
    """Read an activity of a draft, with its problems and hints."""
    return _with_notes(find(visible_draft_activities(current_context()), activity_id))


@api.route(ACTIVITY, methods=["PUT"])
@signed_in
@api.arguments(ActivityTextIn)
@api.response(200, DraftActivityOut)
def write_activity(given: dict[str, Any], activity_id: uuid.UUID) -> dict[str, Any]:
    """Write an activity; 409 holds what is kept where another was quicker."""
    return _with_notes(edit_activity(current_context(), activity_id, **given))


@api.route(f"{ACTIVITY}/move", methods=["POST"])
@signed_in
@api.arguments(ActivityPlaceIn)
@api.response(200, DraftActivityOut)
def place_activity(given: dict[str, Any], activity_id: uuid.UUID) -> dict[str, Any]:
    """Move an activity, also to another module of its draft; beyond the end is the end."""
    return _with_notes(move_activity(current_context(), activity_id, **given))


@api.route(f"{ACTIVITY}/remove", methods=["POST"])
@signed_in
@api.arguments(RevisionIn)
@api.response(204)
def drop_activity(given: dict[str, Any], activity_id: uuid.UUID) -> None:
    """Take an activity out of its draft."""
    remove_activity(current_context(), activity_id, **given)


def _with_notes(row: DraftActivity) -> dict[str, Any]:
    seen = preview(
        row.draft_id,
        kind=row.kind,
        front=row.front,
        body=row.body,
        title=row.title,
        minutes=row.minutes,
        key=row.id,
    )
    return as_draft_activity(row, seen)
