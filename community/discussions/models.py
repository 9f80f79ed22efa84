"""Threads, posts, and how far each member has read."""

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
    __table_args__ = (sa.Index("ix_thread_latest", "space_id", "last_posted_at", "id"),)

    space_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("space.id"))
    kind: Mapped[ThreadKind] = mapped_column(choice(ThreadKind))
    title: Mapped[str] = mapped_column(sa.String(200))
    author_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    created_at: Mapped[dt.datetime]
    last_number: Mapped[int] = mapped_column(default=0)  # of the newest post; numbers begin at 1
    last_posted_at: Mapped[dt.datetime]
    last_author_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user_account.id"))


class Post(Keyed):
    """One contribution; ``number`` is its place in the thread, never used again."""

    __tablename__ = "post"
    __table_args__ = (sa.UniqueConstraint("thread_id", "number"),)

    thread_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("thread.id"))
    number: Mapped[int]
    author_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    body: Mapped[str] = mapped_column(sa.Text)  # Markdown as it was typed
    html: Mapped[str] = mapped_column(sa.Text)  # rendered and sanitised once
    renderer: Mapped[int]  # the version of the renderer that made ``html``
    reply_to: Mapped[int | None]  # the number of the post this one answers
    created_at: Mapped[dt.datetime]


class ReadPointer(Keyed):
    """The number of the last post a member has read in a thread."""

    __tablename__ = "read_pointer"
    __table_args__ = (sa.UniqueConstraint("user_id", "thread_id"),)

    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    thread_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("thread.id"))
    number: Mapped[int]
    at: Mapped[dt.datetime]
