"""What happens to runs and enrolments."""

import dataclasses
import uuid

from community.kernel.events import Event


@dataclasses.dataclass(frozen=True, kw_only=True)
class RunCreated(Event):
    name = "cohorts.run_created"

    run_id: uuid.UUID
    space_id: uuid.UUID


@dataclasses.dataclass(frozen=True, kw_only=True)
class RunOpened(Event):
    name = "cohorts.run_opened"

    run_id: uuid.UUID
    space_id: uuid.UUID


@dataclasses.dataclass(frozen=True, kw_only=True)
class RunClosed(Event):
    name = "cohorts.run_closed"

    run_id: uuid.UUID
    space_id: uuid.UUID


@dataclasses.dataclass(frozen=True, kw_only=True)
class LearnerEnrolled(Event):
    name = "cohorts.learner_enrolled"

    run_id: uuid.UUID
    enrolment_id: uuid.UUID
    user_id: uuid.UUID


@dataclasses.dataclass(frozen=True, kw_only=True)
class LearnerWithdrawn(Event):
    name = "cohorts.learner_withdrawn"

    run_id: uuid.UUID
    enrolment_id: uuid.UUID
    user_id: uuid.UUID
