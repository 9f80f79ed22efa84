"""The secret in the addresses of somebody's feeds."""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from community.kernel.db import Keyed


class FeedKey(Keyed):
    """Lets programs read somebody's feeds; only a digest of the secret is kept.

    The secret follows from the row's id and the installation's key (``kernel.secrets``), so that
    its owner can be shown it again.
    """

    __tablename__ = "feed_key"

    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user_account.id"), unique=True)
    digest: Mapped[str] = mapped_column(sa.String(64), unique=True)  # SHA-256, hexadecimal
    made_at: Mapped[dt.datetime]
