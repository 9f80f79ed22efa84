"""The quiz of an activity: begun, answered, marked, tried again."""

from typing import Any

from flask import request
from werkzeug.wrappers import Response as AnyResponse

from community.academy.kinds.builtin import QUIZ
from community.academy.kinds.quiz.scoring import essays_in
from community.academy.queries import quiz_questions
from community.coursework.operations import begin_quiz, close_attempt, keep_answers, submit_quiz
from community.coursework.pages.blueprint import ACTIVITY, drawn, pages, shown_as
from community.coursework.queries import Attempt, attempts_of, is_over, quiz_view
from community.coursework.schemas import AnswersIn, BeginIn, KeptIn
from community.kernel.context import Context
from community.kernel.doors import current_context, signed_in, takes
from community.kernel.errors import CommunityError, Conflict, Invalid
from community.kernel.feature import Part
from community.kernel.schemas import load
from community.progress.pages.activity import VERSION, Shown, activity_page, back_to, shown
from community.progress.policy import may_see_answers

_ANSWERS, _BEGIN, _KEPT = AnswersIn(), BeginIn(), KeptIn()
ANSWER = "answer."  # before a question's id, in the names of a quiz's fields


def part(
    ctx: Context,
    what: Shown,
    *,
    picked: dict[str, list[str]] | None = None,
    refused: CommunityError | None = None,
) -> Part:
    """Draw the quiz as a learner has it, or the key for who leads the run."""
    if may_see_answers(ctx, what.run):
        read = bool(essays_in(what.line.settings))
        return drawn("quiz_key.html", what, questions=quiz_questions(what.line.id), read=read)
    return drawn(
        "quiz.html",
        what,
        script="quiz.js",
        quiz=quiz_view(what.line, _attempts(ctx, what), ctx.now, picked=picked),
        errors=_answer_errors(refused),
        problem=str(refused.message) if refused else "",
    )


def _attempts(ctx: Context, what: Shown) -> list[Attempt]:
    """Return the reader's attempts; one whose time is over is closed by whoever looks first."""
    if what.enrolment_id is None:
        return []
    attempts = attempts_of(what.enrolment_id, what.line.id)
    over = [each for each in attempts if each.open and is_over(each.ends_at, ctx.now)]
    if not over:
        return attempts
    close_attempt(ctx, over[0].id)
    return attempts_of(what.enrolment_id, what.line.id)


@pages.route(f"{ACTIVITY}/attempt", methods=["POST"])
@signed_in
@takes("client_id", VERSION)
def begin(slug: str, module: int, activity: int) -> AnyResponse:
    """Begin an attempt, or go on with the one that is open."""
    ctx = current_context()
    what = shown(slug, module, activity)
    try:
        given = load(_BEGIN, {"client_id": request.form.get("client_id", "")})
        begin_quiz(ctx, what.run.id, what.line.id, **given)
    except (Invalid, Conflict) as error:
        return activity_page(what, part=part(ctx, what, refused=error), status=error.status)
    return back_to(what, "quiz")


@pages.route(f"{ACTIVITY}/answers")
@signed_in
def answered(slug: str, module: int, activity: int) -> AnyResponse:
    """Lead back to the quiz: the address of answers that were not taken was opened again."""
    return back_to(shown_as(QUIZ.name, slug, module, activity), "quiz")


@pages.route(f"{ACTIVITY}/answers", methods=["POST"])
@signed_in
@takes("client_id", "answer.", "number", "keep", VERSION)
def answer(slug: str, module: int, activity: int) -> AnyResponse:
    """Hand in a quiz, or keep what is answered; what cannot be taken comes back as it was."""
    ctx = current_context()
    what = shown(slug, module, activity)
    form = request.form
    picked = {
        name.removeprefix(ANSWER): [text for text in form.getlist(name) if text]
        for name in form
        if name.startswith(ANSWER)
    }
    sent = {"answers": picked, "number": form.get("number") or None}
    keeps = "keep" in form
    try:
        if keeps:
            keep_answers(ctx, what.run.id, what.line.id, **load(_KEPT, sent))
        else:
            given = load(_ANSWERS, {**sent, "client_id": form.get("client_id", "")})
            submit_quiz(ctx, what.run.id, what.line.id, **given)
    except (Invalid, Conflict) as error:
        what = shown(slug, module, activity)
        told = picked if isinstance(error, Invalid) else None
        refused = part(ctx, what, picked=told, refused=error)
        return activity_page(what, part=refused, status=error.status)
    return back_to(what, "quiz" if keeps else "verdict")


def _answer_errors(error: CommunityError | None) -> dict[str, Any]:
    """Return messages by the id of their question."""
    wrong = error.fields.get("answers", {}) if isinstance(error, Invalid) else {}
    return wrong if isinstance(wrong, dict) else {}
