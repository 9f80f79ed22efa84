"""What comes in about when modules open."""

from flask_babel import lazy_gettext as _l
from marshmallow import fields

from community.academy.rules.releases import LONGEST
from community.cohorts.models import REASON_LONGEST
from community.cohorts.rules import MAX_LEARNER_SHIFT
from community.kernel.schemas import In, Out, Text, Whole, between

_RULE = "`week 3 or done asking/quiz`; empty: the usual one; null: that of the course again."


class ReleaseIn(In):
    """How a module is to open in this run."""

    rule = Text(
        longest=LONGEST,
        shortest=0,
        required=True,
        allow_none=True,
        metadata={"description": _RULE},
    )
    reason = Text(longest=REASON_LONGEST, shortest=0, load_default="")


class OpeningIn(In):
    """Why a module is opened, or why that is taken back."""

    reason = Text(longest=REASON_LONGEST, shortest=0, load_default="")


class ModuleIn(OpeningIn):
    """Which module is opened to a learner, and why."""

    module = fields.UUID(
        required=True, error_messages={"invalid": _l("Choose a module of the course.")}
    )


class LearnerShiftIn(In):
    """By how many days the dates of a learner are later than the group's; 0: they are the same."""

    days = Whole(required=True, validate=between(-MAX_LEARNER_SHIFT, MAX_LEARNER_SHIFT))
    reason = Text(longest=REASON_LONGEST, shortest=0, load_default="")


class ModuleReleaseOut(Out):
    """How a module opens in a run; ``own``: by a rule of the run, not of its course."""

    module_id = fields.UUID(required=True)
    local_at = fields.NaiveDateTime(required=True)
    opens_at = fields.AwareDateTime(required=True)
    rule = fields.String(required=True)
    own = fields.Boolean(required=True)
    opened_at = fields.AwareDateTime(required=True, allow_none=True)


class LearnerShiftOut(Out):
    """By how many days the dates of a learner are later than the group's."""

    enrolment_id = fields.UUID(required=True, attribute="id")
    days = fields.Integer(required=True, attribute="shift_days")
