"""Reporting, the queue, decisions and second looks, over JSON."""

import uuid
from collections.abc import Mapping
from typing import Any

from community.kernel.api import ApiBlueprint
from community.kernel.doors import current_context, signed_in
from community.kernel.paging import Page
from community.kernel.policy import require
from community.moderation.operations import (
    answer_appeal,
    answer_measure,
    appeal_decision,
    claim_case,
    decide_case,
    lift_measure,
    release_case,
    report_post,
    set_limits,
    take_measure,
)
from community.moderation.policy import may_moderate, may_set_limits
from community.moderation.queries import (
    DecisionSeen,
    MeasureSeen,
    case_seen,
    decision_about_me,
    decisions_about_me,
    measure_seen,
    measures_of,
    queue,
)
from community.moderation.schemas import (
    AnswerIn,
    AppealIn,
    CaseDecisionIn,
    CaseOut,
    LimitsIn,
    LimitsOut,
    MeasureIn,
    MeasureOut,
    MeasuresOut,
    OwnDecisionOut,
    OwnDecisionsOut,
    QueueIn,
    QueueOut,
    ReportIn,
    as_case,
)
from community.spaces.models import Space
from community.spaces.policy import find_space

api = ApiBlueprint("moderation", "Reports of posts, what is decided, and second looks")


@api.route("/posts/<uuid:post_id>/report", methods=["PUT"])
@signed_in
@api.arguments(ReportIn)
@api.response(204)
def report(given: dict[str, Any], post_id: uuid.UUID) -> None:
    """Report a post, in confidence, to those who lead its space; a second time changes nothing."""
    report_post(current_context(), post_id, **given)


@api.route("/spaces/<uuid:space_id>/cases")
@signed_in
@api.arguments(QueueIn, location="query")
@api.response(200, QueueOut)
def cases(given: dict[str, Any], space_id: uuid.UUID) -> Page:
    """List what was reported or waits for approval in a space you look after; never your own."""
    ctx = current_context()
    require(may_moderate, ctx, find_space(ctx, space_id))
    return queue(ctx, space_id, **given)


@api.route("/spaces/<uuid:space_id>/limits")
@signed_in
@api.response(200, LimitsOut)
def limits(space_id: uuid.UUID) -> Space:
    """Show what limits posts in a space you organise; who leads or facilitates is exempt."""
    ctx = current_context()
    space = find_space(ctx, space_id)
    require(may_set_limits, ctx, space)
    return space


@api.route("/spaces/<uuid:space_id>/limits", methods=["PUT"])
@signed_in
@api.arguments(LimitsIn)
@api.response(200, LimitsOut)
def change_limits(given: dict[str, Any], space_id: uuid.UUID) -> Space:
    """Set what limits posts in a space you organise; a refusal tells ``retry_after``."""
    return set_limits(current_context(), space_id, **given)


@api.route("/cases")
@signed_in
@api.arguments(QueueIn, location="query")
@api.response(200, QueueOut)
def all_cases(given: dict[str, Any]) -> Page:
    """List what was reported or waits for approval in all the spaces you look after."""
    return queue(current_context(), None, **given)


@api.route("/cases/<uuid:case_id>")
@signed_in
@api.response(200, CaseOut)
def case(case_id: uuid.UUID) -> Mapping[str, Any]:
    """Show a case: the post, who reported it and why, what was decided."""
    return as_case(case_seen(current_context(), case_id))


@api.route("/cases/<uuid:case_id>/claim", methods=["PUT"])
@signed_in
@api.response(200, CaseOut)
def claim(case_id: uuid.UUID) -> Mapping[str, Any]:
    """Take a case on: others see that you look at it, for some hours."""
    ctx = current_context()
    claim_case(ctx, case_id)
    return as_case(case_seen(ctx, case_id))


@api.route("/cases/<uuid:case_id>/claim", methods=["DELETE"])
@signed_in
@api.response(200, CaseOut)
def release(case_id: uuid.UUID) -> Mapping[str, Any]:
    """Let go of a case you took on."""
    ctx = current_context()
    release_case(ctx, case_id)
    return as_case(case_seen(ctx, case_id))


@api.route("/cases/<uuid:case_id>/decision", methods=["PUT"])
@signed_in
@api.arguments(CaseDecisionIn)
@api.response(200, CaseOut)
def decide(given: dict[str, Any], case_id: uuid.UUID) -> Mapping[str, Any]:
    """Decide about a post; one that waits is approved, or hidden. Its author is told, and why."""
    ctx = current_context()
    decide_case(ctx, case_id, **given)
    return as_case(case_seen(ctx, case_id))


@api.route("/spaces/<uuid:space_id>/people/<uuid:user_id>/measures")
@signed_in
@api.response(200, MeasuresOut)
def measures(space_id: uuid.UUID, user_id: uuid.UUID) -> Mapping[str, Any]:
    """List what was decided about somebody in a space you look after; not what was about a post."""
    ctx = current_context()
    require(may_moderate, ctx, find_space(ctx, space_id))
    return {"items": measures_of(ctx, user_id, space_id)}


@api.route("/spaces/<uuid:space_id>/people/<uuid:user_id>/measures", methods=["POST"])
@signed_in
@api.arguments(MeasureIn)
@api.response(201, MeasureOut)
def measure(given: dict[str, Any], space_id: uuid.UUID, user_id: uuid.UUID) -> MeasureSeen:
    """Warn, silence or suspend a member whom you stand above; they are told why, and how long."""
    ctx = current_context()
    return measure_seen(ctx, take_measure(ctx, space_id, user_id, **given).id)


@api.route("/measures/<uuid:decision_id>/lift", methods=["PUT"])
@signed_in
@api.response(200, MeasureOut)
def lift(decision_id: uuid.UUID) -> MeasureSeen:
    """End a silence or a suspension before its time."""
    ctx = current_context()
    return measure_seen(ctx, lift_measure(ctx, decision_id).id)


@api.route("/measures/<uuid:decision_id>/answer", methods=["PUT"])
@signed_in
@api.arguments(AnswerIn)
@api.response(200, MeasureOut)
def answer_about_person(given: dict[str, Any], decision_id: uuid.UUID) -> MeasureSeen:
    """Take the second look at what was decided about a person: it holds on, or ends at once."""
    ctx = current_context()
    return measure_seen(ctx, answer_measure(ctx, decision_id, **given).id)


@api.route("/me/decisions")
@signed_in
@api.response(200, OwnDecisionsOut)
def decisions() -> Mapping[str, Any]:
    """List what was decided about posts of yours, and about you."""
    return {"items": decisions_about_me(current_context())}


@api.route("/decisions/<uuid:decision_id>/appeal", methods=["PUT"])
@signed_in
@api.arguments(AppealIn)
@api.response(200, OwnDecisionOut)
def appeal(given: dict[str, Any], decision_id: uuid.UUID) -> DecisionSeen:
    """Ask for a second look at a decision about a post of yours, or about you, once."""
    ctx = current_context()
    appeal_decision(ctx, decision_id, **given)
    return decision_about_me(ctx, decision_id)


@api.route("/decisions/<uuid:decision_id>/answer", methods=["PUT"])
@signed_in
@api.arguments(AnswerIn)
@api.response(200, CaseOut)
def answer(given: dict[str, Any], decision_id: uuid.UUID) -> Mapping[str, Any]:
    """Take the second look: the decision stays, or is taken back and a hidden post restored."""
    ctx = current_context()
    decision = answer_appeal(ctx, decision_id, **given)
    return as_case(case_seen(ctx, decision.case_id))
