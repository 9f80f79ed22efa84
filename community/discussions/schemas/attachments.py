"""What goes in and out of the box in which posts are written: files, and words to look at."""

from typing import Any

from flask_smorest.fields import Upload
from marshmallow import fields

from community.discussions.queries import sort_of_attachment
from community.discussions.rules import as_markdown, attachment_path
from community.discussions.schemas.given import BODY_LENGTH
from community.kernel.schemas import In, Out, Text


class PostPreviewIn(In):
    """Words to be shown as they would stand; ``post_id`` is the post they are to be put into."""

    body = Text(longest=BODY_LENGTH, multiline=True, required=True)
    post_id = fields.UUID(load_default=None, allow_none=True)


class AttachmentIn(In):
    """A picture or another file, as a form sends it."""

    upload = Upload(required=True)


class PostPreviewOut(Out):
    """Words as they would stand in a post."""

    html = fields.String(required=True, metadata={"description": "Sanitised."})


class AttachmentOut(Out):
    """A file that is kept for a post; whatever names its ``address`` in Markdown carries it."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    address = fields.String(required=True, metadata={"description": "A path on this site."})
    markdown = fields.String(required=True, metadata={"description": "To be put into the text."})
    media_type = fields.String(required=True)
    size = fields.Integer(required=True, metadata={"description": "Bytes."})
    width = fields.Integer(
        required=True, allow_none=True, metadata={"description": "Pixels, of a picture."}
    )
    height = fields.Integer(required=True, allow_none=True)


class FileRoomOut(Out):
    """How much room the files of a space take, and how much there is, in bytes."""

    used = fields.Integer(required=True)
    most = fields.Integer(required=True)


def as_attachment(row: Any) -> dict[str, Any]:
    """Return an attachment in the shape ``AttachmentOut`` dumps."""
    address = attachment_path(row.id, row.name)
    return {
        "id": row.id,
        "name": row.name,
        "address": address,
        "markdown": as_markdown(row.name, address, picture=row.width is not None),
        "media_type": sort_of_attachment(row.name)[0],
        "size": row.size,
        "width": row.width,
        "height": row.height,
    }
