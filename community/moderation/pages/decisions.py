"""What was decided about somebody, as they read it; the second look they ask for."""

import uuid

from flask import flash, make_response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from community.kernel.addresses import url_for
from community.kernel.doors import current_context, signed_in, takes
from community.kernel.errors import Conflict, Invalid, NotFound
from community.kernel.schemas import load
from community.moderation.operations import answer_appeal, appeal_decision
from community.moderation.pages.blueprint import pages
from community.moderation.pages.cases import case_page
from community.moderation.pages.words import REASONS, TAKEN
from community.moderation.policy import find_decision
from community.moderation.queries import decision_about_me, decisions_about_me
from community.moderation.rules import WORDS_LONGEST
from community.moderation.schemas import AnswerFormIn, AppealIn
from community.spaces.operations import remove_member

_APPEAL = AppealIn()
_ANSWER = AnswerFormIn()


@pages.route("/me/decisions")
@signed_in
def decisions() -> str:
    """Show what was decided about posts of one's own, and about oneself."""
    ctx = current_context()
    found = decisions_about_me(ctx)
    return render_template("moderation/decisions.html", decisions=found, now=ctx.now)


@pages.route("/me/decisions/<uuid:decision_id>")
@signed_in
def decision(decision_id: uuid.UUID) -> AnyResponse:
    """Show one of them, why, and how one asks for a second look."""
    return _page(decision_id)


@pages.route("/me/decisions/<uuid:decision_id>/appeal", methods=["POST"])
@signed_in
@takes("text")
def appeal(decision_id: uuid.UUID) -> AnyResponse:
    """Ask for a second look."""
    text = request.form.get("text", "")
    try:
        appeal_decision(current_context(), decision_id, **load(_APPEAL, {"text": text}))
    except (Invalid, Conflict) as error:
        return _page(decision_id, text, error)
    flash(_("You have asked for a second look. You get a letter when it is taken."), "success")
    return redirect(url_for("moderation.decision", decision_id=decision_id), 303)


@pages.route("/me/decisions/<uuid:decision_id>/leave", methods=["POST"])
@signed_in
@takes()
def leave(decision_id: uuid.UUID) -> AnyResponse:
    """Leave the space from which one is suspended: it has no page that offers it."""
    ctx = current_context()
    found = decision_about_me(ctx, decision_id)
    if found.space_id is None or not found.keeps_out(ctx.now):
        raise NotFound
    remove_member(ctx, found.space_id, ctx.person)
    flash(_("You left %(space)s.", space=found.space_name), "success")
    return redirect(url_for("home.week"), 303)


@pages.route("/moderation/decisions/<uuid:decision_id>/answer", methods=["POST"])
@signed_in
@takes("how", "words")
def answer(decision_id: uuid.UUID) -> AnyResponse:
    """Take the second look at a decision."""
    ctx = current_context()
    case_id = find_decision(ctx, decision_id).case_id
    if case_id is None:
        raise NotFound
    typed = {name: request.form.get(name, "") for name in ("how", "words")}
    try:
        given = load(_ANSWER, typed)
        overturn = given["how"] == "taken_back"
        answer_appeal(ctx, decision_id, overturn=overturn, words=given["words"])
    except (Invalid, Conflict) as error:
        return case_page(case_id, typed, error)
    flash(_("The second look is taken. Whom it concerns is told."), "success")
    return redirect(url_for("moderation.case", case_id=case_id), 303)


def _page(
    decision_id: uuid.UUID, text: str = "", error: Invalid | Conflict | None = None
) -> AnyResponse:
    ctx = current_context()
    found = decision_about_me(ctx, decision_id)
    html = render_template(
        "moderation/decision.html",
        decision=found,
        holds=found.holds(ctx.now),
        leaves=found.space_id is not None and found.keeps_out(ctx.now),
        reasons=REASONS,
        taken=TAKEN,
        text=text,
        errors=error.fields if isinstance(error, Invalid) else {},
        problem=error.message if isinstance(error, Conflict) else "",
        longest=WORDS_LONGEST,
    )
    answer = make_response(html)
    if error is not None:
        answer.status_code = error.status
    return answer
