"""What is attached to posts, and how much room it takes."""

import itertools
import uuid
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from community.discussions.models import Attachment, Post
from community.discussions.policy import visible_attachments
from community.discussions.rules import MOST_ATTACHED, attachments_named
from community.kernel.context import Context
from community.kernel.db import db, execute
from community.kernel.errors import NotFound
from community.kernel.files.models import StoredFile
from community.kernel.files.sorts import SORTS
from community.kernel.files.words import size_words

PICTURES = {
    ".jpg": ("image/jpeg", "JPEG"),
    ".png": ("image/png", "PNG"),
    ".webp": ("image/webp", "WebP"),
}
"""The endings of pictures as they are kept, each with how it is sent and what it is called."""


def sort_of_attachment(name: str) -> tuple[str, str]:
    """Return how a file is sent and what people call its sort: its name ends as its content is."""
    ending = name[name.rindex(".") :]
    if ending in PICTURES:
        return PICTURES[ending]
    return SORTS[ending].media_type, str(SORTS[ending].label)


def note_of(row: Any) -> str:
    """Return of what sort an attachment is and how large, as a line about it says."""
    return f"{sort_of_attachment(row.name)[1]}, {size_words(row.size)}"


def attachments_open_to(
    ctx: Context, body: str, space_id: uuid.UUID, post_id: uuid.UUID | None
) -> Mapping[uuid.UUID, Any]:
    """Return those attachments a text names that the actor may put into a post of a space.

    By their ids: name, size, width and height. Theirs in no post, and what ``post_id`` carries.
    """
    named = list(itertools.islice(attachments_named(body), 5 * MOST_ATTACHED))
    if not named:
        return {}
    free = sa.and_(Attachment.post_id.is_(None), Attachment.space_id == space_id)
    rows = execute(
        sa.select(
            Attachment.id, Attachment.name, Attachment.size, Attachment.width, Attachment.height
        ).where(
            Attachment.id.in_(named),
            Attachment.uploader_id == ctx.actor_id,
            sa.or_(free, Attachment.post_id == post_id) if post_id else free,
        )
    )
    return {row.id: row for row in rows}


def attachments_of_posts(
    posts: Collection[uuid.UUID],
) -> Mapping[uuid.UUID, Mapping[uuid.UUID, Any]]:
    """Return what some posts carry, as ``attachments_open_to``, by the post's id; seen or not."""
    rows = execute(
        sa.select(
            Attachment.post_id,
            Attachment.id,
            Attachment.name,
            Attachment.size,
            Attachment.width,
            Attachment.height,
        ).where(Attachment.post_id.in_(posts))
    )
    found: dict[uuid.UUID, dict[uuid.UUID, Any]] = {}
    for row in rows:
        found.setdefault(row.post_id, {})[row.id] = row
    return found


def attachment_file(ctx: Context, attachment_id: uuid.UUID) -> Any:
    """Return name, width and digest of an attachment the actor reads. Raises NotFound."""
    row = db.session.execute(
        visible_attachments(ctx)
        .join(StoredFile, StoredFile.id == Attachment.stored_id)
        .where(Attachment.id == attachment_id)
        .with_only_columns(Attachment.name, Attachment.width, StoredFile.digest)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row


def room_used(space_id: uuid.UUID) -> int:
    """Return the bytes of all attachments of a space; of removed posts until these are wiped."""
    query = sa.select(sa.func.coalesce(sa.func.sum(Attachment.size), 0)).where(
        Attachment.space_id == space_id
    )
    return int(execute(query).scalar_one())


def personal_attachments(ctx: Context) -> Sequence[Any]:
    """Return what somebody attached: id, name, size, added_at, of which post, if any."""
    return execute(
        sa.select(
            Attachment.id,
            Attachment.name,
            Attachment.size,
            Attachment.added_at,
            Post.thread_id,
            Post.number,
        )
        .outerjoin(Post, Post.id == Attachment.post_id)
        .where(Attachment.uploader_id == ctx.actor_id)
        .order_by(Attachment.added_at, Attachment.id)
    ).all()
