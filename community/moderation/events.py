"""What happens to a reported post.

A report itself is no event: the log says who acted, and a report is confidential.
"""

import dataclasses
import uuid

from community.kernel.events import Event


@dataclasses.dataclass(frozen=True, kw_only=True)
class CaseClaimed(Event):
    name = "moderation.case_claimed"

    space_id: uuid.UUID
    case_id: uuid.UUID


@dataclasses.dataclass(frozen=True, kw_only=True)
class CaseReleased(Event):
    name = "moderation.case_released"

    space_id: uuid.UUID
    case_id: uuid.UUID


@dataclasses.dataclass(frozen=True, kw_only=True)
class CaseDecided(Event):
    name = "moderation.case_decided"

    space_id: uuid.UUID
    case_id: uuid.UUID
    decision_id: uuid.UUID
    user_id: uuid.UUID | None = None  # whom it concerns, if they are told
    outcome: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class DecisionAppealed(Event):
    name = "moderation.decision_appealed"

    space_id: uuid.UUID | None
    decision_id: uuid.UUID


@dataclasses.dataclass(frozen=True, kw_only=True)
class AppealAnswered(Event):
    """``overturned``: the decision does not hold any more."""

    name = "moderation.appeal_answered"

    space_id: uuid.UUID | None
    decision_id: uuid.UUID
    overturned: bool


@dataclasses.dataclass(frozen=True, kw_only=True)
class MeasureTaken(Event):
    """Somebody was warned, silenced or suspended; without a space, in all of them."""

    name = "moderation.measure_taken"

    space_id: uuid.UUID | None
    decision_id: uuid.UUID
    user_id: uuid.UUID
    outcome: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class MeasureLifted(Event):
    """A silence or a suspension ended before its time."""

    name = "moderation.measure_lifted"

    space_id: uuid.UUID | None
    decision_id: uuid.UUID
    user_id: uuid.UUID
