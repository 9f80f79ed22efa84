"""Films: what of them a learner has played, and where they are."""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from community.kernel.db import Keyed


class FilmWatching(Keyed):
    """What a learner has played of a film; ``played`` are spans of seconds, apart and in order."""

    __tablename__ = "film_watching"
    __table_args__ = (sa.UniqueConstraint("enrolment_id", "activity_id"),)

    enrolment_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("enrolment.id"))
    activity_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("activity.id"))
    played: Mapped[list[list[float]]] = mapped_column(sa.JSON)
    position: Mapped[float]  # seconds
    changed_at: Mapped[dt.datetime]
