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
class DecisionMade(Event):
    """A facilitator marked, excused or waived an activity, or took that back."""

    name = "progress.decision_made"

    run_id: uuid.UUID
    enrolment_id: uuid.UUID
    activity_id: uuid.UUID
    decision_id: uuid.UUID
