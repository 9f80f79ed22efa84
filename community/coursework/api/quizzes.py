"""Quizzes over JSON."""

import uuid
from typing import Any

from flask_babel import gettext as _

from community.academy.kinds.builtin import QUIZ
from community.cohorts.policy import find_run
from community.coursework.api.blueprint import api
from community.coursework.operations import begin_quiz, keep_answers, submit_quiz
from community.coursework.queries import attempt_view, attempts_of, quiz_view
from community.coursework.schemas import (
    AnswersIn,
    AttemptOut,
    BeginIn,
    KeptIn,
    KeptOut,
    OpenOut,
    QuizOut,
    as_attempt,
    as_open,
    as_quiz,
)
from community.kernel.doors import current_context, signed_in
from community.kernel.errors import Conflict, NotFound
from community.progress.policy import open_line, standing

WHERE = "/runs/<uuid:run_id>/activities/<uuid:activity_id>"


@api.route(f"{WHERE}/quiz")
@signed_in
@api.response(200, QuizOut)
def quiz(run_id: uuid.UUID, activity_id: uuid.UUID) -> dict[str, Any]:
    """Read the terms of a quiz, your attempts, and the one that is open."""
    ctx = current_context()
    run = find_run(ctx, run_id)
    line = open_line(ctx, run, activity_id)
    if line.kind != QUIZ.name:
        raise NotFound
    mine = standing(ctx, run).enrolment_id
    attempts = attempts_of(mine, line.id) if mine else []
    return as_quiz(quiz_view(line, attempts, ctx.now), attempts)


@api.route(f"{WHERE}/attempts/open", methods=["POST"])
@signed_in
@api.arguments(BeginIn)
@api.response(201, OpenOut)
def begin(given: dict[str, Any], run_id: uuid.UUID, activity_id: uuid.UUID) -> dict[str, Any]:
    """Begin an attempt at a quiz, or go on with the one that is open."""
    ctx = current_context()
    made = begin_quiz(ctx, run_id, activity_id, **given)
    if made.submitted_at is not None:
        raise Conflict(_("This attempt was handed in already, in another window."))
    line = open_line(ctx, find_run(ctx, run_id), made.activity_id)
    return as_open(quiz_view(line, attempts_of(made.enrolment_id, made.activity_id), ctx.now))


@api.route(f"{WHERE}/attempts/open", methods=["PUT"])
@signed_in
@api.arguments(KeptIn)
@api.response(200, KeptOut)
def keep(given: dict[str, Any], run_id: uuid.UUID, activity_id: uuid.UUID) -> dict[str, Any]:
    """Keep answers in the attempt that is open; other questions keep theirs."""
    made = keep_answers(current_context(), run_id, activity_id, **given)
    answered = [key for key, answer in made.answers.items() if answer]
    return {"number": made.number, "ends_at": made.ends_at, "answered": answered}


@api.route(f"{WHERE}/attempts", methods=["POST"])
@signed_in
@api.arguments(AnswersIn)
@api.response(201, AttemptOut)
def attempt(given: dict[str, Any], run_id: uuid.UUID, activity_id: uuid.UUID) -> dict[str, Any]:
    """Hand in a quiz; a repeat with the same ``client_id`` answers the attempt it made."""
    ctx = current_context()
    made = submit_quiz(ctx, run_id, activity_id, **given)
    line = open_line(ctx, find_run(ctx, run_id), made.activity_id)
    attempts = attempts_of(made.enrolment_id, made.activity_id)
    return as_attempt(attempt_view(line, attempts[: made.number]))
