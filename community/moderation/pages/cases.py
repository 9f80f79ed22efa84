"""One case: taken on, let go of, decided."""

import uuid
from collections.abc import Callable

from flask import flash, make_response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from community.discussions.rules import page_start
from community.kernel.addresses import url_for
from community.kernel.context import Context
from community.kernel.doors import current_context, signed_in, takes
from community.kernel.errors import Conflict, Invalid
from community.kernel.schemas import load
from community.moderation.operations import claim_case, decide_case, release_case
from community.moderation.pages.blueprint import pages
from community.moderation.pages.words import CHOICES, FOR_WAITING, OUTCOMES, REASONS
from community.moderation.policy import find_case, find_decision, may_answer_appeal, may_warn
from community.moderation.queries import case_seen
from community.moderation.rules import WORDS_LONGEST, Outcome
from community.moderation.schemas import CaseDecisionIn

_DECISION = CaseDecisionIn()


@pages.route("/moderation/cases/<uuid:case_id>")
@signed_in
def case(case_id: uuid.UUID) -> AnyResponse:
    """Show a reported post with who reported it and why."""
    return case_page(case_id)


@pages.route("/moderation/cases/<uuid:case_id>/claim", methods=["POST"])
@signed_in
@takes()
def claim(case_id: uuid.UUID) -> AnyResponse:
    """Take a case on."""
    return _turn(case_id, claim_case, _("You look at this now. The others see it."))


@pages.route("/moderation/cases/<uuid:case_id>/release", methods=["POST"])
@signed_in
@takes()
def release(case_id: uuid.UUID) -> AnyResponse:
    """Let go of a case."""
    return _turn(case_id, release_case, _("You have let go of it. Others can go on."))


def _turn(
    case_id: uuid.UUID, act: Callable[[Context, uuid.UUID], object], done: str
) -> AnyResponse:
    try:
        act(current_context(), case_id)
    except Conflict as error:
        flash(error.message, "warning")
    else:
        flash(done, "success")
    return redirect(url_for("moderation.case", case_id=case_id), 303)


@pages.route("/moderation/cases/<uuid:case_id>/decide", methods=["POST"])
@signed_in
@takes("outcome", "reason", "words", "note", "edition")
def decide(case_id: uuid.UUID) -> AnyResponse:
    """Decide about a reported post."""
    ctx = current_context()
    typed = {name: request.form.get(name, "") for name in ("outcome", "reason", "words", "note")}
    given = {name: text for name, text in typed.items() if name != "reason" or text}
    if request.form.get("edition"):
        given["edition"] = request.form["edition"]
    try:
        decide_case(ctx, case_id, **load(_DECISION, given))
    except (Invalid, Conflict) as error:
        return case_page(case_id, typed, error)
    flash(_("It is decided. Whoever has to know is told."), "success")
    return redirect(url_for("moderation.case", case_id=case_id), 303)


def case_page(
    case_id: uuid.UUID,
    typed: dict[str, str] | None = None,
    error: Invalid | Conflict | None = None,
) -> AnyResponse:
    """Answer with the page of a case, with what was typed and what refused it."""
    ctx = current_context()
    seen = case_seen(ctx, case_id)
    line = seen.line
    warns = may_warn(ctx, find_case(ctx, case_id))
    answers = (
        seen.appeal is not None
        and seen.appeal.answered_at is None
        and seen.decision is not None
        and may_answer_appeal(ctx, find_decision(ctx, seen.decision.id))
    )
    choices = [
        (outcome, *words)
        for outcome, words in (FOR_WAITING if line.waits else CHOICES).items()
        if warns or outcome is not Outcome.WARNED
    ]
    html = render_template(
        "moderation/case.html",
        seen=seen,
        line=line,
        held=line.claimed_by is not None and line.claimed_by.id != ctx.actor_id,
        mine=line.claimed_by is not None and line.claimed_by.id == ctx.actor_id,
        warns=warns,
        answers=answers,
        choices=choices,
        reasons=list(REASONS.items()),
        reason_words=REASONS,
        outcomes=OUTCOMES,
        post_url=url_for(
            "discussions.thread",
            thread_id=line.thread_id,
            after=page_start(line.number),
            _anchor=f"p{line.number}" if line.number > 0 else "waiting",
        )
        if line.begun
        else url_for("discussions.thread_list", slug=line.slug, _anchor="waiting"),
        measures_url=url_for(
            "moderation.member", slug=line.slug, user_id=line.author.id, case=case_id
        ),
        typed=typed or {},
        errors=error.fields if isinstance(error, Invalid) else {},
        problem=error.message if isinstance(error, Conflict) else "",
        longest=WORDS_LONGEST,
    )
    answer = make_response(html)
    if error is not None:
        answer.status_code = error.status
    return answer
