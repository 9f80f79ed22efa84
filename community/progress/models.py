"""Learning events, what follows from them for each activity and enrolment, and when one is done."""

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from community.kernel.db import Keyed, choice
from community.progress.rules.completion import Change, Outcome
from community.progress.rules.states import Status

POLICY_NOTE_LONGEST = 300  # code points
NUDGE_SUBJECT_LONGEST, NUDGE_LONGEST = 150, 2_000  # code points

_OUTCOME = sa.Enum(
    Outcome, native_enum=False, length=32, values_callable=lambda each: [one.value for one in each]
)


class LearningEvent(Keyed):
    """One learning act; ``client_id`` makes a retry or an offline batch count once.

    ``kind`` is a ``rules.states.Kind``, which says what ``value`` is.
    """

    __tablename__ = "learning_event"
    __table_args__ = (
        sa.UniqueConstraint("enrolment_id", "client_id"),
        sa.Index("ix_learning_event_activity", "enrolment_id", "activity_id"),
    )

    enrolment_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("enrolment.id"))
    activity_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("activity.id"))
    client_id: Mapped[str] = mapped_column(sa.String(64))
    kind: Mapped[str] = mapped_column(sa.String(16))
    value: Mapped[float]
    happened_at: Mapped[dt.datetime]


class Decision(Keyed):
    """A facilitator's word on one activity of one learner; the newest counts."""

    __tablename__ = "progress_decision"
    __table_args__ = (sa.Index("ix_progress_decision_activity", "enrolment_id", "activity_id"),)

    enrolment_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("enrolment.id"))
    activity_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("activity.id"))
    status: Mapped[Status | None] = mapped_column(choice(Status))  # None: taken back
    reason: Mapped[str] = mapped_column(sa.String(500))
    decided_by: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    decided_at: Mapped[dt.datetime]
    # what was decided for many at once has one id, by which all of it is taken back
    batch_id: Mapped[uuid.UUID | None] = mapped_column(index=True)


class Nudge(Keyed):
    """A facilitator's kind word to a learner who has gone quiet, as it was sent."""

    __tablename__ = "nudge"
    __table_args__ = (sa.Index("ix_nudge_enrolment", "enrolment_id", "sent_at"),)

    enrolment_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("enrolment.id"))
    subject: Mapped[str] = mapped_column(sa.String(NUDGE_SUBJECT_LONGEST))
    text: Mapped[str] = mapped_column(sa.String(NUDGE_LONGEST))
    sent_by: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    sent_at: Mapped[dt.datetime]


class Care(Keyed):
    """Who has taken a learner upon themself, so that nobody else needs to."""

    __tablename__ = "care"

    enrolment_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("enrolment.id"), unique=True)
    taken_by: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    taken_at: Mapped[dt.datetime]


class CompletionPolicy(Keyed):
    """What a run asks of who completes it; a change is a row of the next number, none is edited."""

    __tablename__ = "completion_policy"
    __table_args__ = (
        sa.UniqueConstraint("run_id", "number"),
        sa.CheckConstraint("number >= 1", name="number"),
    )

    # a planned run that is withdrawn takes its rules along; nobody was judged by them
    run_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("run.id", ondelete="CASCADE"))
    number: Mapped[int]
    criteria: Mapped[dict[str, Any]] = mapped_column(sa.JSON)  # as ``rules.completion.Terms``
    change: Mapped[Change] = mapped_column(choice(Change))
    note: Mapped[str] = mapped_column(sa.String(POLICY_NOTE_LONGEST))
    made_by: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    made_at: Mapped[dt.datetime]


class CompletionVerdict(Keyed):
    """That somebody has completed a run, or participated in it, and by which policy.

    ``at`` is when the learner's act met the last thing that was asked, ``decided_at`` when that was
    found. It stands until an organiser takes it back by changing the rules for the past, too.
    """

    __tablename__ = "completion_verdict"
    __table_args__ = (
        sa.UniqueConstraint("enrolment_id", "outcome"),
        sa.Index("ix_completion_verdict_policy_id", "policy_id"),
    )

    enrolment_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("enrolment.id"))
    outcome: Mapped[Outcome] = mapped_column(choice(Outcome))
    policy_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("completion_policy.id"))
    evidence: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON)  # each as a ``Finding``
    at: Mapped[dt.datetime]
    decided_at: Mapped[dt.datetime]
    withdrawn_at: Mapped[dt.datetime | None]


class ActivityState(Keyed):
    """Where a learner stands in an activity; derived from events and decisions, never above 1."""

    __tablename__ = "activity_state"
    __table_args__ = (
        sa.UniqueConstraint("enrolment_id", "activity_id"),
        sa.CheckConstraint("fraction >= 0 AND fraction <= 1", name="fraction"),
    )

    enrolment_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("enrolment.id"))
    activity_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("activity.id"))
    status: Mapped[Status] = mapped_column(choice(Status))
    fraction: Mapped[float]
    evidence: Mapped[dict[str, Any]] = mapped_column(sa.JSON)  # as ``kinds.protocol.Evidence``
    begun_at: Mapped[dt.datetime]
    done_at: Mapped[dt.datetime | None]


class Summary(Keyed):
    """What an enrolment has done in its run, for who reads everybody's at once.

    How much of it counts, and so the per cent, hangs on which sessions take place and is never
    stored: see ``rules.counting``.
    """

    __tablename__ = "progress_summary"
    __table_args__ = (sa.CheckConstraint("percent BETWEEN 0 AND 100", name="percent"),)

    enrolment_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("enrolment.id"), unique=True)
    done: Mapped[int]  # required activities that are settled
    # Of the release before, which runs while the schema is upgraded: the next one drops them.
    required: Mapped[int | None]
    percent: Mapped[int | None]
    last_activity_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("activity.id"))
    last_active_at: Mapped[dt.datetime | None]
    cells: Mapped[str] = mapped_column(sa.Text)  # see ``rules.cells``
    # the better of the verdicts that stand, beside the totals as the desk reads them
    outcome: Mapped[Outcome | None] = mapped_column(_OUTCOME)
