"""Answers to a survey follow their run to a newer version of its questions, by what those say."""

import uuid
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from community.academy.kinds.builtin import SURVEY
from community.academy.kinds.survey.answers import Following
from community.cohorts.models import Enrolment
from community.coursework.models import SurveyAnswer, SurveyBox, SurveyGone, SurveyText
from community.coursework.rules import in_no_order
from community.kernel.db import db, execute
from community.progress.operations import repoint
from community.progress.operations.following import Former


def surveys_follow(run_id: uuid.UUID, formers: Mapping[uuid.UUID, Former]) -> None:
    """Point what was answered in a run to what is asked now.

    What was answered to a question that is not asked any more is left behind; its texts keep their
    rows.
    """
    surveys = {key: each for key, each in formers.items() if each.line.kind == SURVEY.name}
    for key, former in surveys.items():
        old, new = former.line.settings["asks"], former.now.settings["asks"]
        following = Following(old, new)
        if old != new:
            _named_anew(run_id, key, following)
            _counts_anew(run_id, key, following)
        _texts_follow(run_id, key, former, following)
        for model in (SurveyBox, SurveyGone):
            execute(
                sa.update(model)
                .where(model.run_id == run_id, model.activity_id == key)
                .values(activity_id=former.now.id)
            )
    repoint(run_id, SurveyAnswer, surveys)


def _named_anew(run_id: uuid.UUID, key: uuid.UUID, following: Following) -> None:
    rows = db.session.scalars(
        sa.select(SurveyAnswer)
        .join(Enrolment, Enrolment.id == SurveyAnswer.enrolment_id)
        .where(
            Enrolment.run_id == run_id,
            SurveyAnswer.activity_id == key,
            SurveyAnswer.answers.is_not(None),
        )
    )
    for row in rows.all():
        row.answers = following.answers(row.answers or {})
    db.session.flush()


def _counts_anew(run_id: uuid.UUID, key: uuid.UUID, following: Following) -> None:
    box = db.session.scalar(
        sa.select(SurveyBox).where(SurveyBox.run_id == run_id, SurveyBox.activity_id == key)
    )
    if box is not None:
        box.counts = following.counts(box.counts)
        box.waiting = in_no_order(following.answers(each) for each in box.waiting)
        box.fresh = 0
    gone = db.session.scalar(
        sa.select(SurveyGone).where(SurveyGone.run_id == run_id, SurveyGone.activity_id == key)
    )
    if gone is not None:
        gone.counts = following.counts(gone.counts)
    db.session.flush()


def _texts_follow(run_id: uuid.UUID, key: uuid.UUID, former: Former, following: Following) -> None:
    of_survey = sa.update(SurveyText).where(
        SurveyText.run_id == run_id, SurveyText.activity_id == key
    )
    asked = [ask["id"] for ask in former.line.settings["asks"] if ask["kind"] == "text"]
    for old in asked:
        if (now := following.key(old)) is not None:
            values: dict[str, Any] = {"activity_id": former.now.id, "question": now}
            execute(of_survey.where(SurveyText.question == old).values(values))
