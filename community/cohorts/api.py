"""Runs over JSON."""

import uuid
from typing import Any

from community.cohorts.operations import close_run, create_run, open_run
from community.cohorts.policy import find_run
from community.cohorts.queries import RunLine, calendar, run_line, run_lines
from community.cohorts.schemas import CalendarOut, RunIn, RunOut, RunPageOut
from community.kernel.api import ApiBlueprint
from community.kernel.doors import current_context, signed_in
from community.kernel.paging import Page, PageIn, page_of

api = ApiBlueprint("cohorts", "Runs: courses delivered to a space")


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


@api.route("/runs/<uuid:run_id>/calendar")
@signed_in
@api.response(200, CalendarOut)
def calendar_of(run_id: uuid.UUID) -> dict[str, Any]:
    """Read when a run's modules open, and where its activities take place."""
    return calendar(find_run(current_context(), run_id))
