"""Work owed for later: a row in the transaction of the change, relayed to the queue afterwards.

The row is the promise, the queue only a hint: a row that was relayed and not done in time is
relayed again, so nothing is lost with Redis, a worker or a queue file. Jobs may therefore run twice
and must not mind.
"""

import dataclasses
import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from community.kernel.db import Keyed, execute

MAX_ATTEMPTS = 40  # over some twenty hours: a mail server that is down over night is nothing lost
KEEP_DONE = dt.timedelta(days=7)  # for who asks what was done; what failed for good stays


class NotYet(Exception):  # no error: a job says when it wants to be done
    """Raised by a job whose time has not come: it is done again at ``until``, an instant.

    Or sooner, where that is what somebody chose, who chooses otherwise (``operation.hasten``).
    """

    def __init__(self, until: dt.datetime, chosen_by: uuid.UUID | None = None) -> None:
        super().__init__(until)
        self.until = until
        self.chosen_by = chosen_by


_CHOSEN = "done_at IS NULL AND chosen_by IS NOT NULL"


class OutboxRow(Keyed):
    """One piece of work for a worker."""

    __tablename__ = "outbox"
    __table_args__ = (
        sa.Index("ix_outbox_waiting", "done_at", "due_at"),
        sa.Index(
            "ix_outbox_chosen_by",
            "chosen_by",
            postgresql_where=sa.text(_CHOSEN),
            sqlite_where=sa.text(_CHOSEN),
        ),
    )

    job: Mapped[str] = mapped_column(sa.String(80))
    once: Mapped[str | None] = mapped_column(sa.String(200), unique=True)  # see enqueue
    payload: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    request_id: Mapped[str | None] = mapped_column(sa.String(64))  # what it came of, for the log
    actor_id: Mapped[uuid.UUID | None]  # the person the work serves; it acts as them
    due_at: Mapped[dt.datetime]
    relayed_at: Mapped[dt.datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(sa.String(200))  # the kind of error, no data
    done_at: Mapped[dt.datetime | None]
    chosen_by: Mapped[uuid.UUID | None]  # whoever wants it no sooner than ``due_at``


@dataclasses.dataclass(frozen=True, slots=True)
class Owed:
    """Work that is owed at one instant; ``oldest`` in seconds since it was due."""

    waiting: int
    oldest: float
    failing: int
    given_up: int


def figures(now: dt.datetime) -> Owed:
    """Count what is owed; one statement over the rows that are not done."""
    row = OutboxRow
    tried_out = row.attempts >= MAX_ATTEMPTS
    waiting = sa.and_(row.due_at <= now, ~tried_out)
    found = execute(
        sa.select(
            sa.func.count().filter(waiting),
            sa.func.min(row.due_at).filter(waiting),
            sa.func.count().filter(row.attempts > 0, ~tried_out),
            sa.func.count().filter(tried_out),
        ).where(row.done_at.is_(None))
    ).one()
    oldest = (now - found[1]).total_seconds() if found[1] else 0.0
    return Owed(found[0], oldest, found[2], found[3])
