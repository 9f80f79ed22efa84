"""What goes into progress: reading, decisions, questions about the matrix."""

from typing import Any

from marshmallow import fields, post_load, validate

from community.accounts.rules import SEARCH_LONGEST
from community.kernel.paging import PageIn
from community.kernel.schemas import ClientId, In, Text, Whole, between
from community.progress.models import NUDGE_LONGEST, NUDGE_SUBJECT_LONGEST
from community.progress.operations.bringing_in import CLIENT_ID_LONGEST, MOST_RESULTS, Result
from community.progress.operations.decisions import REASON_LONGEST, REASON_SHORTEST
from community.progress.operations.excusing import MOST_AT_ONCE
from community.progress.queries import (
    SHOWS,
)
from community.progress.queries.matrix import LARGEST_WINDOW, WINDOW
from community.progress.rules.states import Status


class ReadingIn(In):
    """How far into a page one has read."""

    fraction = fields.Float(
        required=True,
        validate=validate.Range(min=0, max=1),
        metadata={"description": "Of the page's length, 0 to 1; the furthest counts."},
    )
    client_id = ClientId(required=True)


class DecisionIn(In):
    """A facilitator's word, which the learner reads; ``status`` null takes the last one back."""

    status = fields.Enum(
        Status,
        by_value=True,
        required=True,
        allow_none=True,
        validate=validate.OneOf([None, Status.DONE, Status.EXCUSED, Status.WAIVED]),
    )
    reason = Text(longest=REASON_LONGEST, shortest=REASON_SHORTEST, multiline=True, required=True)


class ExcuseIn(In):
    """One word on an activity for several learners, who read it."""

    enrolments = fields.List(
        fields.UUID(), required=True, validate=validate.Length(min=1, max=MOST_AT_ONCE)
    )
    status = fields.Enum(
        Status,
        by_value=True,
        required=True,
        validate=validate.OneOf([Status.EXCUSED, Status.WAIVED]),
    )
    reason = Text(longest=REASON_LONGEST, shortest=REASON_SHORTEST, multiline=True, required=True)


_ITS_ID = f"[A-Za-z0-9_-]{{1,{CLIENT_ID_LONGEST}}}"


class ResultIn(In):
    """What another system says of one activity of one learner."""

    enrolment_id = fields.UUID(required=True)
    activity_id = fields.UUID(required=True)
    client_id = fields.String(
        required=True,
        validate=validate.Regexp(rf"\A{_ITS_ID}\Z"),
        metadata={"pattern": f"^{_ITS_ID}$", "description": "Its own id there."},
    )
    at = fields.AwareDateTime(required=True)
    score = Whole(
        load_default=None,
        allow_none=True,
        validate=between(0, 100),
        metadata={"description": "Per cent, of a quiz; null: done by the other system's word."},
    )

    @post_load
    def _as_result(self, data: dict[str, Any], **_more: Any) -> Result:
        return Result(**data)


class ResultsIn(In):
    """Results of another system; ``reason`` is read by learners whose activity is done by them."""

    results = fields.List(
        fields.Nested(ResultIn),
        required=True,
        validate=validate.Length(min=1, max=MOST_RESULTS),
    )
    reason = Text(longest=REASON_LONGEST, shortest=0, multiline=True, load_default="")


class NudgeIn(In):
    """A letter to a learner; ``after`` is the last one that was read before this was written."""

    subject = Text(longest=NUDGE_SUBJECT_LONGEST, shortest=3, required=True)
    text = Text(longest=NUDGE_LONGEST, shortest=10, multiline=True, required=True)
    replies = fields.Boolean(
        load_default=False, metadata={"description": "Answers go to your own address."}
    )
    after = fields.UUID(load_default=None, allow_none=True)


class SearchIn(In):
    """Part of a name, in learners one looks for."""

    search = Text(
        longest=SEARCH_LONGEST,
        shortest=0,
        load_default="",
        metadata={"description": "Part of a name."},
    )


class MatrixIn(SearchIn, PageIn):
    """Which learners of the matrix."""

    limit = fields.Integer(load_default=WINDOW, validate=validate.Range(min=1, max=LARGEST_WINDOW))
    show = fields.String(load_default="all", validate=validate.OneOf(SHOWS))


class DeskIn(In):
    """A run whose matrix one watches."""

    run_id = fields.UUID(required=True)
