"""Checklists: which items a learner has ticked."""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from community.kernel.db import Keyed


class Checklist(Keyed):
    """A learner's list as it stands now; ``ticked`` are ids of its items, in the list's order."""

    __tablename__ = "checklist"
    __table_args__ = (sa.UniqueConstraint("enrolment_id", "activity_id"),)

    enrolment_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("enrolment.id"))
    activity_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("activity.id"))
    ticked: Mapped[list[str]] = mapped_column(sa.JSON)
    changed_at: Mapped[dt.datetime]
