"""Polls: a question in a post that its readers answer by choosing."""

import datetime as dt
import enum
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from community.kernel.db import Keyed, LocalDateTime, choice


class PollKind(enum.StrEnum):
    """How one chooses."""

    SINGLE = "single"
    MULTIPLE = "multiple"  # at most ``most`` of the options
    RANKED = "ranked"  # an order: counted by instant-runoff


class PollShows(enum.StrEnum):
    """When the results of a poll may be seen, by anybody."""

    ALWAYS = "always"
    # By whoever has voted, and by everybody once it is closed. Who takes their vote back has seen
    # them, and that is meant: a vote may be changed by what others think.
    VOTED = "voted"
    CLOSED = "closed"


class Poll(Keyed):
    """The poll of a post, which it stays with wherever that moves.

    An option's number is its place in ``options``, from 1. ``tally`` is what the ballots come to
    (``rules.tally_of``), counted under the row's lock with each ballot. Whether it is closed
    follows from ``closed_at`` (by hand) and ``closes_at``.
    """

    __tablename__ = "poll"
    __table_args__ = (
        sa.CheckConstraint("(closes_at IS NULL) = (local_at IS NULL)", name="closes_by_a_clock"),
        sa.CheckConstraint("(closes_at IS NULL) = (zone IS NULL)", name="closes_in_a_zone"),
    )

    post_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("post.id"), unique=True)
    question: Mapped[str] = mapped_column(sa.String(300))
    options: Mapped[list[str]] = mapped_column(sa.JSON)
    edition: Mapped[int] = mapped_column(default=1)  # how often question and options were written
    kind: Mapped[PollKind] = mapped_column(choice(PollKind))
    most: Mapped[int]  # how many options a ballot names at most
    shows: Mapped[PollShows] = mapped_column(choice(PollShows))
    named: Mapped[bool]  # whether members read who voted what; never switched
    local_at: Mapped[dt.datetime | None] = mapped_column(LocalDateTime)
    zone: Mapped[str | None] = mapped_column(sa.String(64))
    closes_at: Mapped[dt.datetime | None]  # the instant of ``local_at`` in ``zone``
    closed_at: Mapped[dt.datetime | None]
    voters: Mapped[int] = mapped_column(default=0)
    tally: Mapped[dict[str, Any]] = mapped_column(sa.JSON)


class Ballot(Keyed):
    """What somebody chose: numbers of options, ``"3 1"``; in a ranked poll the first is the best.

    ``user_id`` is null for one that counted in a closed poll whose voter's account is gone.
    """

    __tablename__ = "ballot"
    __table_args__ = (sa.UniqueConstraint("post_id", "user_id"),)

    post_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("post.id"))
    user_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    choices: Mapped[str] = mapped_column(sa.String(100))
    at: Mapped[dt.datetime]
