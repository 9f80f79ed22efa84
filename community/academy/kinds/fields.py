"""Front matter fields: exactly the type that is written, with a refusal that helps an author."""

import dataclasses
import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from flask_babel import LazyString, lazy_gettext
from marshmallow import RAISE, Schema, ValidationError, fields, validate

from community.academy.kinds.protocol import Flaw
from community.academy.kinds.text import one_line

MAX_TYPED = 2_000
"""Characters of one value in a draft."""

_WHOLE = re.compile(r"[-+]?[0-9]{1,9}")
_YES_NO = {"true": True, "false": False}
_COMMON = {
    "required": lazy_gettext("This key is missing."),
    "null": lazy_gettext("This key has no value."),
}


@dataclasses.dataclass(frozen=True, slots=True)
class Piece:
    """One sort of what an activity is made of: what it is called, and an example as Markdown."""

    label: LazyString | str
    text: LazyString | str


class FrontMatter(Schema):
    """Base of all front matter: a key nobody knows is refused, as it is most likely a slip.

    What an author is told about a kind stands here too, so that the studio needs no template for
    it: ``about`` is one sentence for whoever chooses a kind, ``writing`` says how its text is
    written, ``pieces`` are examples of what it is made of, one of each sort, and ``piece_label`` is
    what one more of them is called. A field's metadata has a ``label``, and a ``description`` where
    one is needed; ``more`` says that few need it.
    """

    class Meta:
        unknown = RAISE

    about: ClassVar[LazyString | str] = ""
    writing: ClassVar[LazyString | str] = ""
    pieces: ClassVar[Sequence[Piece]] = ()
    piece_label: ClassVar[LazyString | str] = ""

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


def as_typed(schema: type[Schema], given: Mapping[str, Any]) -> tuple[dict[str, Any], list[Flaw]]:
    """Return front matter keys as a draft keeps them, and a flaw for each that no draft can keep.

    What is written as a number or as yes or no becomes one where the key takes it; what is not
    stays as it was typed, for its reader to refuse. Empty values and defaults are left out.
    """
    known = {each.data_key or name: each for name, each in schema().fields.items()}
    flaws = [
        Flaw(str(lazy_gettext("This key is not known here.")), field=key)
        for key in given
        if key not in known
    ]
    kept: dict[str, Any] = {}
    for key, field in known.items():
        value = given.get(key)
        if isinstance(value, str):
            value = _read_as(field, one_line(value))
        default = field.load_default
        if value is None or value == "" or (value == default and type(value) is type(default)):
            continue
        if not isinstance(value, str | int) or len(str(value)) > MAX_TYPED:
            flaws.append(Flaw(str(lazy_gettext("This cannot be used here.")), field=key))
        else:
            kept[key] = value
    return kept, flaws


def _read_as(field: fields.Field[Any], text: str) -> str | int | bool:
    if isinstance(field, WholeNumber) and _WHOLE.fullmatch(text):
        return int(text)
    if isinstance(field, YesNo) and text in _YES_NO:
        return _YES_NO[text]
    return text
