"""What is written into drafts."""

import unicodedata
from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import ValidationError, fields, validate

from community.academy.formats.files import MAX_BODY
from community.academy.formats.heads import MAX_SUMMARY, MAX_TITLE
from community.academy.kinds.builtin import KINDS
from community.academy.kinds.fields import MAX_TYPED
from community.academy.models import Phase
from community.academy.rules.releases import LONGEST
from community.kernel.schemas import HIGHEST, ClientId, In, Text, Whole, between, clean_text

MOST_KEYS = 30
RELEASE = "When it opens, e.g. `week 3 or done asking/quiz`; empty for what is usual."


class Typed(fields.String):
    """A text as its author types it: nothing is trimmed or spelled anew, line ends are one kind.

    Half a sentence is a text; only what is no text at all is refused.
    """

    def __init__(self, **kwargs: Any) -> None:
        limit = _l("This is too long: %(most)d characters fit.", most=MAX_BODY)
        super().__init__(validate=validate.Length(max=MAX_BODY, error=limit), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if len(text) > MAX_BODY * 2:  # line ends may count twice
            raise ValidationError([_l("This is too long.")])
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        if any(unicodedata.category(c) in {"Cc", "Cs"} and c not in "\n\t" for c in text):
            raise ValidationError([_l("This holds a character that cannot be shown.")])
        return text


class Front(fields.Field[dict[str, Any]]):
    """The keys a kind of activity has of its own, each with a word, a number or yes or no."""

    def __init__(self, **kwargs: Any) -> None:
        described = {"type": "object", "additionalProperties": {}}
        super().__init__(metadata=described, **kwargs)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> dict[str, Any]:
        if not isinstance(value, dict) or len(value) > MOST_KEYS:
            raise ValidationError([_l("Give keys with their values.")])
        return {_word(key): _plain(found) for key, found in value.items()}


def _word(key: Any) -> str:
    if not isinstance(key, str) or len(key) > 64:
        raise ValidationError([_l("Give keys with their values.")])
    return clean_text(key, multiline=False)


def _plain(value: Any) -> str | int | bool | None:
    if isinstance(value, str) and len(value) <= MAX_TYPED:
        return clean_text(value, multiline=False)
    if value is None or (isinstance(value, int) and abs(value) <= HIGHEST):
        return value
    raise ValidationError([_l("This cannot be used here.")])


def _revision() -> Whole:
    described = {"description": "That of the thing as you read it; 409 where it is another now."}
    return Whole(required=True, validate=between(1, HIGHEST), metadata=described)


class NewCourseIn(In):
    """A course that begins with an empty draft."""

    space_id = fields.UUID(required=True)
    title = Text(longest=MAX_TITLE, required=True)
    language = Text(longest=35, load_default="en", metadata={"description": "BCP 47."})
    client_id = ClientId(load_default=None)


class CourseTextIn(In):
    """What a course says of itself: all of it, so that nothing is emptied by leaving it out."""

    title = Text(longest=MAX_TITLE, shortest=0, required=True)
    language = Text(longest=35, shortest=0, required=True)
    licence = Text(longest=40, shortest=0, required=True)
    summary = Text(longest=MAX_SUMMARY, shortest=0, required=True)
    body = Typed(required=True, metadata={"description": "Markdown."})
    revision = _revision()


class NewModuleIn(In):
    """A module to be added."""

    title = Text(longest=MAX_TITLE, required=True)
    client_id = ClientId(load_default=None)


class ModuleTextIn(In):
    """What a module says of itself: all of it."""

    title = Text(longest=MAX_TITLE, shortest=0, required=True)
    summary = Text(longest=MAX_SUMMARY, shortest=0, required=True)
    body = Typed(required=True, metadata={"description": "Markdown."})
    opens_later = fields.Boolean(required=True)
    release = Text(longest=LONGEST, shortest=0, load_default="", metadata={"description": RELEASE})
    revision = _revision()


class ModulePlaceIn(In):
    """Where a module is to stand."""

    position = Whole(required=True, validate=between(1, HIGHEST))


class NewActivityIn(In):
    """An activity to be added."""

    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    title = Text(longest=MAX_TITLE, required=True)
    client_id = ClientId(load_default=None)


class ActivityTextIn(In):
    """An activity as it is written: all of it."""

    title = Text(longest=MAX_TITLE, shortest=0, required=True)
    minutes = Whole(required=True, allow_none=True, validate=between(1, 600))
    required = fields.Boolean(required=True)
    phase = fields.Enum(Phase, by_value=True, required=True, allow_none=True)
    front = Front(required=True)
    body = Typed(required=True, metadata={"description": "Markdown, questions and items in it."})
    revision = _revision()


class ActivityPlaceIn(ModulePlaceIn):
    """Where an activity is to stand."""

    module_id = fields.UUID(required=True)


class ActivityPreviewIn(In):
    """A text that is to be looked at; nothing of it is kept."""

    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    title = Text(longest=MAX_TITLE, shortest=0, load_default="")
    minutes = Whole(load_default=None, allow_none=True, validate=between(1, 600))
    front = Front(load_default=dict)
    body = Typed(required=True, metadata={"description": "Markdown."})


class RevisionIn(In):
    """Which state of a thing was looked at before it is taken away."""

    revision = _revision()


class EditsIn(In):
    """Which state of a draft was looked at before much of it is taken away."""

    edits = Whole(
        required=True,
        validate=between(0, HIGHEST),
        metadata={"description": "Those of the draft as you read it; 409 where there are more."},
    )


class PublishIn(In):
    """What was looked at."""

    seen = Text(longest=64, required=True, metadata={"description": "The difference's digest."})
