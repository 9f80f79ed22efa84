"""Which files are kept. Whatever names one does so by a foreign key to its row here."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from community.kernel.db import Keyed


class StoredFile(Keyed):
    """A file in the store; what it is called and of what kind stands where it is named."""

    __tablename__ = "stored_file"

    digest: Mapped[str] = mapped_column(sa.String(64), unique=True)  # SHA-256, hexadecimal
    size: Mapped[int] = mapped_column(sa.BigInteger)  # bytes
    kept_at: Mapped[dt.datetime]
    let_go_at: Mapped[dt.datetime | None]  # since when no row names it, as far as was looked
