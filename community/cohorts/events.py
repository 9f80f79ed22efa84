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
class RunCopied(Event):
    """A new run was planned like another: what hangs on that one may come along."""

    name = "cohorts.run_copied"

    run_id: uuid.UUID
    space_id: uuid.UUID
    like_id: uuid.UUID


@dataclasses.dataclass(frozen=True, kw_only=True)
class RunOpened(Event):
    name = "cohorts.run_opened"

    run_id: uuid.UUID
    space_id: uuid.UUID


@dataclasses.dataclass(frozen=True, kw_only=True)
class RunChanged(Event):
    """It has another name, or another number of seats."""

    name = "cohorts.run_changed"

    run_id: uuid.UUID
    space_id: uuid.UUID


@dataclasses.dataclass(frozen=True, kw_only=True)
class RunMoved(Event):
    """It has other dates: modules open, and sessions begin, at other times."""

    name = "cohorts.run_moved"

    run_id: uuid.UUID
    space_id: uuid.UUID


@dataclasses.dataclass(frozen=True, kw_only=True)
class RunVersionMoved(Event):
    """It goes by a newer version of its course; what was done in it follows."""

    name = "cohorts.run_version_moved"

    run_id: uuid.UUID
    space_id: uuid.UUID
    former_id: uuid.UUID
    version_id: uuid.UUID


@dataclasses.dataclass(frozen=True, kw_only=True)
class RunWithdrawn(Event):
    """It was planned, nobody had joined, and it does not take place."""

    name = "cohorts.run_withdrawn"

    run_id: uuid.UUID
    space_id: uuid.UUID


@dataclasses.dataclass(frozen=True, kw_only=True)
class RunReopened(Event):
    """Closing it was taken back."""

    name = "cohorts.run_reopened"

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


@dataclasses.dataclass(frozen=True, kw_only=True)
class LearnerPaused(Event):
    """Seat and progress stay, nothing is asked; the actor tells who paused them."""

    name = "cohorts.learner_paused"

    run_id: uuid.UUID
    enrolment_id: uuid.UUID
    user_id: uuid.UUID


@dataclasses.dataclass(frozen=True, kw_only=True)
class LearnerReturned(Event):
    """Back from a pause; whoever comes back from outside is enrolled again."""

    name = "cohorts.learner_returned"

    run_id: uuid.UUID
    enrolment_id: uuid.UUID
    user_id: uuid.UUID
