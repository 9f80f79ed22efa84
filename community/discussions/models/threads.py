"""Threads, and how far each member has read."""

import datetime as dt
import enum
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from community.kernel.db import Keyed, choice


class ThreadKind(enum.StrEnum):
    """What somebody begins a thread for."""

    QUESTION = "question"
    DISCUSSION = "discussion"
    ANNOUNCEMENT = "announcement"  # organisers and facilitators begin it, everybody may reply
    ASK = "ask"
    OFFER = "offer"
    SHOW_AND_TELL = "show_and_tell"


class Thread(Keyed):
    """A conversation of a space; its id is also the id of its numbered stream."""

    __tablename__ = "thread"
    __table_args__ = (
        # what follows the id is asked of each thread to say whether it is unread: no row is read
        sa.Index(
            "ix_thread_unread",
            "space_id",
            "last_posted_at",
            "id",
            "last_number",
            "removed",
            "history",
            "merged_into_id",
            "kind",
        ),
        sa.Index("ix_thread_asked", "space_id", "kind", "created_at", "id"),
    )

    space_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("space.id"))
    kind: Mapped[ThreadKind] = mapped_column(choice(ThreadKind))
    title: Mapped[str] = mapped_column(sa.String(200))
    author_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    created_at: Mapped[dt.datetime]
    last_number: Mapped[int] = mapped_column(default=0)  # of the newest post; numbers begin at 1
    removed: Mapped[int] = mapped_column(default=0)  # its posts that were taken or moved away
    # its posts up to this number were brought in from elsewhere: nobody owes that they read them
    history: Mapped[int] = mapped_column(default=0, server_default=sa.text("0"))
    last_posted_at: Mapped[dt.datetime]  # when the newest post that stands was written
    last_author_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    pinned_at: Mapped[dt.datetime | None]  # it stands on top of its space's threads
    locked_at: Mapped[dt.datetime | None]  # nobody replies but who facilitates
    answer: Mapped[int | None]  # the number of the post that answers its question
    # where its last posts went to: nothing stands in it any more, and no list shows it
    merged_into_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("thread.id"))

    @property
    def begun(self) -> bool:
        """Whether a post of it has, or had, a place: one that waits for approval has none yet."""
        return self.last_number > 0


class ReadPointer(Keyed):
    """The number of the last post a member has read in a thread.

    Where they last marked all at once as read: when, and from which number to which; while they
    have not read on, or back, that can be undone.
    """

    __tablename__ = "read_pointer"
    __table_args__ = (
        sa.UniqueConstraint("user_id", "thread_id"),
        sa.Index(
            "ix_read_pointer_swept",
            "user_id",
            "swept_at",
            postgresql_where=sa.text("swept_at IS NOT NULL"),
            sqlite_where=sa.text("swept_at IS NOT NULL"),
        ),
    )

    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    thread_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("thread.id"))
    number: Mapped[int]
    at: Mapped[dt.datetime]
    swept_at: Mapped[dt.datetime | None]
    swept_from: Mapped[int | None]
    swept_to: Mapped[int | None]
