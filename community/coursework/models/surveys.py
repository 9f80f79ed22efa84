"""Surveys: who has answered, and what was said.

An anonymous survey keeps the two apart. That somebody answered is a ``SurveyAnswer`` without
answers; what was said goes into the one ``SurveyBox`` of the survey, which knows neither who nor
when. No key, order or instant joins them: ids are random (version 4, where the house else takes
time-ordered ones), the box is one row however many answer, and what waits in it lies in an order
that follows from what it says. Every fifth answer the five that wait are dissolved into counts and
loose texts, so that not even the answers of one person stay together. Until then whoever reads the
tables themselves knows that what waits is by those who answered last: the first answer is by the
first who answered, however it is kept.
"""

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from community.kernel.db import Model


class SurveyAnswer(Model):
    """That a learner has answered a survey, once; and with what, where names stand beside it."""

    __tablename__ = "survey_answer"
    __table_args__ = (
        sa.UniqueConstraint("enrolment_id", "activity_id"),
        sa.CheckConstraint("(answers IS NULL) = (answered_at IS NULL)", name="named_whole"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    enrolment_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("enrolment.id"))
    activity_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("activity.id"), index=True)
    answers: Mapped[dict[str, list[str]] | None] = mapped_column(sa.JSON(none_as_null=True))
    answered_at: Mapped[dt.datetime | None]
    changed_at: Mapped[dt.datetime | None]


class SurveyBox(Model):
    """What was said in an anonymous survey of a run; ``waiting`` holds what is not counted yet.

    ``fresh`` of it came since the questions are what they are: an answer to a new question must not
    be counted beside four that were never asked it.
    """

    __tablename__ = "survey_box"
    __table_args__ = (sa.UniqueConstraint("run_id", "activity_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    run_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("run.id"))
    activity_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("activity.id"))
    answered: Mapped[int]
    counts: Mapped[dict[str, dict[str, int]]] = mapped_column(sa.JSON)  # by question, by choice
    waiting: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON)
    fresh: Mapped[int]


class SurveyGone(Model):
    """What those who deleted their accounts chose in a named survey, as numbers: not who, nor when.

    Only of answers that were among the counts which learners see: these would shift otherwise, and
    tell what was taken out of them.
    """

    __tablename__ = "survey_gone"
    __table_args__ = (sa.UniqueConstraint("run_id", "activity_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    run_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("run.id"))
    activity_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("activity.id"))
    answered: Mapped[int]
    counts: Mapped[dict[str, dict[str, int]]] = mapped_column(sa.JSON)  # by question, by choice


class SurveyText(Model):
    """A text that somebody wrote in an anonymous survey: beside no other answer of theirs.

    On SQLite the table has no row numbers, which would tell the order.
    """

    __tablename__ = "survey_text"
    __table_args__ = (
        sa.Index("ix_survey_text_question", "run_id", "activity_id", "question", "id"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    run_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("run.id"))
    activity_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("activity.id"))
    question: Mapped[str] = mapped_column(sa.String(8))
    text: Mapped[str] = mapped_column(sa.Text)
