"""Reactions: what somebody says to a post without words."""

import datetime as dt
import enum
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from community.kernel.db import Keyed, choice


class ReactionKind(enum.StrEnum):
    """What one can say so; in the order in which they are shown. None is against anybody."""

    THANKS = "thanks"
    HELPFUL = "helpful"
    AGREE = "agree"
    CURIOUS = "curious"
    CELEBRATE = "celebrate"
    HEART = "heart"


class Reaction(Keyed):
    """One of somebody's reactions to a post; how many there are stands at the post."""

    __tablename__ = "reaction"
    __table_args__ = (sa.UniqueConstraint("post_id", "user_id", "kind"),)

    post_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("post.id"))
    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    kind: Mapped[ReactionKind] = mapped_column(choice(ReactionKind))
    at: Mapped[dt.datetime]
