"""Front matter fields: exactly the type that is written, with a refusal that helps an author."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext
from marshmallow import RAISE, Schema, ValidationError, fields, validate

from community.academy.kinds.protocol import Flaw
from community.academy.kinds.text import one_line

_COMMON = {
    "required": lazy_gettext("This key is missing."),
    "null": lazy_gettext("This key has no value."),
}


class FrontMatter(Schema):
    """Base of all front matter: a key nobody knows is refused, as it is most likely a slip."""

    class Meta:
        unknown = RAISE

    error_messages = {"unknown": lazy_gettext("This key is not known here.")}


class Line(fields.String):
    """Text on one line; its length is measured after spaces are made single."""

    default_error_messages = {
        **_COMMON,
        "invalid": lazy_gettext("This must be text; put it in quotes."),
    }

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        line = one_line(super()._deserialize(value, attr, data, **kwargs) or "")
        if self.required and not line.strip():
            raise self.make_error("null")
        return line


class WholeNumber(fields.Field[int]):
    """A whole number written as one: neither ``"5"`` nor ``5.0`` nor ``true``."""

    default_error_messages = {**_COMMON, "invalid": lazy_gettext("This must be a whole number.")}

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> int:
        value = super()._deserialize(value, attr, data, **kwargs)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.make_error("invalid")
        return value


class YesNo(fields.Field[bool]):
    """``true`` or ``false``; never a word that may mean one of them."""

    default_error_messages = {**_COMMON, "invalid": lazy_gettext("This must be true or false.")}

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> bool:
        value = super()._deserialize(value, attr, data, **kwargs)
        if not isinstance(value, bool):
            raise self.make_error("invalid")
        return value


def from_to(least: int, most: int) -> validate.Range:
    """A number from ``least`` to ``most``, both included."""
    return validate.Range(least, most, error=lazy_gettext("This must be from {min} to {max}."))


def at_most(characters: int) -> validate.Length:
    """A text of at most so many characters."""
    error = lazy_gettext("This must be at most {max} characters long.")
    return validate.Length(max=characters, error=error)


def load_front(schema: type[Schema], front: Mapping[str, Any]) -> tuple[dict[str, Any], list[Flaw]]:
    """Load front matter keys; return what was loaded (empty if anything is wrong) and all flaws."""
    try:
        loaded: dict[str, Any] = schema().load(front)
    except ValidationError as error:
        flaws = [
            Flaw(str(text), field=key)
            for key, texts in error.messages_dict.items()
            # A message for later translation is no str, so marshmallow does not put it in a list.
            for text in (texts if isinstance(texts, list) else [texts])
        ]
        return {}, flaws
    return loaded, []
