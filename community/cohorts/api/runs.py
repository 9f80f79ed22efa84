"""Runs, their dates, versions and places, over JSON."""

import uuid
from typing import Any

from community.academy.policy import may_begin_run
from community.cohorts.api.blueprint import api
from community.cohorts.models import Enrolment, Run
from community.cohorts.operations import (
    appoint_lead,
    close_run,
    copy_run,
    create_run,
    dismiss_lead,
    edit_run,
    move_run_to_version,
    open_run,
    pause_learner,
    reopen_run,
    reschedule_run,
    return_learner,
    shift_run,
    withdraw_learner,
    withdraw_run,
)
from community.cohorts.policy import find_enrolment, find_run, may_edit_run
from community.cohorts.queries import RunLine, calendar, run_line, run_lines
from community.cohorts.queries.changes import Change, change_of, shift_of
from community.cohorts.queries.comparing import VersionChange
from community.cohorts.queries.copies import Copy, copy_of
from community.cohorts.queries.enrolments import history_of, my_enrolments
from community.cohorts.queries.people import course_of
from community.cohorts.queries.versions import version_change
from community.cohorts.rules import Dates, RunPlan, Timeline
from community.cohorts.schemas import (
    AppointIn,
    CalendarOut,
    ChangeOut,
    CopyIn,
    CopyOut,
    CopySeenIn,
    DatesIn,
    DatesSeenIn,
    DismissIn,
    EnrolmentOut,
    HistoryOut,
    MyEnrolmentsOut,
    ReasonIn,
    RunEditIn,
    RunIn,
    RunOut,
    RunPageOut,
    ShiftIn,
    ShiftSeenIn,
    VersionChangeOut,
    VersionIn,
    VersionSeenIn,
    WithdrawIn,
)
from community.kernel.doors import current_context, signed_in
from community.kernel.paging import Page, PageIn, page_of
from community.kernel.policy import require


@api.route("/runs")
@signed_in
@api.arguments(PageIn, location="query")
@api.response(200, RunPageOut)
def runs(paging: dict[str, Any]) -> Page:
    """List the runs you belong to, the latest start first."""
    return page_of(run_lines(current_context()), **paging)


@api.route("/runs", methods=["POST"])
@signed_in
@api.arguments(RunIn)
@api.response(201, RunOut)
def create(given: dict[str, Any]) -> RunLine:
    """Plan a run of a course version, as an organiser of the course's space.

    With a ``client_id``, a repeat answers the run that is there.
    """
    ctx = current_context()
    return run_line(ctx, create_run(ctx, **given).id)


@api.route("/runs/<uuid:run_id>")
@signed_in
@api.response(200, RunOut)
def run(run_id: uuid.UUID) -> RunLine:
    """Read a run."""
    return run_line(current_context(), run_id)


@api.route("/runs/<uuid:run_id>/open", methods=["POST"])
@signed_in
@api.response(200, RunOut)
def open_(run_id: uuid.UUID) -> RunLine:
    """Open a planned run: its threads and sessions are placed; organisers of its space."""
    ctx = current_context()
    open_run(ctx, run_id)
    return run_line(ctx, run_id)


@api.route("/runs/<uuid:run_id>/close", methods=["POST"])
@signed_in
@api.response(200, RunOut)
def close(run_id: uuid.UUID) -> RunLine:
    """Close an open run; organisers of its space."""
    ctx = current_context()
    close_run(ctx, run_id)
    return run_line(ctx, run_id)


@api.route("/runs/<uuid:run_id>/reopen", methods=["POST"])
@signed_in
@api.response(200, RunOut)
def reopen(run_id: uuid.UUID) -> RunLine:
    """Take back the closing of a run, within a week of it; organisers of its space."""
    ctx = current_context()
    reopen_run(ctx, run_id)
    return run_line(ctx, run_id)


@api.route("/runs/<uuid:run_id>", methods=["DELETE"])
@signed_in
@api.response(204)
def withdraw(run_id: uuid.UUID) -> None:
    """Withdraw a planned run that nobody has joined; owners of its space."""
    withdraw_run(current_context(), run_id)


@api.route("/runs/<uuid:run_id>", methods=["PUT"])
@signed_in
@api.arguments(RunEditIn)
@api.response(200, RunOut)
def edit(given: dict[str, Any], run_id: uuid.UUID) -> RunLine:
    """Give a run another name and other seats, never fewer than are taken; organisers.

    With the ``revision`` you read, you are told (409) where somebody else has changed it since.
    """
    ctx = current_context()
    edit_run(ctx, run_id, **given)
    return run_line(ctx, run_id)


# ------------------------------------------------------------------ its dates


def _to_edit(run_id: uuid.UUID) -> Run:
    ctx = current_context()
    run = find_run(ctx, run_id)
    require(may_edit_run, ctx, run)
    return run


@api.route("/runs/<uuid:run_id>/shift/preview", methods=["POST"])
@signed_in
@api.arguments(ShiftIn)
@api.response(200, ChangeOut)
def preview_shift(given: dict[str, Any], run_id: uuid.UUID) -> Change:
    """Say what moving a run, or everything from a week of it on, would do; nothing is changed."""
    run = _to_edit(run_id)
    return change_of(current_context(), run, shift_of(run, **given))


@api.route("/runs/<uuid:run_id>/shift", methods=["POST"])
@signed_in
@api.arguments(ShiftSeenIn)
@api.response(200, RunOut)
def shift(given: dict[str, Any], run_id: uuid.UUID) -> RunLine:
    """Move a run as its preview said; organisers of its space.

    ``seen`` is that of the preview: 409 where something has changed since, so ask for it again.
    """
    ctx = current_context()
    shift_run(ctx, run_id, **given)
    return run_line(ctx, run_id)


@api.route("/runs/<uuid:run_id>/dates/preview", methods=["POST"])
@signed_in
@api.arguments(DatesIn)
@api.response(200, ChangeOut)
def preview_dates(given: dict[str, Any], run_id: uuid.UUID) -> Change:
    """Say what other dates of a run would do; nothing is changed."""
    run, breaks = _to_edit(run_id), tuple(sorted(given["breaks"]))
    new = Dates(Timeline(given["starts_on"], given["weeks"], breaks), given["zone"])
    return change_of(current_context(), run, new)


@api.route("/runs/<uuid:run_id>/dates", methods=["PUT"])
@signed_in
@api.arguments(DatesSeenIn)
@api.response(200, RunOut)
def dates(given: dict[str, Any], run_id: uuid.UUID) -> RunLine:
    """Give a run other dates, breaks or another zone, as the preview said; organisers.

    ``seen`` is that of the preview: 409 where something has changed since, so ask for it again.
    """
    ctx = current_context()
    reschedule_run(ctx, run_id, **given)
    return run_line(ctx, run_id)


# ------------------------------------------------------------------ the version of its course


@api.route("/runs/<uuid:run_id>/version/preview", methods=["POST"])
@signed_in
@api.arguments(VersionIn)
@api.response(200, VersionChangeOut)
def preview_version(given: dict[str, Any], run_id: uuid.UUID) -> VersionChange:
    """Say what moving a run to a newer version of its course would do; nothing is changed."""
    return version_change(current_context(), _to_edit(run_id), given["version_id"])


@api.route("/runs/<uuid:run_id>/version", methods=["PUT"])
@signed_in
@api.arguments(VersionSeenIn)
@api.response(200, RunOut)
def version(given: dict[str, Any], run_id: uuid.UUID) -> RunLine:
    """Let a run go on with a newer version of its course, as the preview said; organisers.

    What was done in it follows. ``seen`` is that of the preview: 409 where something has changed
    since, so ask for it again.
    """
    ctx = current_context()
    move_run_to_version(ctx, run_id, **given)
    return run_line(ctx, run_id)


# ------------------------------------------------------------------ the next one


@api.route("/runs/<uuid:run_id>/copies/preview", methods=["POST"])
@signed_in
@api.arguments(CopyIn)
@api.response(200, CopyOut)
def preview_copy(given: dict[str, Any], run_id: uuid.UUID) -> Copy:
    """Say what the next run like this one would be; nothing is made."""
    run = _to_edit(run_id)
    require(may_begin_run, current_context(), course_of(run))
    leads, breaks = given.pop("leads"), tuple(sorted(given.pop("breaks")))
    return copy_of(current_context(), run, RunPlan(**given, breaks=breaks), leads)


@api.route("/runs/<uuid:run_id>/copies", methods=["POST"])
@signed_in
@api.arguments(CopySeenIn)
@api.response(201, RunOut)
def copy(given: dict[str, Any], run_id: uuid.UUID) -> RunLine:
    """Plan the next run as the preview said; organisers of the run and of its course's space.

    ``seen`` is that of the preview: 409 where something has changed since, so ask for it again.
    With a ``client_id``, a repeat answers the run that is there.
    """
    ctx = current_context()
    return run_line(ctx, copy_run(ctx, run_id, **given).id)


# ------------------------------------------------------------------ who leads it


@api.route("/runs/<uuid:run_id>/leads/<uuid:user_id>", methods=["PUT"])
@signed_in
@api.arguments(AppointIn)
@api.response(204)
def appoint(given: dict[str, Any], run_id: uuid.UUID, user_id: uuid.UUID) -> None:
    """Let somebody of the run or of its network lead it; organisers of its space."""
    appoint_lead(current_context(), run_id, user_id, **given)


@api.route("/runs/<uuid:run_id>/leads/<uuid:user_id>/end", methods=["POST"])
@signed_in
@api.arguments(DismissIn)
@api.response(204)
def dismiss(given: dict[str, Any], run_id: uuid.UUID, user_id: uuid.UUID) -> None:
    """Let somebody lead a run no more: they learn in it, observe it, or leave it."""
    dismiss_lead(current_context(), run_id, user_id, **given)


@api.route("/runs/<uuid:run_id>/calendar")
@signed_in
@api.response(200, CalendarOut)
def calendar_of(run_id: uuid.UUID) -> dict[str, Any]:
    """Read when a run's modules open, and where its activities take place."""
    return calendar(find_run(current_context(), run_id))


# ------------------------------------------------------------------ enrolments


@api.route("/me/enrolments")
@signed_in
@api.response(200, MyEnrolmentsOut)
def mine() -> dict[str, Any]:
    """List your own places in runs, also those that ended, with the reason of the last step."""
    return {"items": my_enrolments(current_context())}


@api.route("/enrolments/<uuid:enrolment_id>")
@signed_in
@api.response(200, EnrolmentOut)
def place(enrolment_id: uuid.UUID) -> Enrolment:
    """Read a place in a run: your own, or one of a run you organise."""
    return find_enrolment(current_context(), enrolment_id)


@api.route("/enrolments/<uuid:enrolment_id>/history")
@signed_in
@api.response(200, HistoryOut)
def history(enrolment_id: uuid.UUID) -> dict[str, Any]:
    """Read what became of a place in a run, the newest step first."""
    return {"items": history_of(find_enrolment(current_context(), enrolment_id).id)}


@api.route("/enrolments/<uuid:enrolment_id>/pause", methods=["POST"])
@signed_in
@api.arguments(ReasonIn, required=False)
@api.response(200, EnrolmentOut)
def pause_place(given: dict[str, Any], enrolment_id: uuid.UUID) -> Enrolment:
    """Pause your own part in a run, or that of a learner of a run you organise."""
    return pause_learner(current_context(), enrolment_id, **given)


@api.route("/enrolments/<uuid:enrolment_id>/return", methods=["POST"])
@signed_in
@api.arguments(ReasonIn, required=False)
@api.response(200, EnrolmentOut)
def return_place(given: dict[str, Any], enrolment_id: uuid.UUID) -> Enrolment:
    """Come back from a pause; organisers bring back whom they withdrew, on a seat that is free."""
    return return_learner(current_context(), enrolment_id, **given)


@api.route("/enrolments/<uuid:enrolment_id>/withdraw", methods=["POST"])
@signed_in
@api.arguments(WithdrawIn)
@api.response(200, EnrolmentOut)
def withdraw_place(given: dict[str, Any], enrolment_id: uuid.UUID) -> Enrolment:
    """End the part of a learner in a run you organise, and tell them why."""
    return withdraw_learner(current_context(), enrolment_id, **given)
