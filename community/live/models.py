"""Sessions, and what is said and seen in their rooms."""

import datetime as dt
import enum
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from community.kernel.db import Keyed, LocalDateTime, choice


class SessionState(enum.StrEnum):
    """Where a session is in its life.

    It moves on, with one way back: one that was called off (over without having begun) is
    reinstated.
    """

    SCHEDULED = "scheduled"
    LIVE = "live"
    ENDED = "ended"


class LiveSession(Keyed):
    """A meeting of a space; its id is also the id of its room's numbered stream.

    ``local_at`` in ``zone`` is the truth of when it is planned; ``starts_at`` follows from it.
    ``sequence`` is what calendars call by that name: it rises with each change members must learn
    of. ``edition`` rises with every change of what is planned: two who edit at once are told.
    ``moved_from`` and ``moved_from_minutes`` are what was planned before the last move.
    """

    __tablename__ = "live_session"
    __table_args__ = (
        sa.Index("ix_live_session_calendar", "space_id", "starts_at"),
        sa.Index("ix_live_session_due", "state", "starts_at"),
        sa.CheckConstraint("minutes BETWEEN 1 AND 600", name="minutes"),
    )

    space_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("space.id"))
    title: Mapped[str] = mapped_column(sa.String(200))
    plan: Mapped[str] = mapped_column(sa.Text, default="")  # Markdown
    plan_html: Mapped[str] = mapped_column(sa.Text, default="")
    local_at: Mapped[dt.datetime] = mapped_column(LocalDateTime)
    zone: Mapped[str] = mapped_column(sa.String(64))
    starts_at: Mapped[dt.datetime]
    minutes: Mapped[int]
    state: Mapped[SessionState] = mapped_column(choice(SessionState))
    started_at: Mapped[dt.datetime | None]
    ended_at: Mapped[dt.datetime | None]
    video_url: Mapped[str | None] = mapped_column(sa.String(500))  # shown to members only
    sequence: Mapped[int] = mapped_column(default=0, server_default="0")
    edition: Mapped[int] = mapped_column(default=0, server_default="0")
    moved_from: Mapped[dt.datetime | None]
    moved_from_minutes: Mapped[int | None]
    called_off_at: Mapped[dt.datetime | None]
    called_off_reason: Mapped[str] = mapped_column(
        sa.String(300), default="", server_default=""
    )  # for members
    created_by: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user_account.id"))

    @property
    def called_off(self) -> bool:
        return self.called_off_at is not None


class RoomMessage(Keyed):
    """A line of a room's chat, plain text."""

    __tablename__ = "room_message"

    session_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("live_session.id"), index=True)
    author_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    body: Mapped[str] = mapped_column(sa.String(2000))
    created_at: Mapped[dt.datetime]


class Hand(Keyed):
    """A raised hand; the queue is those not lowered, oldest first. One a person at a time."""

    __tablename__ = "hand"
    __table_args__ = (
        sa.Index(
            "uq_hand_raised",
            "session_id",
            "user_id",
            unique=True,
            sqlite_where=sa.text("lowered_at IS NULL"),
            postgresql_where=sa.text("lowered_at IS NULL"),
        ),
    )

    session_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("live_session.id"))
    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    raised_at: Mapped[dt.datetime]
    lowered_at: Mapped[dt.datetime | None]


class Presence(Keyed):
    """A lease on being there, a row a socket; its node renews it, any node reaps a dead node's."""

    __tablename__ = "presence"
    __table_args__ = (sa.Index("ix_presence_lease", "left_at", "last_seen_at"),)

    session_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("live_session.id"), index=True)
    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    node_id: Mapped[uuid.UUID]
    joined_at: Mapped[dt.datetime]
    last_seen_at: Mapped[dt.datetime]
    left_at: Mapped[dt.datetime | None]


class Attendance(Keyed):
    """How long somebody was there: merged intervals, clipped to the session.

    ``intervals`` is a list of ``[start, end]`` in ISO 8601; ``seconds`` is their total length.
    """

    __tablename__ = "attendance"
    __table_args__ = (sa.UniqueConstraint("session_id", "user_id"),)

    session_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("live_session.id"))
    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    seconds: Mapped[int]
    intervals: Mapped[list[Any]] = mapped_column(sa.JSON)
