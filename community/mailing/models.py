"""The ledger of letters, and when they come to somebody."""

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from community.correspondence.rules import Channel
from community.kernel.db import Keyed, choice
from community.kernel.posting import Why
from community.mailing.rules import Fate, Rhythm


class LedgerEntry(Keyed):
    """A letter or a message to devices that was owed to somebody, and what became of it.

    Never what stood in it. ``key`` is the letter's own. Of one about a thread no subject is kept:
    that is the thread's title, for as long as its reader sees it. ``job`` and ``payload`` write a
    letter again that waits for a digest, and ``into`` is that digest's own entry. ``post_id`` is
    the one post the letter told of: an answer to the letter answers it. It may be gone, so it is
    no foreign key.
    """

    __tablename__ = "ledger_entry"
    __table_args__ = (
        sa.UniqueConstraint("user_id", "key"),
        sa.Index("ix_ledger_entry_user_id", "user_id", "at", "id"),
        sa.Index("ix_ledger_entry_fate", "fate", "until"),
        sa.Index("ix_ledger_entry_into", "into"),
    )

    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    key: Mapped[str] = mapped_column(sa.String(200))
    channel: Mapped[Channel] = mapped_column(choice(Channel), server_default=Channel.MAIL)
    kind: Mapped[str] = mapped_column(sa.String(32))
    subject: Mapped[str] = mapped_column(sa.String(200))
    space_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("space.id"))
    thread_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("thread.id"))
    post_id: Mapped[uuid.UUID | None]
    fate: Mapped[Fate] = mapped_column(choice(Fate))
    why: Mapped[Why | None] = mapped_column(choice(Why))
    until: Mapped[dt.datetime | None]
    into: Mapped[uuid.UUID | None]
    job: Mapped[str | None] = mapped_column(sa.String(80))
    payload: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON)
    at: Mapped[dt.datetime]


class ReplyKey(Keyed):
    """What the addresses that take answers to somebody's letters are bound to.

    When the row goes, all of them end; the next letter makes another.
    """

    __tablename__ = "reply_key"

    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user_account.id"), unique=True)
    made_at: Mapped[dt.datetime]


class AddressTrouble(Keyed):
    """That letters to somebody come back: on how many ``days`` since one, and the last of them.

    From ``paused_at`` on none is sent but those about the account.
    """

    __tablename__ = "address_trouble"

    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user_account.id"), unique=True)
    since: Mapped[dt.date]
    last_on: Mapped[dt.date]
    days: Mapped[int]
    paused_at: Mapped[dt.datetime | None]


class LetterTimes(Keyed):
    """When letters come to somebody; without a row digests at eight, others at any hour."""

    __tablename__ = "letter_times"

    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user_account.id"), unique=True)
    rhythm: Mapped[Rhythm] = mapped_column(choice(Rhythm))
    hour: Mapped[int]
    weekday: Mapped[int]
    quiet_from: Mapped[int | None]
    quiet_to: Mapped[int | None]
