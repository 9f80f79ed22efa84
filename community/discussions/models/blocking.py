"""Whom somebody does not want to hear."""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from community.kernel.db import Keyed


class Block(Keyed):
    """Whose posts somebody has folded, and of whom they are told nothing; known to nobody else."""

    __tablename__ = "block"
    __table_args__ = (
        sa.UniqueConstraint("user_id", "blocked_id"),
        sa.CheckConstraint("user_id <> blocked_id", name="somebody_else"),
    )

    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    blocked_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    at: Mapped[dt.datetime]
