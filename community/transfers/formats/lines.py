"""The lines of an archive of a space's talk, as ``docs/archive-format.md`` describes them.

Text obeys what holds of text that is typed (``kernel.schemas.Text``), checked at once and not
character by character: an archive has millions.
"""

import datetime as dt
import re
import unicodedata
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from community.discussions.rules import TAG_LENGTH, tag_named
from community.kernel.files.names import file_name

EARLIEST = dt.datetime(1980, 1, 1, tzinfo=dt.UTC)
_CLOCKS = dt.timedelta(days=1)  # by how much those of two machines may differ
_LONGEST_NAME = 120
_MOST_OF_A_KIND = 5_000
_KINDS = frozenset({"thanks", "helpful", "agree", "curious", "celebrate", "heart"})
_CONTROL = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\ud800-\\udfff]")
_CONTROL_OF_LINES = re.compile("[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\ud800-\\udfff]")


def _refuse() -> ValidationError:
    return ValidationError("This is not as the format says.")


class _Line(Schema):
    class Meta:
        unknown = RAISE


class _Words(fields.String):
    """A text of one line, not empty: NFC, trimmed, without control characters."""

    def __init__(self, longest: int, **more: Any) -> None:
        super().__init__(validate=validate.Length(min=1, max=longest), **more)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if _CONTROL.search(text):
            raise _refuse()
        return unicodedata.normalize("NFC", text).strip()


class _Tag(_Words):
    """The name of a tag, as ``tag_named`` keeps it."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        name = tag_named(super()._deserialize(value, attr, data, **kwargs))
        if "," in name:
            raise _refuse()
        return name


class _Body(fields.String):
    """Markdown, of which every character is one that a post may have."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if _CONTROL_OF_LINES.search(text):
            raise _refuse()
        return text


class _FileName(fields.String):
    """The name of a file as ``file_name`` makes it: one that is not, hides something."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        name = super()._deserialize(value, attr, data, **kwargs)
        _stem, dot, ending = name.rpartition(".")
        if not dot or name != file_name(name, f".{ending}", _LONGEST_NAME):
            raise _refuse()
        return name


class _Instant(fields.AwareDateTime):
    """An instant between the first archives and now."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dt.datetime:
        at: dt.datetime = super()._deserialize(value, attr, data, **kwargs)
        if not EARLIEST <= at <= dt.datetime.now(dt.UTC) + _CLOCKS:
            raise _refuse()
        return at.astimezone(dt.UTC)


class _Reactions(fields.Field[dict[str, list[int]]]):
    """By kind, the numbers of those who gave it; plain code, for there may be many."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Any, **kwargs: Any
    ) -> dict[str, list[int]]:
        if not isinstance(value, dict) or not value.keys() <= _KINDS:
            raise _refuse()
        for many in value.values():
            if not isinstance(many, list) or len(many) > _MOST_OF_A_KIND:
                raise _refuse()
            if not set(map(type, many)) <= {int}:
                raise _refuse()
        return value


_SIDE = validate.Range(min=1, max=100_000)  # pixels
_NUMBER = validate.Range(min=1, max=2_000_000_000)


class PersonLine(_Line):
    """Somebody who wrote or reacted."""

    person = fields.Integer(required=True, strict=True, validate=_NUMBER)
    name = _Words(120, required=True)


class ThreadLine(_Line):
    """A thread."""

    thread = fields.Integer(required=True, strict=True, validate=_NUMBER)
    kind = fields.String(
        required=True,
        validate=validate.OneOf(
            ("question", "discussion", "announcement", "ask", "offer", "show_and_tell")
        ),
    )
    title = _Words(200, required=True)
    author = fields.Integer(required=True, strict=True)
    created_at = _Instant(required=True)
    posts = fields.Integer(required=True, strict=True, validate=_NUMBER)
    tags = fields.List(_Tag(TAG_LENGTH), required=True, validate=validate.Length(max=5))
    pinned_at = _Instant(required=True, allow_none=True)
    locked_at = _Instant(required=True, allow_none=True)
    answer = fields.Integer(required=True, strict=True, allow_none=True)
    merged_into = fields.Integer(required=True, strict=True, allow_none=True)


class _FileLine(_Line):
    name = _FileName(required=True)
    path = fields.String(
        required=True, validate=validate.Regexp(r"\Afiles/[0-9a-f]{64}\.[a-z0-9]{1,8}\Z")
    )
    width = fields.Integer(required=True, strict=True, allow_none=True, validate=_SIDE)
    height = fields.Integer(required=True, strict=True, allow_none=True, validate=_SIDE)


class _PollLine(_Line):
    question = _Words(300, required=True)
    options = fields.List(_Words(200), required=True, validate=validate.Length(min=2, max=20))
    kind = fields.String(required=True, validate=validate.OneOf(("single", "multiple", "ranked")))
    most = fields.Integer(required=True, strict=True, validate=validate.Range(min=1, max=20))
    shows = fields.String(required=True, validate=validate.OneOf(("always", "voted", "closed")))
    named = fields.Boolean(required=True)
    closed_at = _Instant(required=True, allow_none=True)


class _PlaceLine(_Line):
    thread = fields.Integer(required=True, strict=True, validate=_NUMBER)
    post = fields.Integer(required=True, strict=True, validate=_NUMBER)


class PostLine(_Line):
    """A post, or the place of one that was removed or moved."""

    thread = fields.Integer(required=True, strict=True, validate=_NUMBER)
    post = fields.Integer(required=True, strict=True, validate=_NUMBER)
    author = fields.Integer(required=True, strict=True, allow_none=True)
    created_at = _Instant(required=True)
    edited_at = _Instant(required=True, allow_none=True)
    body = _Body(required=True, validate=validate.Length(max=60_000))
    answers = fields.Nested(_PlaceLine, required=True, allow_none=True)
    removed = fields.String(
        required=True,
        allow_none=True,
        validate=validate.OneOf(("author", "staff", "moved")),
    )
    moved_to = fields.Nested(_PlaceLine, required=True, allow_none=True)
    reactions = _Reactions(required=True)
    files = fields.List(fields.Nested(_FileLine), required=True, validate=validate.Length(max=20))
    poll = fields.Nested(_PollLine, required=True, allow_none=True)
