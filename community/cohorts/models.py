"""Runs, enrolments, release instants, and where an activity's thread or session was placed."""

import datetime as dt
import enum
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from community.kernel.db import Keyed, LocalDateTime, choice, promise


class RunState(enum.StrEnum):
    """How far a run is."""

    PLANNED = "planned"  # being prepared: organisers and facilitators see the course
    OPEN = "open"  # threads and sessions are placed, people learn
    CLOSED = "closed"  # over: what was open stays readable, nothing is completed any more


class EnrolmentState(enum.StrEnum):
    """Whether a learner still is one."""

    ACTIVE = "active"
    WITHDRAWN = "withdrawn"


class Run(Keyed):
    """A course version delivered to a space, from a day on, a module a week, in a zone."""

    __tablename__ = "run"
    __table_args__ = (
        promise("enrolled >= 0 AND enrolled <= capacity", name="seats"),
        sa.CheckConstraint("weeks BETWEEN 1 AND 52", name="weeks"),
    )

    space_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("space.id"), unique=True)
    version_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("course_version.id"), index=True)
    starts_on: Mapped[dt.date]
    weeks: Mapped[int]
    zone: Mapped[str] = mapped_column(sa.String(64))
    capacity: Mapped[int]
    enrolled: Mapped[int] = mapped_column(default=0)  # active enrolments; guarded by the check
    state: Mapped[RunState] = mapped_column(choice(RunState))
    created_by: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    created_at: Mapped[dt.datetime]
    opened_at: Mapped[dt.datetime | None]
    closed_at: Mapped[dt.datetime | None]


class Enrolment(Keyed):
    """A learner's place in a run, beside the membership of its space; both begin and end as one."""

    __tablename__ = "enrolment"
    __table_args__ = (sa.UniqueConstraint("run_id", "user_id"),)

    run_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("run.id"))
    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    state: Mapped[EnrolmentState] = mapped_column(choice(EnrolmentState))
    enrolled_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]


class Release(Keyed):
    """When a module of a run opens: ``local_at`` in the run's zone is the truth."""

    __tablename__ = "release"
    __table_args__ = (sa.UniqueConstraint("run_id", "module_id"),)

    run_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("run.id"))
    module_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("module.id"))
    local_at: Mapped[dt.datetime] = mapped_column(LocalDateTime)
    opens_at: Mapped[dt.datetime]


class Placement(Keyed):
    """Where an activity of a run takes place: a thread or a live session of the run's space."""

    __tablename__ = "placement"
    __table_args__ = (
        sa.UniqueConstraint("run_id", "activity_id"),
        sa.CheckConstraint("(thread_id IS NULL) <> (session_id IS NULL)", name="one_place"),
    )

    run_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("run.id"))
    activity_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("activity.id"))
    thread_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("thread.id"), unique=True)
    session_id: Mapped[uuid.UUID | None] = mapped_column(
        sa.ForeignKey("live_session.id"), unique=True
    )
