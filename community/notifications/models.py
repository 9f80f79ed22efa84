"""Which reminders were owed, and news that is still to be told."""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from community.kernel.db import Keyed


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
