"""When the modules of a run open, to everybody and to one learner, over JSON."""

import uuid
from typing import Any

from community.cohorts.api.blueprint import api
from community.cohorts.models import Enrolment, Release
from community.cohorts.operations import (
    open_module,
    open_module_for,
    set_release,
    shift_learner,
    shut_module,
    shut_module_for,
)
from community.cohorts.schemas import (
    LearnerShiftIn,
    LearnerShiftOut,
    ModuleReleaseOut,
    OpeningIn,
    ReleaseIn,
)
from community.kernel.doors import current_context, signed_in

RELEASE = "/runs/<uuid:run_id>/releases/<uuid:module_id>"
THEIRS = "/enrolments/<uuid:enrolment_id>/releases/<uuid:module_id>"


@api.route(RELEASE, methods=["PUT"])
@signed_in
@api.arguments(ReleaseIn)
@api.response(200, ModuleReleaseOut)
def release(given: dict[str, Any], run_id: uuid.UUID, module_id: uuid.UUID) -> Release:
    """Let a module of a run open by a rule of its own, or by that of the course again."""
    return set_release(current_context(), run_id, module_id, **given)


@api.route(f"{RELEASE}/open", methods=["POST"])
@signed_in
@api.arguments(OpeningIn, required=False)
@api.response(200, ModuleReleaseOut)
def open_to_all(given: dict[str, Any], run_id: uuid.UUID, module_id: uuid.UUID) -> Release:
    """Open a module to everybody now, whatever its rule says; organisers of the run's space."""
    return open_module(current_context(), run_id, module_id, **given)


@api.route(f"{RELEASE}/shut", methods=["POST"])
@signed_in
@api.arguments(OpeningIn, required=False)
@api.response(200, ModuleReleaseOut)
def shut_to_all(given: dict[str, Any], run_id: uuid.UUID, module_id: uuid.UUID) -> Release:
    """Take back that a module was opened to everybody: it opens by its rule again."""
    return shut_module(current_context(), run_id, module_id, **given)


@api.route(f"{THEIRS}/open", methods=["POST"])
@signed_in
@api.arguments(OpeningIn, required=False)
@api.response(204)
def open_to_one(given: dict[str, Any], enrolment_id: uuid.UUID, module_id: uuid.UUID) -> None:
    """Open a module to one learner now; a letter tells them. Organisers of the run's space."""
    open_module_for(current_context(), enrolment_id, module_id, **given)


@api.route(f"{THEIRS}/shut", methods=["POST"])
@signed_in
@api.arguments(OpeningIn, required=False)
@api.response(204)
def shut_to_one(given: dict[str, Any], enrolment_id: uuid.UUID, module_id: uuid.UUID) -> None:
    """Take back that a module was opened to one learner; what they did in it stays."""
    shut_module_for(current_context(), enrolment_id, module_id, **given)


@api.route("/enrolments/<uuid:enrolment_id>/shift", methods=["PUT"])
@signed_in
@api.arguments(LearnerShiftIn)
@api.response(200, LearnerShiftOut)
def shift_place(given: dict[str, Any], enrolment_id: uuid.UUID) -> Enrolment:
    """Let all dates of a learner be so many days later than the group's; 0 takes it back."""
    return shift_learner(current_context(), enrolment_id, **given)
