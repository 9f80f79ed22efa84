"""What is offered as one writes: whom one may mention, and emoji."""

from marshmallow import fields, validate

from community.discussions.rules import MentionedGroup
from community.kernel.schemas import FaceOut, In, Out

NAME_SEARCHED = 60  # code points of a name one begins to type


class MentionableIn(In):
    """Whom one begins to mention: the beginning of a name, and the thread one writes in."""

    search = fields.String(load_default="", validate=validate.Length(max=NAME_SEARCHED))
    thread = fields.UUID(load_default=None)


class MentionablePersonOut(Out):
    """Somebody one may mention; `text` is what to write."""

    user = fields.Nested(FaceOut, required=True)
    text = fields.String(required=True)


class MentionableGroupOut(Out):
    """Several people one may mention at once."""

    name = fields.Enum(MentionedGroup, by_value=True, required=True)
    about = fields.String(required=True)
    text = fields.String(required=True)


class MentionablesOut(Out):
    """Whom one may mention: people, those of the thread first, and groups."""

    people = fields.List(fields.Nested(MentionablePersonOut), required=True)
    groups = fields.List(fields.Nested(MentionableGroupOut), required=True)


class EmojiOut(Out):
    """The emoji that can be written by name, in the order in which they are offered."""

    items = fields.List(
        fields.List(fields.String(), validate=validate.Length(equal=2)),
        required=True,
        metadata={"description": "A name, and the character it stands for."},
    )
