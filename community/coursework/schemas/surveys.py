"""Surveys: what is asked, what one answers, and what came of it."""

from marshmallow import fields, validate

from community.academy.kinds.survey.answers import TEXT_LIMIT
from community.academy.kinds.survey.source import MAX_ASKS, MAX_OPTIONS
from community.kernel.paging import PageOut
from community.kernel.schemas import ClientId, FaceOut, In, Out

LONGEST_ID = 8


def _answers() -> fields.Dict:
    described = {
        "description": "A question's id to ids of options, a number of a scale as text, or a text."
    }
    return fields.Dict(
        keys=fields.String(validate=validate.Length(max=LONGEST_ID)),
        values=fields.List(
            fields.String(validate=validate.Length(max=TEXT_LIMIT * 2)),
            validate=validate.Length(max=MAX_OPTIONS),
        ),
        required=True,
        validate=validate.Length(max=MAX_ASKS),
        metadata=described,
    )


class SurveyIn(In):
    """Answers to a survey."""

    answers = _answers()
    client_id = ClientId(required=True)


class ChoiceOut(Out):
    """What may be chosen; the numbers of a scale have words at its ends only."""

    id = fields.String(attribute="key", required=True)
    text = fields.String(attribute="words", required=True)


class AskOut(Out):
    """A question of a survey."""

    id = fields.String(required=True)
    kind = fields.String(
        required=True, validate=validate.OneOf(["single", "multiple", "scale", "text"])
    )
    required = fields.Boolean(required=True)
    html = fields.String(
        attribute="prompt_html", required=True, metadata={"description": "Sanitised."}
    )
    choices = fields.List(fields.Nested(ChoiceOut), required=True)


class SurveyOut(Out):
    """A survey as one has it; ``answers`` is null before and where it has no names."""

    anonymous = fields.Boolean(required=True)
    counts = fields.Boolean(
        required=True, metadata={"description": "Whether learners see the counts."}
    )
    asks = fields.List(fields.Nested(AskOut), required=True)
    answered = fields.Boolean(required=True)
    answers = fields.Dict(
        keys=fields.String(), values=fields.List(fields.String()), required=True, allow_none=True
    )
    changeable_until = fields.AwareDateTime(
        required=True,
        allow_none=True,
        metadata={"description": "For named answers; null: as long as the run goes on."},
    )


class TallyOut(ChoiceOut):
    """A choice, and how often it was made."""

    number = fields.Integer(required=True)
    percent = fields.Integer(required=True, metadata={"description": "Of those shown."})


class ResultOut(Out):
    """What came to one question."""

    id = fields.String(required=True)
    choices = fields.List(fields.Nested(TallyOut), required=True)
    texts = fields.List(fields.String(), required=True)


class ResultsOut(Out):
    """What came to a survey; of so many ``answered`` the first ``shown`` are in it."""

    answered = fields.Integer(required=True)
    shown = fields.Integer(required=True)
    items = fields.List(fields.Nested(ResultOut), required=True)


class NamedOut(Out):
    """Who answered what."""

    id = fields.UUID(required=True)
    person = fields.Nested(FaceOut, required=True)
    answers = fields.Dict(keys=fields.String(), values=fields.List(fields.String()), required=True)


class NamedPageOut(PageOut):
    """A page of named answers, by name."""

    items = fields.List(fields.Nested(NamedOut), required=True)
