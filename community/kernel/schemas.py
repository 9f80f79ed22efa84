"""What every schema of the house shares: nothing unknown gets in, and text is sound text."""

import unicodedata
import uuid
from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import RAISE, Schema, ValidationError, fields, validate

from community.kernel.errors import Invalid

HIGHEST = 2**31 - 1  # of any number the database keeps
_BREAKS = {"\n", "\t"}


class In(Schema):
    """An input: a field nobody knows is refused by name."""

    class Meta:
        unknown = RAISE


class Out(Schema):
    """An answer; hand-written, one instance a module, dumped from rows or mappings."""


class _Size(validate.Length):
    """A length in code points, refused in words that say what to do."""

    def _format_error(self, value: Any, message: str) -> str:
        if not value:
            words = _l("Write something here.")
        elif self.max is not None and len(value) > self.max:
            words = _l("This is too long: {length} characters, and {max} fit.")
        else:
            words = _l("This is too short: it takes at least {min} characters.")
        return str(words).format(length=len(value), min=self.min, max=self.max)


def between(least: int, most: int) -> validate.Range:
    """Return a validator of numbers from ``least`` to ``most``."""
    return validate.Range(least, most, error=_l("Give a number from {min} to {max}."))


class Text(fields.String):
    """Text as people type it: NFC, one kind of line break, trimmed, no control characters.

    ``multiline`` allows line breaks and tabs; ``longest`` and ``shortest`` count code points.
    """

    def __init__(
        self, *, longest: int, shortest: int = 1, multiline: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(
            validate=[_Size(min=shortest, max=longest), *kwargs.pop("validate", [])],
            **kwargs,
        )
        self.multiline = multiline
        self.longest = longest

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if len(text) > self.longest * 4:  # before any work is done on it
            raise ValidationError([_l("This is too long.")])
        return clean_text(text, multiline=self.multiline)


def clean_text(text: str, *, multiline: bool) -> str:
    """Return ``text`` in the form we keep; raises ValidationError on what is no text."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    for character in text:
        category = unicodedata.category(character)
        if category == "Cs" or (category == "Cc" and not (multiline and character in _BREAKS)):
            raise ValidationError([_l("This holds a character that cannot be shown.")])
    return unicodedata.normalize("NFC", text).strip()


class Whole(fields.Integer):
    """A whole number: the text of a form is read, 2.5 is refused rather than cut."""

    default_error_messages = {"invalid": _l("Give a whole number.")}

    def _validated(self, value: Any) -> Any:
        if isinstance(value, float) and not value.is_integer():
            raise self.make_error("invalid", input=value)
        return super()._validated(value)


class ClientId(fields.String):
    """A client's own id of one act, so that a retry counts once: 8 to 64 of ``A-Za-z0-9_-``."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            validate=validate.Regexp(r"\A[A-Za-z0-9_-]{8,64}\Z"),
            metadata={"pattern": "^[A-Za-z0-9_-]{8,64}$"},  # as JSON Schema writes it
            **kwargs,
        )


def load(schema: Schema, data: Any) -> dict[str, Any]:
    """Load ``data``; raises Invalid whose ``fields`` name what is wrong."""
    try:
        loaded: dict[str, Any] = schema.load(data)
    except ValidationError as error:
        messages = error.messages
        fields_ = messages if isinstance(messages, Mapping) else {"_schema": messages}
        found = plain_messages(fields_)
        raise Invalid(str(_l("Some of this cannot be used.")), fields=found) from error
    return loaded


def plain_messages(messages: Any) -> Any:
    """Return marshmallow's messages as plain strings, in a list for every field there is."""
    if isinstance(messages, Mapping):
        return {str(key): plain_messages(value) for key, value in messages.items()}
    if isinstance(messages, list | tuple):
        return [str(message) for message in messages]
    return [str(messages)]  # a lazy string is none that marshmallow would put into a list


class PersonOut(Out):
    """Somebody, as others see them."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)


class FaceOut(PersonOut):
    """Somebody with what is needed to draw their face."""

    initials = fields.String(required=True)
    hue = fields.Integer(required=True, metadata={"description": "1 to 8."})
    picture = fields.String(
        attribute="picture_path",
        required=True,
        allow_none=True,
        metadata={"description": "Below the site's address; null: draw the initials."},
    )


def as_key(value: str) -> uuid.UUID | None:
    """Return the UUID written in ``value``, or None."""
    try:
        return uuid.UUID(value)
    except (ValueError, AttributeError, TypeError):
        return None
