"""What stands in inboxes, which reminders were owed, and news that is still to be told."""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from community.kernel.db import Keyed, choice
from community.notifications.rules import Reason, Why


class Reminder(Keyed):
    """A reminder that was owed to somebody: never twice for one time of one session.

    ``sequence`` is the session's as it stood: one that is moved is reminded of again.
    """

    __tablename__ = "reminder"
    __table_args__ = (sa.UniqueConstraint("session_id", "user_id", "hours", "sequence"),)

    session_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("live_session.id"))
    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    hours: Mapped[int]  # how long before: 24 or 1
    sequence: Mapped[int]
    at: Mapped[dt.datetime]


class ScheduleNews(Keyed):
    """A change of a session that members are to learn of; several are told in one letter.

    ``telling`` is the letter's own id once it is owed.
    """

    __tablename__ = "schedule_news"
    __table_args__ = (sa.Index("ix_schedule_news_telling", "telling", "space_id"),)

    space_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("space.id"))
    session_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("live_session.id"), index=True)
    actor_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))
    was_at: Mapped[dt.datetime | None]  # when it was planned before; None: it stood as called off
    was_minutes: Mapped[int | None]
    at: Mapped[dt.datetime]
    telling: Mapped[uuid.UUID | None]


class AnswerNews(Keyed):
    """A post that somebody is to learn of, and why; several of a thread are told in one letter.

    ``telling`` is the letter's own id once it is owed.
    """

    __tablename__ = "answer_news"
    __table_args__ = (
        sa.UniqueConstraint("post_id", "user_id"),
        sa.Index("ix_answer_news_telling", "telling", "at"),
    )

    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    post_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("post.id"))
    why: Mapped[Why] = mapped_column(choice(Why))
    at: Mapped[dt.datetime]
    telling: Mapped[uuid.UUID | None]


class InboxNotice(Keyed):
    """That somebody is told of something, and why: one row of theirs a subject.

    ``subject_id`` is what it is about, by ``why``: a post, a letter's ``ScheduleNews.telling``, a
    hand-in, an attempt, a nudge, a certificate. No key holds it: what is gone is not shown.
    ``space_id`` is the space one must belong to in order to be told; None for what stays one's own,
    and for posts, whose thread says it.

    Reading a thread reads what it tells of posts there: a notice counts as read when ``read_at`` is
    set or the read pointer has passed its post.
    """

    __tablename__ = "inbox_notice"
    __table_args__ = (
        sa.UniqueConstraint("user_id", "subject_id"),
        sa.Index("ix_inbox_notice_newest", "user_id", "at"),
        sa.Index(
            "ix_inbox_notice_unread",
            "user_id",
            "at",
            postgresql_where=sa.text("read_at IS NULL"),
            sqlite_where=sa.text("read_at IS NULL"),
        ),
        sa.Index("ix_inbox_notice_old", "at"),
    )

    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    subject_id: Mapped[uuid.UUID]
    why: Mapped[Reason] = mapped_column(choice(Reason))
    space_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("space.id"))
    at: Mapped[dt.datetime]
    read_at: Mapped[dt.datetime | None]
