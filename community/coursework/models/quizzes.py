"""Quizzes: attempts, from their beginning to what became of them."""

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from community.kernel.db import Keyed


class QuizAttempt(Keyed):
    """One attempt at a quiz: open until it is handed in or its time is over, then as it is.

    ``sheet`` is its own copy of the rules and the questions (``kinds.quiz.sheets``): what the
    course says later changes nothing here. Attempts of releases before have none: theirs is made of
    the activity they were answered in. That is ``answered_in``, where the questions of the run's
    newer version are others.

    One with essays has no score until a person has marked them: ``marks`` are points and a comment
    by the question, ``edition`` (None: 0) grows each time somebody keeps some, and ``marked_at`` is
    when all were given.
    """

    __tablename__ = "quiz_attempt"
    __table_args__ = (
        sa.UniqueConstraint("enrolment_id", "activity_id", "number"),
        sa.UniqueConstraint("enrolment_id", "activity_id", "client_id"),
        sa.Index(
            "uq_quiz_attempt_open",
            "enrolment_id",
            "activity_id",
            unique=True,
            sqlite_where=sa.text("submitted_at IS NULL"),
            postgresql_where=sa.text("submitted_at IS NULL"),
        ),
    )

    enrolment_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("enrolment.id"))
    activity_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("activity.id"))
    number: Mapped[int]  # from 1
    client_id: Mapped[str] = mapped_column(sa.String(64))  # of handing in; "open:..." until then
    begun_as: Mapped[str | None] = mapped_column(sa.String(64))  # the client's id of beginning
    begun_at: Mapped[dt.datetime | None]
    ends_at: Mapped[dt.datetime | None]  # when its time is over
    sheet: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    answers: Mapped[dict[str, Any]] = mapped_column(sa.JSON)  # question id -> texts
    score: Mapped[int | None]  # per cent
    passed: Mapped[bool | None]
    submitted_at: Mapped[dt.datetime | None]
    marks: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    edition: Mapped[int | None]
    marked_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))
    marked_at: Mapped[dt.datetime | None]
    answered_in: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("activity.id"))
