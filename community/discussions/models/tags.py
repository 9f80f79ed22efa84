"""Tags: what threads of a space are about, in the words of those who write there."""

import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from community.discussions.rules import TAG_LENGTH
from community.kernel.db import Keyed, Model


class Tag(Keyed):
    """A word or a few, for the threads of one space; it is there while a thread has it.

    ``folded`` is its name without case and accents: no two in a space differ in those alone.
    """

    __tablename__ = "tag"
    __table_args__ = (sa.UniqueConstraint("space_id", "folded"),)

    space_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("space.id"))
    name: Mapped[str] = mapped_column(sa.String(TAG_LENGTH))
    folded: Mapped[str] = mapped_column(sa.Text)


class ThreadTag(Model):
    """A thread has a tag."""

    __tablename__ = "thread_tag"

    thread_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("thread.id"), primary_key=True)
    tag_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("tag.id"), primary_key=True, index=True)
