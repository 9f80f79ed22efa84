"""Assignments: what a learner works on, the versions they handed in, and more time for one."""

import datetime as dt
import enum
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from community.kernel.db import Keyed, choice

LONGEST_NAME = 120  # of a file, code points


class Stage(enum.StrEnum):
    """Where a learner's work stands."""

    OPEN = "open"  # nothing is handed in, or it was taken back
    HANDED_IN = "handed_in"  # it waits for somebody who marks
    RETURNED = "returned"  # given back, to be worked on
    ACCEPTED = "accepted"  # for good


class Marking(enum.StrEnum):
    """What somebody who marked a version did with it."""

    RETURNED = "returned"
    ACCEPTED = "accepted"


class AssignmentWork(Keyed):
    """What a learner works on in an assignment; there is one a learner and activity.

    Each time anything of it is saved ``revision`` grows, so that two windows do not write over
    another. ``waiting_since`` is when the version that waits was handed in.
    """

    __tablename__ = "assignment_work"
    __table_args__ = (
        sa.UniqueConstraint("enrolment_id", "activity_id"),
        sa.CheckConstraint(
            "(stage = 'handed_in') = (waiting_since IS NOT NULL)", name="waits_since"
        ),
        sa.Index("ix_assignment_work_activity", "activity_id", "waiting_since"),
    )

    enrolment_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("enrolment.id"))
    activity_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("activity.id"))
    stage: Mapped[Stage] = mapped_column(choice(Stage))
    draft: Mapped[str] = mapped_column(sa.Text)  # Markdown
    revision: Mapped[int]
    saved_at: Mapped[dt.datetime]
    versions: Mapped[int]  # how many were handed in, those taken back among them
    waiting_since: Mapped[dt.datetime | None]


class Submission(Keyed):
    """A version as it was handed in; its text and files never change. And what was said to it.

    ``due_at`` is when it was due for this learner, without grace and extension; ``late`` is told,
    never refused. ``edition`` grows each time somebody who marks saves, so that two do not write
    over another: from 1 on it cannot be taken back. ``rubric`` is the copy it was marked by,
    ``levels`` what was chosen of it (criterion id -> level id). The learner sees what was said once
    ``outcome`` is there.
    """

    __tablename__ = "submission"
    __table_args__ = (
        sa.UniqueConstraint("work_id", "number"),
        sa.UniqueConstraint("work_id", "client_id"),
        sa.CheckConstraint(
            "(outcome IS NULL) = (marked_at IS NULL)"
            " AND (taken_back_at IS NULL OR outcome IS NULL)",
            name="marked_whole",
        ),
    )

    work_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("assignment_work.id"))
    number: Mapped[int]  # from 1
    client_id: Mapped[str] = mapped_column(sa.String(64))
    text: Mapped[str] = mapped_column(sa.Text)  # Markdown
    html: Mapped[str] = mapped_column(sa.Text)
    handed_in_at: Mapped[dt.datetime]
    due_at: Mapped[dt.datetime | None]
    late: Mapped[bool]
    taken_back_at: Mapped[dt.datetime | None]
    edition: Mapped[int]
    rubric: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON)
    levels: Mapped[dict[str, str]] = mapped_column(sa.JSON)
    comment: Mapped[str] = mapped_column(sa.Text)  # Markdown
    comment_html: Mapped[str] = mapped_column(sa.Text)
    outcome: Mapped[Marking | None] = mapped_column(choice(Marking, name="outcome"))
    marked_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))
    marked_at: Mapped[dt.datetime | None]


class WorkFile(Keyed):
    """A file of a learner's: in what they work on, or (``submission_id``) in a version."""

    __tablename__ = "work_file"

    work_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("assignment_work.id"), index=True)
    submission_id: Mapped[uuid.UUID | None] = mapped_column(
        sa.ForeignKey("submission.id"), index=True
    )
    name: Mapped[str] = mapped_column(sa.String(LONGEST_NAME))  # with the ending it is told by
    stored_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("stored_file.id"), index=True)
    added_at: Mapped[dt.datetime]


class Extension(Keyed):
    """More time for one learner in one assignment; they see it with its reason."""

    __tablename__ = "assignment_extension"
    __table_args__ = (sa.UniqueConstraint("enrolment_id", "activity_id"),)

    enrolment_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("enrolment.id"))
    activity_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("activity.id"))
    until: Mapped[dt.datetime]
    reason: Mapped[str] = mapped_column(sa.Text)
    given_by: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    given_at: Mapped[dt.datetime]
