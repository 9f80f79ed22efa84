"""The rules by which a run is completed, and verdicts by them."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import fields, validate

from community.academy.kinds.builtin import KINDS
from community.academy.queries import ActivityLine
from community.cohorts.models import Run
from community.kernel.schemas import In, Out, Text
from community.progress.models import POLICY_NOTE_LONGEST
from community.progress.policy import plan
from community.progress.queries.policies import Numbered
from community.progress.queries.verdicts import Verdict
from community.progress.rules.changing import Effect, Learner
from community.progress.rules.completion import (
    MOST_CRITERIA,
    MOST_NAMED,
    Change,
    Criterion,
    Finding,
    Measure,
    Outcome,
    Terms,
)
from community.progress.rules.wording import asked

CHANGES = (Change.KEEP, Change.GRANT, Change.RECOMPUTE)


class CriterionIn(In):
    """One thing that is asked."""

    measure = fields.Enum(Measure, by_value=True, required=True)
    least = fields.Integer(
        load_default=0,
        validate=validate.Range(min=0, max=1_000),
        metadata={"description": "Per cent, or a number; 0 where activities are named."},
    )
    activities = fields.List(
        fields.UUID(),
        load_default=list,
        validate=validate.Length(max=MOST_NAMED),
        metadata={"description": "Those named, or the one quiz."},
    )
    kind = fields.String(load_default="", validate=validate.OneOf(["", *KINDS]))


class TermsIn(In):
    """What is asked for each outcome."""

    completed = fields.List(
        fields.Nested(CriterionIn), required=True, validate=validate.Length(max=MOST_CRITERIA)
    )
    participated = fields.List(
        fields.Nested(CriterionIn), required=True, validate=validate.Length(max=MOST_CRITERIA)
    )


class PolicyIn(TermsIn):
    """Rules of the next number; ``number`` is that of the rules one has seen."""

    change = fields.Enum(Change, by_value=True, required=True, validate=validate.OneOf(CHANGES))
    number = fields.Integer(required=True, validate=validate.Range(min=1, max=10_000))
    seen = fields.String(
        required=True,
        validate=validate.Regexp(r"^[0-9a-f]{64}$"),
        metadata={"description": "The print of what the preview said of this change."},
    )
    confirmed = fields.Boolean(
        load_default=False, metadata={"description": "Who loses a verdict is to lose it."}
    )
    note = Text(longest=POLICY_NOTE_LONGEST, shortest=0, load_default="")


class CriterionOut(Out):
    """One thing that is asked, also in words."""

    measure = fields.Enum(Measure, by_value=True, required=True)
    least = fields.Integer(required=True)
    activities = fields.List(fields.UUID(), required=True)
    kind = fields.String(required=True)
    words = fields.String(required=True)


class PolicyOut(Out):
    """The rules of a run as they are in force."""

    number = fields.Integer(required=True)
    change = fields.Enum(Change, by_value=True, required=True)
    note = fields.String(required=True)
    made_at = fields.AwareDateTime(required=True)
    completed = fields.List(fields.Nested(CriterionOut), required=True)
    participated = fields.List(fields.Nested(CriterionOut), required=True)


class AffectedOut(Out):
    """A learner and an outcome."""

    enrolment_id = fields.UUID(required=True)
    name = fields.String(required=True)
    outcome = fields.Enum(Outcome, by_value=True, required=True)


class EffectOut(Out):
    """What a change would do at once."""

    change = fields.Enum(Change, by_value=True, required=True)
    gains = fields.List(fields.Nested(AffectedOut), required=True)
    losses = fields.List(fields.Nested(AffectedOut), required=True)
    keeps = fields.List(fields.Nested(AffectedOut), required=True)
    seen = fields.String(required=True)


class PreviewOut(Out):
    """What other rules would do, by what becomes of those who have worked by the old ones."""

    number = fields.Integer(required=True)
    effects = fields.List(fields.Nested(EffectOut), required=True)


class FindingOut(Out):
    """How far somebody is in one thing that is asked."""

    criterion = fields.Nested(CriterionOut, required=True)
    have = fields.Integer(required=True)
    need = fields.Integer(required=True)
    met = fields.Boolean(required=True)
    at = fields.AwareDateTime(required=True, allow_none=True)


class VerdictOut(Out):
    """That somebody has completed a run, or participated; ``at`` is when they had met the rules."""

    id = fields.UUID(required=True)
    outcome = fields.Enum(Outcome, by_value=True, required=True)
    policy_number = fields.Integer(required=True)
    at = fields.AwareDateTime(required=True)
    decided_at = fields.AwareDateTime(required=True)
    findings = fields.List(fields.Nested(FindingOut), required=True)


class VerdictsOut(Out):
    """The verdicts on an enrolment that stand."""

    items = fields.List(fields.Nested(VerdictOut), required=True)


def as_terms(run: Run, given: Mapping[str, Sequence[Mapping[str, Any]]]) -> Terms:
    """Return terms from what was loaded; activities are named by their ids in the run's course."""
    lines = plan(run.version_id).lines

    def criteria(each: Sequence[Mapping[str, Any]]) -> tuple[Criterion, ...]:
        return tuple(
            Criterion(
                one["measure"],
                one["least"],
                tuple(_lineage(lines, key) for key in dict.fromkeys(one["activities"])),
                one["kind"],
            )
            for one in each
        )

    return Terms(criteria(given["completed"]), criteria(given["participated"]))


def _lineage(lines: Mapping[uuid.UUID, ActivityLine], key: uuid.UUID) -> uuid.UUID:
    line = lines.get(key)
    return line.lineage if line else key  # which the rules will not find, and say so


def as_criterion(run: Run, criterion: Criterion) -> dict[str, Any]:
    """Return a criterion as ``CriterionOut`` has it."""
    lines = plan(run.version_id).outline.activities
    return {
        "measure": criterion.measure,
        "least": criterion.least,
        "activities": [line.id for line in lines if line.lineage in criterion.named],
        "kind": criterion.kind,
        "words": words_of(run, criterion),
    }


def words_of(run: Run, criterion: Criterion) -> str:
    """Return what a criterion asks, in words."""
    label = str(KINDS[criterion.kind].label) if criterion.kind in KINDS else criterion.kind
    return asked(criterion, plan(run.version_id).outline.activities, label)


def as_policy(run: Run, policy: Numbered) -> dict[str, Any]:
    """Return the rules of a run as ``PolicyOut`` has them."""
    return {
        "number": policy.number,
        "change": policy.change,
        "note": policy.note,
        "made_at": policy.made_at,
        "completed": [as_criterion(run, each) for each in policy.terms.completed],
        "participated": [as_criterion(run, each) for each in policy.terms.participated],
    }


def as_effect(effect: Effect) -> dict[str, Any]:
    """Return what a change does as ``EffectOut`` has it."""

    def told(affected: Sequence[tuple[Learner, Outcome]]) -> list[dict[str, Any]]:
        return [
            {"enrolment_id": each.enrolment_id, "name": each.name, "outcome": outcome}
            for each, outcome in affected
        ]

    return {
        "change": effect.change,
        "gains": told(effect.gains),
        "losses": told(effect.losses),
        "keeps": told(effect.keeps),
        "seen": effect.seen,
    }


def as_finding(run: Run, finding: Finding) -> dict[str, Any]:
    """Return how far somebody is as ``FindingOut`` has it."""
    return {
        "criterion": as_criterion(run, finding.criterion),
        "have": finding.have,
        "need": finding.need,
        "met": finding.met,
        "at": finding.at,
    }


def as_verdict(run: Run, verdict: Verdict) -> dict[str, Any]:
    """Return a verdict as ``VerdictOut`` has it."""
    return {
        "id": verdict.id,
        "outcome": verdict.outcome,
        "policy_number": verdict.policy_number,
        "at": verdict.at,
        "decided_at": verdict.decided_at,
        "findings": [as_finding(run, each) for each in verdict.findings],
    }
