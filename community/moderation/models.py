"""Reports, the cases they make, what was decided, and second looks at it."""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from community.kernel.db import Keyed, choice
from community.moderation.rules import NOTE_LONGEST, WORDS_LONGEST, Outcome, Reason

OPEN = "closed_at IS NULL"
WAITS = "answered_at IS NULL"


class Case(Keyed):
    """What waits to be looked at: a post that was reported; one open case a post and space.

    ``space_id`` is where it was reported: who leads that space looks after it, also when the post
    was moved to another one since. ``claimed_at`` says since when somebody looks at it; after
    ``rules.CLAIM_LASTS`` that counts no more.
    """

    __tablename__ = "moderation_case"
    __table_args__ = (
        sa.Index(
            "uq_moderation_case_open",
            "post_id",
            "space_id",
            unique=True,
            sqlite_where=sa.text(OPEN),
            postgresql_where=sa.text(OPEN),
        ),
        sa.Index("ix_moderation_case_post_id", "post_id"),
        sa.Index("ix_moderation_case_space_id", "space_id", "closed_at"),
        sa.CheckConstraint(
            "(claimed_by IS NULL) = (claimed_at IS NULL)", name="claimed_at_some_time"
        ),
    )

    post_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("post.id"))
    space_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("space.id"))
    author_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user_account.id"))  # the post's
    opened_at: Mapped[dt.datetime]
    claimed_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))
    claimed_at: Mapped[dt.datetime | None]
    closed_at: Mapped[dt.datetime | None]


class Report(Keyed):
    """What somebody says is wrong with a post: once a person and post."""

    __tablename__ = "moderation_report"
    __table_args__ = (
        sa.UniqueConstraint("post_id", "reporter_id"),
        sa.Index("ix_moderation_report_reporter_id", "reporter_id", "at"),
    )

    case_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("moderation_case.id"), index=True)
    post_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("post.id"))
    # None: whoever it was has deleted their account
    reporter_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))
    reason: Mapped[Reason] = mapped_column(choice(Reason))
    note: Mapped[str] = mapped_column(sa.String(NOTE_LONGEST), default="")
    at: Mapped[dt.datetime]


class Decision(Keyed):
    """What was decided about a case or a person; ``overturned_at``: a second look took it back.

    ``words`` are for whom it concerns, ``note`` for those who lead the space and for nobody else.
    ``space_id`` is that of the case. Without a ``case_id`` it is a measure: about a person. It
    holds everywhere where it has no ``space_id``, and then an administrator took it. It holds till
    ``until`` (None: till somebody lifts it), or till it is lifted or taken back.
    """

    __tablename__ = "moderation_decision"
    __table_args__ = (
        sa.Index("ix_moderation_decision_at", "at"),
        sa.CheckConstraint(
            "case_id IS NULL OR space_id IS NOT NULL", name="a_case_stands_in_a_space"
        ),
        sa.CheckConstraint("(lifted_at IS NULL) = (lifted_by IS NULL)", name="lifted_by_somebody"),
    )

    case_id: Mapped[uuid.UUID | None] = mapped_column(
        sa.ForeignKey("moderation_case.id"), unique=True
    )
    space_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("space.id"))
    about_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    outcome: Mapped[Outcome] = mapped_column(choice(Outcome))
    reason: Mapped[Reason | None] = mapped_column(choice(Reason, name="decision_reason"))
    words: Mapped[str] = mapped_column(sa.String(WORDS_LONGEST), default="")
    note: Mapped[str] = mapped_column(sa.String(WORDS_LONGEST), default="")
    at: Mapped[dt.datetime]
    overturned_at: Mapped[dt.datetime | None]
    until: Mapped[dt.datetime | None]
    lifted_at: Mapped[dt.datetime | None]
    lifted_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))


class Appeal(Keyed):
    """A second look that somebody asked for, once a decision, and what came of it."""

    __tablename__ = "moderation_appeal"
    __table_args__ = (
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answered_by IS NULL)", name="answered_by_somebody"
        ),
        sa.Index(
            "ix_moderation_appeal_waiting",
            "decision_id",
            sqlite_where=sa.text(WAITS),
            postgresql_where=sa.text(WAITS),
        ),
    )

    decision_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("moderation_decision.id"), unique=True
    )
    text: Mapped[str] = mapped_column(sa.String(WORDS_LONGEST))
    at: Mapped[dt.datetime]
    answered_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))
    answered_at: Mapped[dt.datetime | None]
    words: Mapped[str] = mapped_column(sa.String(WORDS_LONGEST), default="")


class ModerationAct(Keyed):
    """A line of the record of what those who lead did; never changed, never deleted.

    ``before`` and ``after`` are states in a word, as ``rules`` name them. Why, in words, stands in
    the decision: that of the case, or ``decision_id`` for a measure, whose ``case_id`` is the one
    it was taken from, if any. An act that sets what holds for a space is about nobody.
    """

    __tablename__ = "moderation_act"
    __table_args__ = (sa.Index("ix_moderation_act_space_id", "space_id", "at", "id"),)

    space_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("space.id"))
    case_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("moderation_case.id"))
    decision_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("moderation_decision.id"))
    about_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))
    by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    what: Mapped[str] = mapped_column(sa.String(32))
    before: Mapped[str] = mapped_column(sa.String(32))
    after: Mapped[str] = mapped_column(sa.String(32))
    at: Mapped[dt.datetime]
