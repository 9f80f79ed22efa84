"""Who is mentioned in a post."""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from community.discussions.rules import MentionedGroup
from community.kernel.db import Keyed, choice


class Mention(Keyed):
    """A person or a group that a post mentions as it stands; ``at`` is since when.

    ``called`` is the name they are called by there, folded, so that the text means them also when
    they have another name; empty where they were chosen, and for a group.
    """

    __tablename__ = "mention"
    __table_args__ = (
        sa.UniqueConstraint("post_id", "user_id"),
        sa.UniqueConstraint("post_id", "whole"),
        sa.CheckConstraint("(user_id IS NULL) <> (whole IS NULL)", name="somebody"),
    )

    post_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("post.id"))
    user_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    whole: Mapped[MentionedGroup | None] = mapped_column(choice(MentionedGroup))
    called: Mapped[str] = mapped_column(sa.Text, default="")
    at: Mapped[dt.datetime]
