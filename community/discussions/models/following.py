"""How closely somebody follows a thread or a space."""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from community.discussions.rules import Level
from community.kernel.db import Keyed, choice


class ThreadLevel(Keyed):
    """What somebody chose for one thread; it goes before what they chose for its space."""

    __tablename__ = "thread_level"
    __table_args__ = (sa.UniqueConstraint("user_id", "thread_id"),)

    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    thread_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("thread.id"), index=True)
    level: Mapped[Level] = mapped_column(choice(Level))
    at: Mapped[dt.datetime]


class SpaceLevel(Keyed):
    """What somebody chose for the threads of a space."""

    __tablename__ = "space_level"
    __table_args__ = (sa.UniqueConstraint("user_id", "space_id"),)

    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    space_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("space.id"), index=True)
    level: Mapped[Level] = mapped_column(choice(Level))
    at: Mapped[dt.datetime]
