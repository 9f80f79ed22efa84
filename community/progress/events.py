"""What happens to progress."""

import dataclasses
import uuid

from community.kernel.events import Event


@dataclasses.dataclass(frozen=True, kw_only=True)
class ProgressMade(Event):
    """An activity's state changed; ``status`` is a ``Status`` value or "" when taken back."""

    name = "progress.progress_made"

    run_id: uuid.UUID
    enrolment_id: uuid.UUID
    user_id: uuid.UUID
    activity_id: uuid.UUID
    status: str
    percent: int


@dataclasses.dataclass(frozen=True, kw_only=True)
class ModuleUnlocked(Event):
    name = "progress.module_unlocked"

    run_id: uuid.UUID
    enrolment_id: uuid.UUID
    user_id: uuid.UUID
    module_id: uuid.UUID


@dataclasses.dataclass(frozen=True, kw_only=True)
class LearnerNudged(Event):
    """A facilitator wrote to a learner; the words are in the nudge, not here."""

    name = "progress.learner_nudged"

    run_id: uuid.UUID
    enrolment_id: uuid.UUID
    nudge_id: uuid.UUID


@dataclasses.dataclass(frozen=True, kw_only=True)
class LearnerTaken(Event):
    """Somebody looks after a learner now: who acted."""

    name = "progress.learner_taken"

    run_id: uuid.UUID
    enrolment_id: uuid.UUID


@dataclasses.dataclass(frozen=True, kw_only=True)
class LearnerGivenBack(Event):
    name = "progress.learner_given_back"

    run_id: uuid.UUID
    enrolment_id: uuid.UUID


@dataclasses.dataclass(frozen=True, kw_only=True)
class DecisionMade(Event):
    """A facilitator marked, excused or waived an activity, or took that back."""

    name = "progress.decision_made"

    run_id: uuid.UUID
    enrolment_id: uuid.UUID
    activity_id: uuid.UUID
    decision_id: uuid.UUID


@dataclasses.dataclass(frozen=True, kw_only=True)
class PolicyChanged(Event):
    """A run has rules of another number; ``change`` is a ``rules.completion.Change``."""

    name = "progress.policy_changed"

    run_id: uuid.UUID
    policy_id: uuid.UUID
    number: int
    change: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class VerdictReached(Event):
    """Somebody has completed a run, or participated; ``outcome`` is an ``Outcome`` value."""

    name = "progress.verdict_reached"

    run_id: uuid.UUID
    enrolment_id: uuid.UUID
    user_id: uuid.UUID
    outcome: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class VerdictWithdrawn(Event):
    """An organiser changed the rules for the past, too, and took a verdict back by that."""

    name = "progress.verdict_withdrawn"

    run_id: uuid.UUID
    enrolment_id: uuid.UUID
    user_id: uuid.UUID
    outcome: str
