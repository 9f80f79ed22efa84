"""Work owed for later: a row in the transaction of the change, relayed to the queue afterwards.

The row is the promise, the queue only a hint: a row that was relayed and not done in time is
relayed again, so nothing is lost with Redis, a worker or a queue file. Jobs may therefore run twice
and must not mind.
"""

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from community.kernel.db import Keyed

KEEP_DONE = dt.timedelta(days=7)  # for who asks what was done; what failed for good stays


class OutboxRow(Keyed):
    """One piece of work for a worker."""

    __tablename__ = "outbox"
    __table_args__ = (sa.Index("ix_outbox_waiting", "done_at", "due_at"),)

    job: Mapped[str] = mapped_column(sa.String(80))
    payload: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    actor_id: Mapped[uuid.UUID | None]  # the person the work serves; it acts as them
    due_at: Mapped[dt.datetime]
    relayed_at: Mapped[dt.datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(sa.String(200))  # the kind of error, no data
    done_at: Mapped[dt.datetime | None]
