"""Progress over JSON."""

import uuid
from typing import Any

from flask import Response, jsonify

from community.academy.queries import activity_content
from community.cohorts.models import Run
from community.cohorts.policy import find_run
from community.kernel.api import ApiBlueprint
from community.kernel.db import db
from community.kernel.doors import current_context, reader, signed_in
from community.kernel.errors import NotFound
from community.kernel.policy import find
from community.progress.models import Care, Decision, Nudge
from community.progress.operations import (
    Brought,
    Headway,
    bring_in_results,
    change_policy,
    decide,
    excuse_many,
    give_back,
    nudge,
    preview_policy,
    report_reading,
    take_back_many,
    take_on,
)
from community.progress.policy import my_enrolment, open_line, visible_records
from community.progress.queries import (
    CELLS,
    course_view,
    matrix,
    policies_of,
    results,
    verdicts_of,
)
from community.progress.queries.mine import my_progress
from community.progress.schemas import (
    BroughtOut,
    CareOut,
    ContentOut,
    DecisionIn,
    DecisionOut,
    ExcusedOut,
    ExcuseIn,
    MatrixIn,
    MatrixOut,
    NudgeIn,
    NudgeOut,
    OutcomeOut,
    OutlineOut,
    PolicyIn,
    PolicyOut,
    PreviewOut,
    ProgressOut,
    ReadingIn,
    ResultsIn,
    RunResultsOut,
    TermsIn,
    VerdictsOut,
    as_content,
    as_effect,
    as_finding,
    as_matrix,
    as_outline,
    as_policy,
    as_progress,
    as_terms,
    as_verdict,
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
def reading(given: dict[str, Any], run_id: uuid.UUID, activity_id: uuid.UUID) -> Headway:
    """Say how far into a page you have read; a repeat with the same ``client_id`` counts once."""
    return report_reading(current_context(), run_id, activity_id, **given)


@api.route("/runs/<uuid:run_id>/progress")
@signed_in
@api.response(200, ProgressOut)
def progress(run_id: uuid.UUID) -> dict[str, Any]:
    """Read your own totals in a run, and what is missing and why."""
    ctx = current_context()
    run = find_run(ctx, run_id)
    found = my_progress(ctx, run, my_enrolment(ctx, run), reader().zone)
    return {
        **as_progress(found.view, found.enrolment_id),
        "asked": [as_finding(run, each) for each in found.asked],
        "verdicts": [as_verdict(run, each) for each in found.verdicts],
        "streak": found.streak,
        "days": found.days,
    }


@api.route("/runs/<uuid:run_id>/completion-policy")
@signed_in
@api.response(200, PolicyOut)
def policy(run_id: uuid.UUID) -> dict[str, Any]:
    """Read what completes a run, and what counts as having taken part."""
    run = find_run(current_context(), run_id)
    newest = policies_of(run.id, most=1)
    if not newest:
        raise NotFound
    return as_policy(run, newest[0])


@api.route("/runs/<uuid:run_id>/completion-policy/preview", methods=["POST"])
@signed_in
@api.arguments(TermsIn)
@api.response(200, PreviewOut)
def preview(given: dict[str, Any], run_id: uuid.UUID) -> dict[str, Any]:
    """Ask what other rules would do to those who learn in a run; nothing is changed by it."""
    ctx = current_context()
    run = find_run(ctx, run_id)
    effects = preview_policy(ctx, run_id, terms=as_terms(run, given))
    newest = policies_of(run.id, most=1)
    return {
        "number": newest[0].number if newest else 0,
        "effects": [as_effect(each) for each in effects],
    }


@api.route("/runs/<uuid:run_id>/completion-policy", methods=["PUT"])
@signed_in
@api.arguments(PolicyIn)
@api.response(200, PolicyOut)
def new_policy(given: dict[str, Any], run_id: uuid.UUID) -> dict[str, Any]:
    """Change what completes a run, as the preview said; who changed it first wins."""
    ctx = current_context()
    run = find_run(ctx, run_id)
    terms = as_terms(run, {name: given.pop(name) for name in ("completed", "participated")})
    change_policy(ctx, run_id, terms=terms, **given)
    return as_policy(run, policies_of(run.id, most=1)[0])


@api.route("/enrolments/<uuid:enrolment_id>/verdicts")
@signed_in
@api.response(200, VerdictsOut)
def verdicts(enrolment_id: uuid.UUID) -> dict[str, Any]:
    """Read what somebody's part in a run has come to: your own, or of a run you facilitate."""
    enrolment = find(visible_records(current_context()), enrolment_id)
    run = db.session.get_one(Run, enrolment.run_id)
    return {"items": [as_verdict(run, each) for each in verdicts_of(enrolment_id)]}


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


@api.route("/enrolments/<uuid:enrolment_id>/nudges", methods=["POST"])
@signed_in
@api.arguments(NudgeIn)
@api.response(201, NudgeOut)
def write_to(given: dict[str, Any], enrolment_id: uuid.UUID) -> Nudge:
    """Write to a learner by letter; who does so after another without having read it is told."""
    return nudge(current_context(), enrolment_id, **given)


@api.route("/enrolments/<uuid:enrolment_id>/care", methods=["PUT"])
@signed_in
@api.response(200, CareOut)
def take(enrolment_id: uuid.UUID) -> Care:
    """Take a learner upon yourself, so that nobody else is asked to."""
    return take_on(current_context(), enrolment_id)


@api.route("/enrolments/<uuid:enrolment_id>/care", methods=["DELETE"])
@signed_in
@api.response(204)
def release(enrolment_id: uuid.UUID) -> None:
    """Let somebody else take a learner."""
    give_back(current_context(), enrolment_id)


@api.route("/runs/<uuid:run_id>/activities/<uuid:activity_id>/excuses", methods=["POST"])
@signed_in
@api.arguments(ExcuseIn)
@api.response(201, ExcusedOut)
def excuse(given: dict[str, Any], run_id: uuid.UUID, activity_id: uuid.UUID) -> dict[str, Any]:
    """Excuse or waive an activity for several learners; who has settled it stays as they are."""
    batch, learners = excuse_many(
        current_context(),
        run_id,
        activity_id,
        enrolment_ids=given["enrolments"],
        status=given["status"],
        reason=given["reason"],
    )
    return {"batch_id": batch, "learners": learners}


@api.route("/runs/<uuid:run_id>/excuses/<uuid:batch_id>", methods=["DELETE"])
@signed_in
@api.response(204)
def take_back(run_id: uuid.UUID, batch_id: uuid.UUID) -> None:
    """Take back what was decided for several at once, where nobody has decided anew since."""
    take_back_many(current_context(), run_id, batch_id)


@api.route("/runs/<uuid:run_id>/results")
@signed_in
@api.response(200, RunResultsOut)
def came_of(run_id: uuid.UUID) -> dict[str, Any]:
    """Read what came of each activity of a run; for its facilitators."""
    ctx = current_context()
    return {"activities": results(ctx, find_run(ctx, run_id))}


@api.route("/runs/<uuid:run_id>/results", methods=["POST"])
@signed_in
@api.arguments(ResultsIn)
@api.response(200, BroughtOut)
def bring_in(given: dict[str, Any], run_id: uuid.UUID) -> Brought:
    """Bring in what learners did in another system; a repeat changes nothing, in any order."""
    return bring_in_results(current_context(), run_id, **given)
