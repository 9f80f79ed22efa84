"""Pictures and files of drafts: what is sent, and how they are read."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import ValidationError, fields

from community.kernel.schemas import In, Out, Text


class Bytes(fields.Field[bytes]):
    """Bytes in JSON, as Base64."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(metadata={"type": "string", "format": "byte"}, **kwargs)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> bytes:
        try:
            return base64.b64decode(value, validate=True)
        except (binascii.Error, ValueError, TypeError) as error:
            raise ValidationError([_l("This is not Base64.")]) from error


class PictureWordsIn(In):
    """What is said of a picture: for who cannot see it, and below it."""

    alt = Text(
        longest=300,
        required=True,
        error_messages={"required": _l("Say what the picture shows.")},
    )
    caption = Text(longest=200, shortest=0, load_default="")


class FileWordsIn(In):
    """What a file is called, in words."""

    words = Text(
        longest=200,
        required=True,
        error_messages={"required": _l("Say what it is, in words.")},
    )


class DraftPictureIn(In):
    """A picture in JSON; larger ones come by the page."""

    name = Text(longest=200, required=True, metadata={"description": "Of the file it was."})
    data = Bytes(required=True)


class DraftFileIn(In):
    """A file in JSON; larger ones come by the page, or in a folder."""

    name = Text(longest=200, required=True, metadata={"description": "Of the file it is."})
    data = Bytes(required=True)


class DraftPictureOut(Out):
    """A picture of a draft; texts refer to it by its path."""

    id = fields.UUID(required=True)
    path = fields.String(required=True)
    media_type = fields.String(required=True)
    size = fields.Integer(required=True, metadata={"description": "Bytes."})


class DraftFileOut(DraftPictureOut):
    """A file of a draft; texts link to it by its path."""
