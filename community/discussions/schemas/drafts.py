"""What goes in and out of drafts."""

from typing import Any

from flask_babel import gettext as _
from marshmallow import ValidationError, fields, validate, validates_schema

from community.discussions.models import ThreadKind
from community.discussions.schemas.given import BODY_LENGTH, TITLE_LENGTH
from community.kernel.paging import PageOut
from community.kernel.schemas import HIGHEST, In, Out, Text


def _revision(**more: Any) -> fields.Integer:
    return fields.Integer(strict=True, validate=validate.Range(min=0, max=HIGHEST), **more)


def _number(**more: Any) -> fields.Integer:
    return fields.Integer(strict=True, validate=validate.Range(min=1, max=HIGHEST), **more)


class ReplyDraftIn(In):
    """What is written so far of a reply; ``revision`` is what it began from, 0 for nothing."""

    body = Text(longest=BODY_LENGTH, multiline=True, required=True)
    reply_to = _number(load_default=None, allow_none=True)
    revision = _revision(required=True)


class ThreadDraftIn(In):
    """What is written so far of a new thread: a title, words, or both."""

    kind = fields.Enum(ThreadKind, by_value=True, load_default=None, allow_none=True)
    title = Text(longest=TITLE_LENGTH, shortest=0, load_default="")
    tags = Text(longest=TITLE_LENGTH, shortest=0, load_default="")
    body = Text(longest=BODY_LENGTH, shortest=0, multiline=True, load_default="")
    revision = _revision(required=True)

    @validates_schema
    def _says_something(self, data: dict[str, Any], **_more: Any) -> None:
        if not data["title"] and not data["body"]:
            raise ValidationError(_("Write something here."), "body")


class EditDraftIn(In):
    """New words for a post, so far; ``edition`` is the one they are written over."""

    body = Text(longest=BODY_LENGTH, multiline=True, required=True)
    edition = _number(required=True)
    revision = _revision(required=True)


class DiscardIn(In):
    """The revision of a draft as one knows it; without it, whichever is there is meant."""

    revision = fields.Integer(load_default=None, validate=validate.Range(min=0, max=HIGHEST))


class SavedDraftOut(Out):
    """A draft that was saved; its next change says this ``revision``."""

    id = fields.UUID(required=True)
    revision = fields.Integer(required=True)
    saved_at = fields.AwareDateTime(required=True)


class PostDraftOut(SavedDraftOut):
    """What one has begun to write, and where it belongs.

    An edit has the id of its ``post_id``; a reply has that of its ``thread_id`` alone; a new thread
    has neither, and a ``form`` that tells it from others of its space.
    """

    form = fields.UUID(required=True)
    space_id = fields.UUID(required=True)
    space_name = fields.String(required=True)
    thread_id = fields.UUID(required=True, allow_none=True)
    thread_title = fields.String(required=True, allow_none=True)
    post_id = fields.UUID(required=True, allow_none=True)
    kind = fields.Enum(ThreadKind, by_value=True, required=True, allow_none=True)
    title = fields.String(required=True)
    tags = fields.String(required=True, metadata={"description": "As they were typed."})
    body = fields.String(required=True, metadata={"description": "Markdown."})
    reply_to = fields.Integer(required=True, allow_none=True)
    edition = fields.Integer(required=True, allow_none=True)


class PostDraftsOut(PageOut):
    """One's drafts, the last saved first."""

    items = fields.List(fields.Nested(PostDraftOut), required=True)
