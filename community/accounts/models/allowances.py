"""How much somebody adds to the files of the house."""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from community.kernel.db import Keyed


class FileAllowance(Keyed):
    """How many bytes of files somebody has added within a day, those removed again among them.

    What is removed lies on the disk for some days yet: without this, adding and removing in a loop
    would fill it. The day begins with the first file; the row of each person is their lock.
    """

    __tablename__ = "file_allowance"

    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user_account.id"), unique=True)
    since: Mapped[dt.datetime]
    used: Mapped[int] = mapped_column(sa.BigInteger)  # bytes
