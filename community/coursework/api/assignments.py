"""Assignments over JSON: one's own work, and what others handed in for those who mark."""

import io
import uuid
from typing import Any

from community.academy.kinds.builtin import ASSIGNMENT
from community.cohorts.models import Enrolment, Run
from community.cohorts.policy import find_run
from community.coursework.api.blueprint import api
from community.coursework.models import AssignmentWork, Extension, QuizAttempt, Submission
from community.coursework.operations import (
    add_work_file,
    give_extension,
    hand_in_work,
    mark_essays,
    mark_submission,
    remove_work_file,
    save_work,
    take_back_extension,
    take_back_work,
)
from community.coursework.policy import may_mark, visible_submissions
from community.coursework.queries import (
    EssaysView,
    FileLine,
    WorkView,
    assignment_due,
    essays,
    hand_in,
    hand_ins,
    my_work,
)
from community.coursework.schemas import (
    AssignmentOut,
    EssaysIn,
    EssaysMarkedOut,
    EssaysOut,
    ExtensionIn,
    ExtensionOut,
    HandInIn,
    HandInOut,
    HandInsIn,
    HandInsOut,
    MarkedOut,
    MarkIn,
    WorkFileIn,
    WorkFileOut,
    WorkIn,
    WorkSavedOut,
    as_assignment,
    as_file,
    as_hand_in,
)
from community.kernel.db import db
from community.kernel.doors import current_context, signed_in
from community.kernel.errors import Invalid, NotFound
from community.kernel.paging import Page
from community.kernel.policy import find, require
from community.progress.operations import Headway
from community.progress.policy import open_line, standing
from community.progress.schemas import OutcomeOut

WHERE = "/runs/<uuid:run_id>/activities/<uuid:activity_id>"


@api.route(f"{WHERE}/assignment")
@signed_in
@api.response(200, AssignmentOut)
def assignment(run_id: uuid.UUID, activity_id: uuid.UUID) -> dict[str, Any]:
    """Read your work in an assignment: what is asked for, your text and files, your versions."""
    ctx = current_context()
    run = find_run(ctx, run_id)
    line = open_line(ctx, run, activity_id)
    if line.kind != ASSIGNMENT.name:
        raise NotFound
    mine = standing(ctx, run).enrolment_id
    view = my_work(mine, line.id) if mine else WorkView()
    endings = ASSIGNMENT.endings(line.settings)
    return as_assignment(line, view, assignment_due(ctx, run, line), endings)


@api.route(f"{WHERE}/assignment/draft", methods=["PUT"])
@signed_in
@api.arguments(WorkIn)
@api.response(200, WorkSavedOut)
def work_draft(given: dict[str, Any], run_id: uuid.UUID, activity_id: uuid.UUID) -> AssignmentWork:
    """Keep what you have written so far; nobody else reads it."""
    return save_work(current_context(), run_id, activity_id, **given)


@api.route(f"{WHERE}/assignment/files", methods=["POST"])
@signed_in
@api.arguments(WorkFileIn)
@api.response(201, WorkFileOut)
def new_work_file(
    given: dict[str, Any], run_id: uuid.UUID, activity_id: uuid.UUID
) -> dict[str, Any]:
    """Add a file to what you work on."""
    source = io.BytesIO(given["data"])
    ctx = current_context()
    try:
        made = add_work_file(ctx, run_id, activity_id, name=given["name"], source=source)
    except Invalid as error:
        raise Invalid(error.message, fields={"data": error.fields["upload"]}) from error
    size = len(given["data"])
    return as_file(FileLine(made.id, None, made.name, size, "", made.added_at))


@api.route("/hand-in-files/<uuid:file_id>", methods=["DELETE"])
@signed_in
@api.response(204)
def drop_work_file(file_id: uuid.UUID) -> None:
    """Take a file out of what you work on; versions that were handed in keep it."""
    remove_work_file(current_context(), file_id)


@api.route(f"{WHERE}/assignment/versions", methods=["POST"])
@signed_in
@api.arguments(HandInIn)
@api.response(201, OutcomeOut)
def hand_in_a_version(given: dict[str, Any], run_id: uuid.UUID, activity_id: uuid.UUID) -> Headway:
    """Hand in your work as its next version; a repeat of ``client_id`` counts once."""
    return hand_in_work(current_context(), run_id, activity_id, **given)


@api.route(f"{WHERE}/assignment/versions/waiting", methods=["DELETE"])
@signed_in
@api.response(204)
def take_version_back(run_id: uuid.UUID, activity_id: uuid.UUID) -> None:
    """Take back the version that waits, while nobody has begun to mark it."""
    take_back_work(current_context(), run_id, activity_id)


# ------------------------------------------------------------------ for those who mark


@api.route("/runs/<uuid:run_id>/hand-ins")
@signed_in
@api.arguments(HandInsIn, location="query")
@api.response(200, HandInsOut)
def run_hand_ins(asked: dict[str, Any], run_id: uuid.UUID) -> Page:
    """List what was handed in in a run you lead: what waits, or what was answered."""
    ctx = current_context()
    run = find_run(ctx, run_id)
    require(may_mark, ctx, run)
    activity = asked.pop("activity")
    return hand_ins(ctx, run, activity_id=activity, **asked)


@api.route("/hand-ins/<uuid:submission_id>")
@signed_in
@api.response(200, HandInOut)
def one_hand_in(submission_id: uuid.UUID) -> dict[str, Any]:
    """Read a version: your own, or one of a run you lead."""
    ctx = current_context()
    run = _run_of(submission_id)
    view = hand_in(ctx, run, submission_id)
    return as_hand_in(view, told=may_mark(ctx, run))


@api.route("/hand-ins/<uuid:submission_id>/marking", methods=["PUT"])
@signed_in
@api.arguments(MarkIn)
@api.response(200, MarkedOut)
def mark(given: dict[str, Any], submission_id: uuid.UUID) -> Submission:
    """Mark a version: keep what you say, give it back, or accept it."""
    return mark_submission(current_context(), submission_id, **given)


@api.route("/runs/<uuid:run_id>/essays/<uuid:attempt_id>")
@signed_in
@api.response(200, EssaysOut)
def attempt_essays(run_id: uuid.UUID, attempt_id: uuid.UUID) -> EssaysView:
    """Read the essays of an attempt at a quiz, in a run you lead."""
    ctx = current_context()
    run = find_run(ctx, run_id)
    require(may_mark, ctx, run)
    return essays(ctx, run, attempt_id)


@api.route("/essays/<uuid:attempt_id>/marking", methods=["PUT"])
@signed_in
@api.arguments(EssaysIn)
@api.response(200, EssaysMarkedOut)
def mark_attempt(given: dict[str, Any], attempt_id: uuid.UUID) -> QuizAttempt:
    """Mark the essays of an attempt; with ``done`` its score is final and counts."""
    return mark_essays(current_context(), attempt_id, **given)


@api.route(f"{WHERE}/extensions/<uuid:enrolment_id>", methods=["PUT"])
@signed_in
@api.arguments(ExtensionIn)
@api.response(200, ExtensionOut)
def extend(
    given: dict[str, Any], run_id: uuid.UUID, activity_id: uuid.UUID, enrolment_id: uuid.UUID
) -> Extension:
    """Give a learner more time in an assignment, in place of what they were given before."""
    return give_extension(current_context(), run_id, activity_id, enrolment_id, **given)


@api.route(f"{WHERE}/extensions/<uuid:enrolment_id>", methods=["DELETE"])
@signed_in
@api.response(204)
def no_extension(run_id: uuid.UUID, activity_id: uuid.UUID, enrolment_id: uuid.UUID) -> None:
    """Take more time back; what was handed in while it stood stays in time."""
    take_back_extension(current_context(), run_id, activity_id, enrolment_id)


def _run_of(submission_id: uuid.UUID) -> Run:
    """Return the run of a version that the actor reads; raises NotFound."""
    work = db.session.get_one(
        AssignmentWork, find(visible_submissions(current_context()), submission_id).work_id
    )
    return db.session.get_one(Run, db.session.get_one(Enrolment, work.enrolment_id).run_id)
