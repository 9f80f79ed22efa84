"""What people attach to posts: pictures and files."""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from community.kernel.db import Keyed

LONGEST_NAME = 120  # of a file, code points


class Attachment(Keyed):
    """A file that somebody sent for a post; the first post of theirs that names it carries it.

    Until then, and again once it is edited out, it belongs to no post, ``loose_since`` when: its
    uploader alone reads it, and after ``rules.LOOSE_FOR`` it goes. ``width`` and ``height`` are a
    picture's, in pixels, drawn anew by us; what has none is sent to be saved. ``space_id`` is the
    space whose room it takes: that of its post.
    """

    __tablename__ = "attachment"
    __table_args__ = (
        sa.CheckConstraint("(post_id IS NULL) = (loose_since IS NOT NULL)", name="loose_or_not"),
        sa.CheckConstraint("(width IS NULL) = (height IS NULL)", name="measured"),
        sa.Index("ix_attachment_loose_since", "loose_since"),
    )

    space_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("space.id"), index=True)
    uploader_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    post_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("post.id"), index=True)
    stored_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("stored_file.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(LONGEST_NAME))  # with the ending it is told by
    size: Mapped[int]  # bytes
    width: Mapped[int | None]
    height: Mapped[int | None]
    added_at: Mapped[dt.datetime]
    loose_since: Mapped[dt.datetime | None]
