"""Which letters somebody stopped."""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from community.correspondence.rules import LetterKind
from community.kernel.db import Keyed, choice


class StoppedLetter(Keyed):
    """A kind of letter that somebody does not want; without a row they get it."""

    __tablename__ = "stopped_letter"
    __table_args__ = (sa.UniqueConstraint("user_id", "kind"),)

    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    kind: Mapped[LetterKind] = mapped_column(choice(LetterKind))
    at: Mapped[dt.datetime]
