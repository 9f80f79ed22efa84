"""Runs, their breaks and earlier versions, enrolments, releases, where an activity was placed."""

import datetime as dt
import enum
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.orm import Mapped, column_property, mapped_column

from community.cohorts.rules import MAX_BREAK_DAYS, MAX_WEEKS, NOTE_LIMIT, Break, Timeline
from community.kernel.db import Keyed, LocalDateTime, choice, promise
from community.kernel.keys import new_key

_NEXT, _WITHIN = "\x1e", "\x1f"  # between breaks and between their parts; no text holds them


class RunState(enum.StrEnum):
    """How far a run is."""

    PLANNED = "planned"  # being prepared: organisers and facilitators see the course
    OPEN = "open"  # threads and sessions are placed, people learn
    CLOSED = "closed"  # over: what was open stays readable, nothing is completed any more


class EnrolmentState(enum.StrEnum):
    """Whether a learner still is one."""

    ACTIVE = "active"
    PAUSED = "paused"  # the seat and the progress stay, nothing is asked
    WITHDRAWN = "withdrawn"


SEATED = (EnrolmentState.ACTIVE, EnrolmentState.PAUSED)
"""Who has a seat."""
REASON_LONGEST = 500


class RunBreak(Keyed):
    """Days without teaching after a week of a run; the key keeps two from lying on each other."""

    __tablename__ = "run_break"
    __table_args__ = (
        sa.UniqueConstraint("run_id", "after_week"),
        sa.CheckConstraint(f"after_week BETWEEN 1 AND {MAX_WEEKS - 1}", name="after_week"),
        sa.CheckConstraint(f"days BETWEEN 1 AND {MAX_BREAK_DAYS}", name="days"),
    )

    run_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("run.id"))
    after_week: Mapped[int]
    days: Mapped[int]
    note: Mapped[str] = mapped_column(sa.String(NOTE_LIMIT), default="")


class _Breaks(sa.TypeDecorator[tuple[Break, ...]]):
    """The breaks of a run as one value of its row, so that no page asks for them apart."""

    impl = sa.Text
    cache_ok = True

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[Break, ...]:
        if not value:
            return ()
        parts = (each.split(_WITHIN) for each in value.split(_NEXT))
        return tuple(sorted(Break(int(week), int(days), note) for week, days, note in parts))


def _breaks_of(run_id: Mapped[uuid.UUID]) -> sa.ColumnElement[tuple[Break, ...]]:
    week, days = (sa.cast(c, sa.String) for c in (RunBreak.after_week, RunBreak.days))
    one = week + _WITHIN + days + _WITHIN + RunBreak.note
    packed = sa.select(sa.func.aggregate_strings(one, _NEXT)).where(RunBreak.run_id == run_id)
    return sa.type_coerce(packed.correlate_except(RunBreak).scalar_subquery(), _Breaks())


class Run(Keyed):
    """A course version delivered to a space, from a day on, a module a week, in a zone.

    ``weeks`` counts those of teaching; what lies between them is in ``breaks``. ``revision`` rises
    with each change of what is said here, so that two who change it at once are told.
    """

    __tablename__ = "run"
    __table_args__ = (
        promise("enrolled >= 0 AND enrolled <= capacity", name="seats"),
        sa.CheckConstraint("weeks BETWEEN 1 AND 52", name="weeks"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_key)
    space_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("space.id"), unique=True)
    version_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("course_version.id"), index=True)
    starts_on: Mapped[dt.date]
    weeks: Mapped[int]
    zone: Mapped[str] = mapped_column(sa.String(64))
    capacity: Mapped[int]
    enrolled: Mapped[int] = mapped_column(default=0)  # seats taken; guarded by the check
    state: Mapped[RunState] = mapped_column(choice(RunState))
    created_by: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    created_at: Mapped[dt.datetime]
    opened_at: Mapped[dt.datetime | None]
    closed_at: Mapped[dt.datetime | None]
    revision: Mapped[int] = mapped_column(default=0, server_default="0")
    # whether some learners have releases of their own, see ``LearnerRelease``
    individual: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    breaks: Mapped[tuple[Break, ...]] = column_property(_breaks_of(id))  # noqa: A003  # the column

    @property
    def timeline(self) -> Timeline:
        """When its weeks are."""
        return Timeline(self.starts_on, self.weeks, self.breaks)


class EarlierVersion(Keyed):
    """A version of the course that a run had before it was moved to a newer one."""

    __tablename__ = "run_earlier_version"
    __table_args__ = (sa.UniqueConstraint("run_id", "version_id"),)

    run_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("run.id"))
    version_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("course_version.id"), index=True)
    left_by: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    left_at: Mapped[dt.datetime]


class Enrolment(Keyed):
    """A learner's place in a run, beside the membership of its space; both begin and end as one."""

    __tablename__ = "enrolment"
    __table_args__ = (sa.UniqueConstraint("run_id", "user_id"),)

    run_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("run.id"))
    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    state: Mapped[EnrolmentState] = mapped_column(choice(EnrolmentState))
    enrolled_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]
    returned_at: Mapped[dt.datetime | None]  # from the last pause
    # by how many days all dates of theirs are later; fewer than none: earlier
    shift_days: Mapped[int] = mapped_column(default=0, server_default="0")
    paced_from: Mapped[dt.datetime | None]  # see ``rules.paced_due``; None: ``enrolled_at``


class EnrolmentMove(Keyed):
    """A step of an enrolment from one state to another: by whom, and why in their own words."""

    __tablename__ = "enrolment_move"

    enrolment_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("enrolment.id"), index=True)
    former: Mapped[EnrolmentState | None] = mapped_column(choice(EnrolmentState, name="former"))
    state: Mapped[EnrolmentState] = mapped_column(choice(EnrolmentState))
    reason: Mapped[str] = mapped_column(sa.String(REASON_LONGEST), default="")
    actor_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))
    at: Mapped[dt.datetime]


class Release(Keyed):
    """When a module of a run opens: ``local_at``, in the run's zone, is when its week begins.

    ``rule`` is as ``academy.rules.releases`` reads it, empty for the usual one; ``own``: the run's,
    not the course's. What follows from both is kept as instants: those of the rule's times by their
    text, ``opens_at`` before which it opens to nobody, and ``begins_at`` from which its time is
    counted, None where that is the same.
    """

    __tablename__ = "release"
    __table_args__ = (sa.UniqueConstraint("run_id", "module_id"),)

    run_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("run.id"))
    module_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("module.id"))
    local_at: Mapped[dt.datetime] = mapped_column(LocalDateTime)
    opens_at: Mapped[dt.datetime]
    rule: Mapped[str] = mapped_column(sa.Text, default="", server_default="")
    own: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    instants: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    begins_at: Mapped[dt.datetime | None]
    opened_at: Mapped[dt.datetime | None]  # an organiser opened it to everybody


class LearnerRelease(Keyed):
    """When a module opens to one learner for whom it is another time than for the run.

    They came on a day of their own, their dates were shifted, or it was opened for them. What it
    holds is what ``Release`` holds of everybody.
    """

    __tablename__ = "learner_release"
    __table_args__ = (sa.UniqueConstraint("enrolment_id", "module_id"),)

    enrolment_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("enrolment.id"))
    module_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("module.id"))
    begins_at: Mapped[dt.datetime]
    opens_at: Mapped[dt.datetime]
    instants: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    opened_at: Mapped[dt.datetime | None]


class ReleaseKind(enum.StrEnum):
    """What an organiser did about when modules open."""

    OPENED = "opened"
    SHUT = "shut"  # took an opening back
    SHIFTED = "shifted"
    RULE = "rule"


class ReleaseAct(Keyed):
    """What an organiser did about when modules open: for whom (None: everybody), and why."""

    __tablename__ = "release_act"
    __table_args__ = (sa.Index("ix_release_act_run", "run_id", "id"),)

    run_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("run.id"))
    enrolment_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("enrolment.id"))
    module_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("module.id"))
    kind: Mapped[ReleaseKind] = mapped_column(choice(ReleaseKind))
    days: Mapped[int] = mapped_column(default=0)  # how much later a learner's dates are now
    reason: Mapped[str] = mapped_column(sa.String(REASON_LONGEST), default="")
    actor_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))
    at: Mapped[dt.datetime]


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
