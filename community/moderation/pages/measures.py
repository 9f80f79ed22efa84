"""What is decided about a person: warned, silenced, suspended, and lifted."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from flask import flash, make_response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from community.accounts.models import User
from community.accounts.policy import visible_accounts
from community.accounts.queries import people
from community.kernel.addresses import url_for
from community.kernel.doors import (
    administrators_only,
    current_context,
    recently_proved,
    signed_in,
    takes,
)
from community.kernel.errors import Conflict, Invalid, NotFound, TooMany
from community.kernel.frame import Person
from community.kernel.policy import find, require
from community.kernel.schemas import as_key, load
from community.moderation.operations import (
    answer_measure,
    lift_measure,
    take_measure,
    take_measure_everywhere,
)
from community.moderation.pages.blueprint import pages
from community.moderation.pages.words import LENGTHS, MEASURES, REASONS, TAKEN
from community.moderation.policy import (
    OF_MEASURES,
    may_answer_appeal,
    may_lift,
    may_measure_everywhere,
    may_moderate,
    place_of,
    was_here,
)
from community.moderation.queries import MeasureSeen, measure_seen, measures_of
from community.moderation.rules import WORDS_LONGEST, Outcome
from community.moderation.schemas import AnswerFormIn, MeasureEverywhereIn, MeasureIn
from community.spaces.models import Space
from community.spaces.queries import space_by_slug

FIELDS = ("outcome", "lasts", "reason", "words", "note")
_HERE, _EVERYWHERE, _ANSWER = MeasureIn(), MeasureEverywhereIn(), AnswerFormIn()
Refusal = Invalid | Conflict | TooMany


@pages.route("/spaces/<slug>/people/<uuid:user_id>/moderation")
@signed_in
def member(slug: str, user_id: uuid.UUID) -> AnyResponse:
    """Show what was decided about a member, and how one decides; ``?case=`` is what it is from."""
    return _member_page(space_by_slug(current_context(), slug), user_id)


@pages.route("/spaces/<slug>/people/<uuid:user_id>/moderation", methods=["POST"])
@signed_in
@takes(*FIELDS, "case_id")
def measure(slug: str, user_id: uuid.UUID) -> AnyResponse:
    """Warn, silence or suspend a member."""
    ctx = current_context()
    space = space_by_slug(ctx, slug)
    typed = _typed(*FIELDS, "case_id")
    try:
        take_measure(ctx, space.id, user_id, **load(_HERE, _given(typed)))
    except (Invalid, Conflict, TooMany) as error:
        return _member_page(space, user_id, typed, error)
    flash(_("It is decided. They are told, and why."), "success")
    return redirect(url_for("moderation.member", slug=slug, user_id=user_id), 303)


@pages.route("/administration/people/<uuid:user_id>/moderation")
@signed_in
@administrators_only
def everywhere(user_id: uuid.UUID) -> AnyResponse:
    """Show what administrators decided about somebody for all spaces, and how they do."""
    return _everywhere_page(user_id)


@pages.route("/administration/people/<uuid:user_id>/moderation", methods=["POST"])
@signed_in
@administrators_only
@recently_proved
@takes(*FIELDS)
def measure_everywhere(user_id: uuid.UUID) -> AnyResponse:
    """Warn, silence or suspend somebody in all spaces at once."""
    typed = _typed(*FIELDS)
    try:
        take_measure_everywhere(current_context(), user_id, **load(_EVERYWHERE, _given(typed)))
    except (Invalid, Conflict, TooMany) as error:
        return _everywhere_page(user_id, typed, error)
    flash(_("It is decided. They are told, and why."), "success")
    return redirect(url_for("moderation.everywhere", user_id=user_id), 303)


@pages.route("/moderation/measures/<uuid:decision_id>/lift", methods=["POST"])
@signed_in
@takes()
def lift(decision_id: uuid.UUID) -> AnyResponse:
    """End a silence or a suspension before its time."""
    ctx = current_context()
    try:
        lift_measure(ctx, decision_id)
    except Conflict as error:
        flash(error.message, "warning")
    else:
        flash(_("It is lifted. They are told."), "success")
    return redirect(_place_of(measure_seen(ctx, decision_id)), 303)


@pages.route("/moderation/measures/<uuid:decision_id>/answer", methods=["POST"])
@signed_in
@takes("how", "words")
def answer_about_person(decision_id: uuid.UUID) -> AnyResponse:
    """Take the second look at what was decided about a person."""
    ctx = current_context()
    seen = measure_seen(ctx, decision_id)
    typed = _typed("how", "words")
    try:
        given = load(_ANSWER, typed)
        overturn = given["how"] == "taken_back"
        answer_measure(ctx, decision_id, overturn=overturn, words=given["words"])
    except (Invalid, Conflict) as error:
        answered = {**typed, "answering": decision_id}
        if seen.slug is None:
            return _everywhere_page(seen.about.id, answered, error)
        return _member_page(space_by_slug(ctx, seen.slug), seen.about.id, answered, error)
    flash(_("The second look is taken. Whom it concerns is told."), "success")
    return redirect(_place_of(seen), 303)


def _place_of(seen: MeasureSeen) -> str:
    if seen.slug is None:
        return url_for("moderation.everywhere", user_id=seen.about.id)
    return url_for("moderation.member", slug=seen.slug, user_id=seen.about.id)


def _typed(*names: str) -> dict[str, Any]:
    return {name: request.form.get(name, "") for name in names}


def _given(typed: Mapping[str, str]) -> dict[str, str]:
    """Return what was chosen and typed, without what was left as it was."""
    return {name: text for name, text in typed.items() if text or name in {"words", "note"}}


def _member_page(
    space: Space,
    user_id: uuid.UUID,
    typed: dict[str, Any] | None = None,
    error: Refusal | None = None,
) -> AnyResponse:
    ctx = current_context()
    require(may_moderate, ctx, space)
    place = place_of(space.id, user_id)
    found = measures_of(ctx, user_id, space.id)
    if user_id == ctx.actor_id or not (place.role or found or was_here(space.id, user_id)):
        raise NotFound
    may = [
        outcome
        for outcome, allows in OF_MEASURES.items()
        if place.role is not None and space.archived_at is None and allows(ctx, place)
    ]
    case_id = as_key(request.args.get("case", "")) or (typed or {}).get("case_id")
    return _page(people([user_id])[user_id], found, may, typed, error, space=space, case_id=case_id)


def _everywhere_page(
    user_id: uuid.UUID, typed: dict[str, Any] | None = None, error: Refusal | None = None
) -> AnyResponse:
    ctx = current_context()
    user: User = find(visible_accounts(ctx), user_id)
    may = list(MEASURES) if may_measure_everywhere(ctx, user) else []
    found = measures_of(ctx, user_id, None)
    return _page(Person(user.id, user.name), found, may, typed, error, space=None, case_id=None)


def _page(
    who: Person,
    found: Sequence[MeasureSeen],
    may: Sequence[Outcome],
    typed: dict[str, Any] | None,
    error: Refusal | None,
    *,
    space: Space | None,
    case_id: Any,
) -> AnyResponse:
    ctx = current_context()
    html = render_template(
        "moderation/member.html",
        who=who,
        space=space,
        found=found,
        lifts={one.id for one in found if one.holds and may_lift(ctx, one.decision)},
        answers={one.id for one in found if _waits(one) and may_answer_appeal(ctx, one.decision)},
        choices=[(outcome, *words) for outcome, words in MEASURES.items() if outcome in may],
        taken=TAKEN,
        lengths=list(LENGTHS.items()),
        reasons=list(REASONS.items()),
        reason_words=REASONS,
        case_id=case_id,
        typed=typed or {},
        errors=error.fields if isinstance(error, Invalid) else {},
        problem="" if error is None or isinstance(error, Invalid) else error.message,
        longest=WORDS_LONGEST,
    )
    answer = make_response(html)
    if error is not None:
        answer.status_code = error.status
        if "retry_after" in error.details:
            answer.headers["Retry-After"] = str(error.details["retry_after"])
    return answer


def _waits(one: MeasureSeen) -> bool:
    return one.appealed_at is not None and one.answered_at is None
