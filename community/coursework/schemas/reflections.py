"""Reflections: one's own text, and those of others."""

from marshmallow import fields

from community.academy.kinds.reflection.kind import Readers
from community.kernel.paging import PageOut
from community.kernel.schemas import HIGHEST, ClientId, FaceOut, In, Out, Text, Whole, between

LONGEST = 40_000
"""Characters."""


def _revision() -> Whole:
    described = {
        "description": "That of the draft as you read it, 0 for none; 409 where it is another now."
    }
    return Whole(required=True, validate=between(0, HIGHEST), metadata=described)


class ReflectionDraftIn(In):
    """What is written so far."""

    text = Text(
        longest=LONGEST,
        shortest=0,
        multiline=True,
        required=True,
        metadata={"description": "Markdown."},
    )
    revision = _revision()


class ReflectionIn(In):
    """A text to be handed in."""

    text = Text(
        longest=LONGEST, multiline=True, required=True, metadata={"description": "Markdown."}
    )
    revision = _revision()
    client_id = ClientId(required=True)


class ReflectionDraftOut(Out):
    """What is kept of a draft."""

    text = fields.String(attribute="draft", required=True)
    revision = fields.Integer(required=True)
    saved_at = fields.AwareDateTime(required=True)


class ReflectionOut(Out):
    """One's own reflection; ``text`` is what was handed in, null before and once it is taken back.

    ``readers`` says who reads what is handed in now; ``told`` who reads what was handed in.
    """

    readers = fields.Enum(Readers, by_value=True, required=True)
    words = fields.Integer(required=True, metadata={"description": "At least."})
    most = fields.Integer(required=True, metadata={"description": "Words at most."})
    draft = fields.String(required=True)
    revision = fields.Integer(required=True)
    text = fields.String(required=True, allow_none=True)
    told = fields.Enum(Readers, by_value=True, required=True, allow_none=True)
    handed_in_at = fields.AwareDateTime(required=True, allow_none=True)
    changed_at = fields.AwareDateTime(required=True, allow_none=True)


class SharedReflectionOut(Out):
    """A reflection that is for its reader."""

    id = fields.UUID(required=True)
    author = fields.Nested(FaceOut, required=True)
    text = fields.String(required=True, metadata={"description": "Markdown."})
    html = fields.String(required=True, metadata={"description": "Sanitised."})
    handed_in_at = fields.AwareDateTime(required=True)
    changed_at = fields.AwareDateTime(required=True, allow_none=True)


class SharedReflectionsOut(PageOut):
    """A page of reflections, the newest first."""

    items = fields.List(fields.Nested(SharedReflectionOut), required=True)
