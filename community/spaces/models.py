"""Spaces, memberships and invitations."""

import datetime as dt
import enum
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from community.kernel.db import Keyed, choice, promise
from community.spaces.rules import APPROVE_FIRST, NEWCOMER_LINKS, SLOW_SECONDS, Reason

NOTE_LONGEST = 500  # code points of what an inviter adds
WAITING = "email IS NOT NULL AND revoked_at IS NULL AND answered_at IS NULL AND declined_at IS NULL"
"""A letter without an answer: one for each space and address."""
RESCUE_HOURS = (4, 12, 24, 48, 72, 168)
"""So many hours may a question wait until it is due for rescue: a space chooses one of them."""
RESCUE_AT_FIRST = 24


class SpaceKind(enum.StrEnum):
    """What a space is the space of."""

    NETWORK = "network"  # the whole network: whoever organises here may import courses, begin runs
    COHORT = "cohort"  # the people of one run


class Role(enum.StrEnum):
    """What a member may do in a space, from most to least."""

    OWNER = "owner"
    ORGANISER = "organiser"
    FACILITATOR = "facilitator"
    MEMBER = "member"
    OBSERVER = "observer"  # reads, never writes


class Space(Keyed):
    """A group of people with roles; threads, sessions and runs hang on it and on nothing else.

    ``slow_seconds``: whoever does not lead writes one post in a thread in so many; 0 is off. They
    do not say the ``blocked_words``, one a line; ``words_blocked`` is how many there are.
    Posts of newcomers have at most ``newcomer_links``; None is any number. They
    wait for approval until ``approve_first`` of them stand; 0 is off.
    """

    __tablename__ = "space"
    __table_args__ = (
        sa.CheckConstraint(f"rescue_hours IN {RESCUE_HOURS}", name="rescue_hours"),
        sa.CheckConstraint(f"slow_seconds BETWEEN 0 AND {max(SLOW_SECONDS)}", name="slow_seconds"),
        sa.CheckConstraint(f"approve_first IN {APPROVE_FIRST}", name="approve_first"),
        sa.CheckConstraint(f"newcomer_links IN {NEWCOMER_LINKS}", name="newcomer_links"),
    )

    slug: Mapped[str] = mapped_column(sa.String(80), unique=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    kind: Mapped[SpaceKind] = mapped_column(choice(SpaceKind))
    summary: Mapped[str] = mapped_column(sa.String(300), default="")
    created_at: Mapped[dt.datetime]
    archived_at: Mapped[dt.datetime | None]
    # so long a question waits until those who lead the space are asked to answer it
    rescue_hours: Mapped[int] = mapped_column(
        default=RESCUE_AT_FIRST, server_default=str(RESCUE_AT_FIRST)
    )
    slow_seconds: Mapped[int] = mapped_column(default=0, server_default="0")
    newcomer_links: Mapped[int | None]
    approve_first: Mapped[int] = mapped_column(default=0, server_default="0")
    words_blocked: Mapped[int] = mapped_column(default=0, server_default="0")
    # read where it is asked for alone: a space is found at every step
    blocked_words: Mapped[str] = mapped_column(
        sa.Text, default="", server_default="", deferred=True
    )


class Membership(Keyed):
    """A person's place in a space; the row stays when they leave, ``ended_at`` says so.

    Until ``silenced_until`` they read and do not write; until ``suspended_until`` the space is as
    if it were not there for them. Both end by the clock, and are kept true by what was decided
    (``moderation``); ``silence_id`` is the decision, ``silence_reason`` its reason.
    """

    __tablename__ = "membership"
    __table_args__ = (
        sa.UniqueConstraint("space_id", "user_id"),
        sa.Index("ix_membership_role", "space_id", "role"),  # who leads, of however many
    )

    space_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("space.id"))
    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    role: Mapped[Role] = mapped_column(choice(Role))
    joined_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]
    silenced_until: Mapped[dt.datetime | None]
    silence_id: Mapped[uuid.UUID | None]
    silence_reason: Mapped[Reason | None] = mapped_column(choice(Reason, name="silence_reason"))
    suspended_until: Mapped[dt.datetime | None]


class Invitation(Keyed):
    """A way into one space in one role: a link to pass on, or a letter to one address.

    Only the secret's digest is kept. A plain link has no ``email``; a letter's is folded, and the
    letter serves once. ``last_sent_at`` is when one was asked for last, ``sent_at`` when the mail
    server took the first.
    """

    __tablename__ = "invitation"
    __table_args__ = (
        promise("uses >= 0 AND uses <= max_uses", name="uses"),
        sa.Index(
            "uq_invitation_waiting",
            "space_id",
            "email",
            unique=True,
            sqlite_where=sa.text(WAITING),
            postgresql_where=sa.text(WAITING),
        ),
    )

    space_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("space.id"), index=True)
    role: Mapped[Role] = mapped_column(choice(Role))
    digest: Mapped[str] = mapped_column(sa.String(64), unique=True)  # SHA-256, hexadecimal
    created_by: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    max_uses: Mapped[int]
    uses: Mapped[int] = mapped_column(default=0)
    revoked_at: Mapped[dt.datetime | None]
    email: Mapped[str | None] = mapped_column(sa.String(254))
    name: Mapped[str] = mapped_column(sa.String(120), default="", server_default="")
    note: Mapped[str] = mapped_column(sa.String(NOTE_LONGEST), default="", server_default="")
    sent_count: Mapped[int] = mapped_column(default=0, server_default="0")
    last_sent_at: Mapped[dt.datetime | None]
    sent_at: Mapped[dt.datetime | None]
    refused_at: Mapped[dt.datetime | None]  # the mail server knows no such mailbox
    answered_at: Mapped[dt.datetime | None]
    answered_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))
    declined_at: Mapped[dt.datetime | None]
