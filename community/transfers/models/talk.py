"""Archives of a space's talk that somebody took away."""

import datetime as dt
import enum
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from community.kernel.db import Keyed, choice


class ExportState(enum.StrEnum):
    """How far an archive is."""

    MAKING = "making"
    DONE = "done"
    FAILED = "failed"  # who asked may not have it any more, or there is too much


class TalkExport(Keyed):
    """An archive that somebody asked for; it holds what they saw, so nobody else loads it."""

    __tablename__ = "talk_export"

    space_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("space.id"), index=True)
    by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    stored_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("stored_file.id"), index=True)
    state: Mapped[ExportState] = mapped_column(choice(ExportState))
    size: Mapped[int] = mapped_column(sa.BigInteger, default=0)  # bytes
    threads: Mapped[int] = mapped_column(default=0)
    posts: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[dt.datetime] = mapped_column(index=True)
