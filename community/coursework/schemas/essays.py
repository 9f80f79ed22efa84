"""Essays in quizzes: points and comments that go in, attempts that come out."""

from typing import Any

from marshmallow import fields, validate

from community.kernel.schemas import HIGHEST, FaceOut, In, Out, Text, Whole, between

MOST_ESSAYS, LONGEST_COMMENT = 50, 10_000
"""Questions of a quiz; characters of a comment."""


def _by_question(values: fields.Field[Any], words: str) -> fields.Dict:
    return fields.Dict(
        keys=fields.String(validate=validate.Length(max=20)),
        values=values,
        required=True,
        validate=validate.Length(max=MOST_ESSAYS),
        metadata={"description": words},
    )


class EssaysIn(In):
    """Points and comments for the essays of an attempt; until ``done`` they are kept."""

    points = _by_question(
        Whole(validate=between(0, 100)), "Question to points; one left out has none yet."
    )
    comments = _by_question(
        Text(longest=LONGEST_COMMENT, shortest=0, multiline=True), "Question to Markdown."
    )
    edition = Whole(
        required=True,
        validate=between(0, HIGHEST),
        metadata={
            "description": "That of the attempt as you read it; 409 where somebody marked it since."
        },
    )
    done = fields.Boolean(required=True, metadata={"description": "The score is final then."})


class EssayOut(Out):
    """An essay of an attempt."""

    id = fields.String(required=True)
    prompt_html = fields.String(required=True)
    text = fields.String(required=True)
    most = fields.Integer(required=True, metadata={"description": "The points there are."})
    points = fields.Integer(required=True, allow_none=True)
    comment = fields.String(required=True)


class EssaysOut(Out):
    """An attempt with essays."""

    id = fields.UUID(required=True)
    number = fields.Integer(required=True)
    author = fields.Nested(FaceOut, required=True)
    enrolment_id = fields.UUID(required=True)
    submitted_at = fields.AwareDateTime(required=True)
    edition = fields.Integer(required=True)
    score = fields.Integer(required=True, allow_none=True)
    essays = fields.List(fields.Nested(EssayOut), required=True)


class EssaysMarkedOut(Out):
    """What became of an attempt."""

    id = fields.UUID(required=True)
    edition = fields.Integer(required=True)
    score = fields.Integer(required=True, allow_none=True)
