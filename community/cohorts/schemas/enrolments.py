"""What comes in and goes out about seats in a run."""

from flask_babel import lazy_gettext as _l
from marshmallow import fields

from community.cohorts.models import REASON_LONGEST, EnrolmentState
from community.kernel.schemas import (
    In,
    Out,
    Text,
)

STATE_NAMES = {
    EnrolmentState.ACTIVE: _l("Taking part"),
    EnrolmentState.PAUSED: _l("Pausing"),
    EnrolmentState.WITHDRAWN: _l("Left"),
}


class ReasonIn(In):
    """Why, in the words of whoever does it; the learner and the organisers read it."""

    reason = Text(longest=REASON_LONGEST, shortest=0, multiline=True, load_default="")


class WithdrawIn(In):
    """Why somebody is withdrawn; they are told."""

    reason = Text(longest=REASON_LONGEST, multiline=True, required=True)
    replies = fields.Boolean(
        load_default=False, metadata={"description": "Answers go to your own address."}
    )


class EnrolmentOut(Out):
    """Somebody's place in a run."""

    id = fields.UUID(required=True)
    run_id = fields.UUID(required=True)
    user_id = fields.UUID(required=True)
    state = fields.Enum(EnrolmentState, by_value=True, required=True)
    enrolled_at = fields.AwareDateTime(required=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)


class StepOut(Out):
    """A step of an enrolment: from which state to which, why, when, and by whom."""

    former = fields.Enum(EnrolmentState, by_value=True, required=True, allow_none=True)
    state = fields.Enum(EnrolmentState, by_value=True, required=True)
    reason = fields.String(required=True)
    at = fields.AwareDateTime(required=True)
    by = fields.String(required=True, allow_none=True)


class HistoryOut(Out):
    """The steps of an enrolment, the newest first."""

    items = fields.List(fields.Nested(StepOut), required=True)


class MyEnrolmentOut(Out):
    """One's own place in a run, also one that ended, with the reason of the last step.

    A run one does not see any more is null.
    """

    id = fields.UUID(required=True)
    run_id = fields.UUID(required=True, allow_none=True)
    run = fields.String(required=True, allow_none=True)
    state = fields.Enum(EnrolmentState, by_value=True, required=True)
    enrolled_at = fields.AwareDateTime(required=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)
    reason = fields.String(required=True)


class MyEnrolmentsOut(Out):
    """One's own places in runs, the newest first; at most a hundred."""

    items = fields.List(fields.Nested(MyEnrolmentOut), required=True)
