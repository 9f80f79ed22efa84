"""Progress over JSON."""

import uuid
from typing import Any

from flask import Response, jsonify

from community.academy.queries import activity_content
from community.cohorts.policy import find_run
from community.kernel.api import ApiBlueprint
from community.kernel.doors import current_context, signed_in
from community.progress.models import Decision
from community.progress.operations import Outcome, decide, report_reading, submit_quiz
from community.progress.policy import my_enrolment, open_line
from community.progress.queries import CELLS, attempts_of, course_view, marked_quiz, matrix
from community.progress.schemas import (
    AnswersIn,
    AttemptOut,
    ContentOut,
    DecisionIn,
    DecisionOut,
    MatrixIn,
    MatrixOut,
    OutcomeOut,
    OutlineOut,
    ProgressOut,
    ReadingIn,
    as_attempt,
    as_content,
    as_matrix,
    as_outline,
    as_progress,
)

api = ApiBlueprint("progress", "Courses as one has them, and progress in them")


@api.route("/runs/<uuid:run_id>/outline")
@signed_in
@api.response(200, OutlineOut)
def outline(run_id: uuid.UUID) -> dict[str, Any]:
    """Read the outline of a run's course: what is open to you, where you stand, what is missing."""
    ctx = current_context()
    return as_outline(course_view(ctx, find_run(ctx, run_id), with_places=False))


@api.route("/runs/<uuid:run_id>/activities/<uuid:activity_id>")
@signed_in
@api.response(200, ContentOut)
def content(run_id: uuid.UUID, activity_id: uuid.UUID) -> dict[str, Any]:
    """Read an activity that is open to you; a locked one is not found."""
    ctx = current_context()
    line = open_line(ctx, find_run(ctx, run_id), activity_id)
    return as_content(activity_content(line.id))


@api.route("/runs/<uuid:run_id>/activities/<uuid:activity_id>/reading", methods=["POST"])
@signed_in
@api.arguments(ReadingIn)
@api.response(200, OutcomeOut)
def reading(given: dict[str, Any], run_id: uuid.UUID, activity_id: uuid.UUID) -> Outcome:
    """Say how far into a page you have read; a repeat with the same ``client_id`` counts once."""
    return report_reading(current_context(), run_id, activity_id, **given)


@api.route("/runs/<uuid:run_id>/activities/<uuid:activity_id>/attempts", methods=["POST"])
@signed_in
@api.arguments(AnswersIn)
@api.response(201, AttemptOut)
def attempt(given: dict[str, Any], run_id: uuid.UUID, activity_id: uuid.UUID) -> dict[str, Any]:
    """Hand in a quiz; a repeat with the same ``client_id`` answers the attempt it made."""
    ctx = current_context()
    made = submit_quiz(ctx, run_id, activity_id, **given)
    line = open_line(ctx, find_run(ctx, run_id), activity_id)
    attempts = attempts_of(made.enrolment_id, activity_id)
    return as_attempt(marked_quiz(line, attempts[: made.number]))


@api.route("/runs/<uuid:run_id>/progress")
@signed_in
@api.response(200, ProgressOut)
def progress(run_id: uuid.UUID) -> dict[str, Any]:
    """Read your own totals in a run, and what is missing and why."""
    ctx = current_context()
    run = find_run(ctx, run_id)
    enrolment_id = my_enrolment(ctx, run)
    return as_progress(course_view(ctx, run, with_places=False), enrolment_id)


@api.route("/runs/<uuid:run_id>/matrix")
@signed_in
@api.arguments(MatrixIn, location="query")
@api.response(200, MatrixOut)
def everybody(given: dict[str, Any], run_id: uuid.UUID) -> Response:
    """Read where the learners of a run stand in all its activities; for its facilitators."""
    ctx = current_context()
    # Hundreds of rows, in the shape of MatrixOut already: orjson writes them as they are.
    return jsonify(as_matrix(matrix(ctx, find_run(ctx, run_id), **given), CELLS))


@api.route(
    "/enrolments/<uuid:enrolment_id>/activities/<uuid:activity_id>/decision", methods=["PUT"]
)
@signed_in
@api.arguments(DecisionIn)
@api.response(200, DecisionOut)
def decision(given: dict[str, Any], enrolment_id: uuid.UUID, activity_id: uuid.UUID) -> Decision:
    """Mark an activity of a learner done, excused or waived, or take that back."""
    return decide(current_context(), enrolment_id, activity_id, **given)
