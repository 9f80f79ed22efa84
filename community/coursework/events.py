"""What happens to what learners hand in; texts, comments and reasons stay in their rows."""

import dataclasses
import uuid

from community.kernel.events import Event


@dataclasses.dataclass(frozen=True, kw_only=True)
class WorkHandedIn(Event):
    """A learner handed in a version of their work in an assignment."""

    name = "coursework.work_handed_in"

    run_id: uuid.UUID
    activity_id: uuid.UUID
    enrolment_id: uuid.UUID
    submission_id: uuid.UUID
    number: int
    late: bool


@dataclasses.dataclass(frozen=True, kw_only=True)
class WorkTakenBack(Event):
    """A learner took a version back before anybody had begun to mark it."""

    name = "coursework.work_taken_back"

    run_id: uuid.UUID
    activity_id: uuid.UUID
    enrolment_id: uuid.UUID
    submission_id: uuid.UUID


@dataclasses.dataclass(frozen=True, kw_only=True)
class WorkMarked(Event):
    """Somebody gave a version back or accepted it (``outcome``), or corrected what they said."""

    name = "coursework.work_marked"

    run_id: uuid.UUID
    activity_id: uuid.UUID
    enrolment_id: uuid.UUID
    submission_id: uuid.UUID
    outcome: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class AttemptMarked(Event):
    """The essays of an attempt at a quiz were marked: its score is final."""

    name = "coursework.attempt_marked"

    run_id: uuid.UUID
    activity_id: uuid.UUID
    enrolment_id: uuid.UUID
    attempt_id: uuid.UUID


@dataclasses.dataclass(frozen=True, kw_only=True)
class ExtensionGiven(Event):
    """A learner has more time in an assignment."""

    name = "coursework.extension_given"

    run_id: uuid.UUID
    activity_id: uuid.UUID
    enrolment_id: uuid.UUID


@dataclasses.dataclass(frozen=True, kw_only=True)
class ExtensionTakenBack(Event):
    name = "coursework.extension_taken_back"

    run_id: uuid.UUID
    activity_id: uuid.UUID
    enrolment_id: uuid.UUID
