"""Films: what was played, and where one is."""

from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import ValidationError, fields, validate

from community.kernel.files.lengths import LONGEST
from community.kernel.schemas import In, Out

MOST_SPANS = 200


class Seconds(fields.Float):
    """A time in a film."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("metadata", {"description": "Seconds of the film."})
        super().__init__(validate=validate.Range(min=0, max=LONGEST), **kwargs)


def _forwards(span: list[float]) -> None:
    if len(span) == 2 and span[1] < span[0]:
        raise ValidationError([_l("This ends before it begins.")])


class WatchedIn(In):
    """What was played since the last report; what is told twice counts once."""

    played = fields.List(
        fields.List(Seconds(), validate=[validate.Length(equal=2), _forwards]),
        required=True,
        validate=validate.Length(max=MOST_SPANS),
        metadata={"description": "Spans, each from and to."},
    )
    position = Seconds(required=True)


class ChapterOut(Out):
    """A chapter of a film."""

    at = fields.Integer(required=True, metadata={"description": "Seconds."})
    title = fields.String(required=True)


class FilmOut(Out):
    """A film, where one is in it, and how much one has watched; addresses are paths here."""

    name = fields.String(required=True)
    address = fields.String(required=True)
    media_type = fields.String(required=True)
    size = fields.Integer(required=True, metadata={"description": "Bytes."})
    seconds = fields.Float(required=True)
    poster = fields.String(required=True, allow_none=True)
    captions = fields.String(required=True, allow_none=True)
    captions_in = fields.String(required=True, metadata={"description": "BCP 47."})
    chapters = fields.List(fields.Nested(ChapterOut), required=True)
    needed = fields.Float(required=True, metadata={"description": "The share that completes it."})
    position = fields.Float(required=True, metadata={"description": "Where one is, in seconds."})
    watched = fields.Float(required=True, metadata={"description": "Seconds one has played."})
