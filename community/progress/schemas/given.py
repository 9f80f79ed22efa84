"""What goes into progress: reading, answers, decisions, questions about the matrix."""

from marshmallow import fields, validate

from community.kernel.paging import PageIn
from community.kernel.schemas import ClientId, In, Text
from community.progress.operations.decisions import REASON_LONGEST, REASON_SHORTEST
from community.progress.queries import (
    SHOWS,
)
from community.progress.queries.matrix import LARGEST_WINDOW, WINDOW
from community.progress.rules.states import Status

MOST_QUESTIONS, MOST_OPTIONS, LONGEST_ID = 200, 50, 40


class ReadingIn(In):
    """How far into a page one has read."""

    fraction = fields.Float(
        required=True,
        validate=validate.Range(min=0, max=1),
        metadata={"description": "Of the page's length, 0 to 1; the furthest counts."},
    )
    client_id = ClientId(required=True)


class AnswersIn(In):
    """A quiz handed in: for each question the ids of the options one picked."""

    answers = fields.Dict(
        keys=fields.String(validate=validate.Length(max=LONGEST_ID)),
        values=fields.List(
            fields.String(validate=validate.Length(max=LONGEST_ID)),
            validate=validate.Length(max=MOST_OPTIONS),
        ),
        required=True,
        validate=validate.Length(max=MOST_QUESTIONS),
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


class MatrixIn(PageIn):
    """Which learners of the matrix."""

    limit = fields.Integer(load_default=WINDOW, validate=validate.Range(min=1, max=LARGEST_WINDOW))
    show = fields.String(load_default="all", validate=validate.OneOf(SHOWS))


class DeskIn(In):
    """A run whose matrix one watches."""

    run_id = fields.UUID(required=True)
