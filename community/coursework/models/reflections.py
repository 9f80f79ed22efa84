"""Reflections: what a learner writes, and what of it others read."""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from community.academy.kinds.reflection.kind import Readers
from community.kernel.db import Keyed, choice


class Reflection(Keyed):
    """A learner's text: the draft that stands in their box, and the text they handed in, if any.

    ``readers`` is whom they were told reads it when they handed it in; it is never widened. Each
    time anything of it is saved ``revision`` grows, so that two windows do not write over another.
    """

    __tablename__ = "reflection"
    __table_args__ = (
        sa.UniqueConstraint("enrolment_id", "activity_id"),
        sa.CheckConstraint(
            "(text IS NULL) = (readers IS NULL) AND (text IS NULL) = (handed_in_at IS NULL)",
            name="handed_in_whole",
        ),
    )

    enrolment_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("enrolment.id"))
    activity_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("activity.id"), index=True)
    draft: Mapped[str] = mapped_column(sa.Text)  # Markdown
    revision: Mapped[int]
    saved_at: Mapped[dt.datetime]
    text: Mapped[str | None] = mapped_column(
        sa.Text
    )  # Markdown; None: not handed in, or taken back
    html: Mapped[str] = mapped_column(sa.Text, default="")
    readers: Mapped[Readers | None] = mapped_column(choice(Readers))
    handed_in_at: Mapped[dt.datetime | None]
    changed_at: Mapped[dt.datetime | None]  # when the text became another, after it was handed in
