"""Answering a survey, with one's name beside it or without."""

import random
import uuid
from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from flask_babel import gettext as _

from community.academy.kinds.builtin import SURVEY
from community.academy.kinds.survey.answers import Answers, added, counted, texts_in
from community.coursework.models import SurveyAnswer, SurveyBox, SurveyText
from community.coursework.rules import STEP, in_no_order, may_change
from community.kernel.context import Context
from community.kernel.db import db, insert_missing
from community.kernel.errors import Conflict
from community.kernel.operation import operation
from community.progress.operations import (
    Doing,
    Headway,
    count,
    enter,
    headway,
    refuse_former,
    refuse_over,
    was_told,
)
from community.progress.policy import my_due
from community.progress.rules.states import Kind


@operation
def answer_survey(
    ctx: Context,
    run_id: uuid.UUID,
    activity_id: uuid.UUID,
    *,
    answers: Mapping[str, Sequence[str]],
    client_id: str,
) -> Headway:
    """Answer a survey, once; named answers may be sent again until they are due, in their place.

    A repeat under the same ``client_id`` changes nothing. Raises NotFound for what is not open,
    Forbidden for who is not enrolled, Conflict in a closed run, for what was answered for good and
    for a survey of an earlier version of the course, Invalid (fields nested as ``answers``) for
    what does not fit the questions.
    """
    doing = enter(ctx, run_id, activity_id, SURVEY.name)
    if not was_told(doing, client_id):
        refuse_over(ctx, doing.run)
        refuse_former(doing, activity_id)
        kept = SURVEY.fitting(doing.line.settings, answers)
        row = db.session.scalar(
            sa.select(SurveyAnswer).where(
                SurveyAnswer.enrolment_id == doing.enrolment_id,
                SurveyAnswer.activity_id == doing.line.id,
            )
        )
        if row is not None:
            _change(ctx, doing, row, kept)
        elif doing.line.settings["anonymous"]:
            _add(doing, SurveyAnswer())
            _drop_in(doing, kept)
        else:
            _add(doing, SurveyAnswer(answers=kept, answered_at=ctx.now))
    return headway(doing, count(ctx, doing, Kind.ANSWERED, 1, client_id))


def _add(doing: Doing, row: SurveyAnswer) -> None:
    row.enrolment_id, row.activity_id = doing.enrolment_id, doing.line.id
    db.session.add(row)
    db.session.flush()


def _change(ctx: Context, doing: Doing, row: SurveyAnswer, kept: dict[str, list[str]]) -> None:
    if row.answers is None or doing.line.settings["anonymous"]:
        raise Conflict(_("You have answered already, and without a name it cannot be changed."))
    if not may_change(my_due(ctx, doing.run, doing.line.module_id), ctx.now):
        raise Conflict(_("You have answered already. The time to change it is over."))
    if row.answers != kept:
        row.answers, row.changed_at = kept, ctx.now


def _drop_in(doing: Doing, answers: Answers) -> None:
    """Put answers into the box of their survey; with every fifth those that wait are dissolved.

    The fifth of those who were asked what is asked now: see ``SurveyBox``.
    """
    at = {"run_id": doing.run.id, "activity_id": doing.line.id}
    empty = {"id": uuid.uuid4(), "answered": 0, "counts": {}, "waiting": [], "fresh": 0}
    insert_missing(SurveyBox, {**at, **empty}, unique=("run_id", "activity_id"))
    box = db.session.scalars(
        sa.select(SurveyBox)
        .filter_by(**at)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    box.answered += 1
    box.fresh += 1
    waiting = in_no_order([*box.waiting, answers])
    if box.fresh < STEP:
        box.waiting = waiting
        return
    asks = doing.line.settings["asks"]
    box.counts = added(box.counts, counted(asks, waiting))
    box.waiting, box.fresh = [], 0
    texts = texts_in(asks, waiting)
    random.SystemRandom().shuffle(texts)
    db.session.add_all(SurveyText(**at, question=key, text=text) for key, text in texts)
