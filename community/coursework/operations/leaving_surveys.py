"""What becomes of the counts of a named survey when somebody deletes their account: nothing."""

import uuid

import sqlalchemy as sa

from community.academy.kinds.survey.answers import Counts, added, counted
from community.academy.queries import activity_content
from community.cohorts.models import Enrolment
from community.coursework.models import SurveyAnswer, SurveyGone
from community.coursework.queries.surveys import answers_in
from community.coursework.rules import in_steps
from community.kernel.context import Context
from community.kernel.db import db, execute, insert_missing


def leave_numbers(ctx: Context) -> None:
    """Keep what the actor chose as numbers, where it is among counts that learners see.

    What is not shown yet goes without a trace, and so do all their texts. Their answers are removed
    afterwards, in the same transaction.
    """
    mine = execute(
        sa.select(SurveyAnswer.id, SurveyAnswer.activity_id, SurveyAnswer.answers, Enrolment.run_id)
        .join(Enrolment, Enrolment.id == SurveyAnswer.enrolment_id)
        .where(Enrolment.user_id == ctx.actor_id, SurveyAnswer.answers.is_not(None))
    )
    for answer_id, activity_id, answers, run_id in mine.all():
        settings = activity_content(activity_id).settings
        if settings["counts"]:
            _leave(run_id, activity_id, answer_id, counted(settings["asks"], [answers]))


def _leave(
    run_id: uuid.UUID, activity_id: uuid.UUID, answer_id: uuid.UUID, numbers: Counts
) -> None:
    at = {"run_id": run_id, "activity_id": activity_id}
    insert_missing(
        SurveyGone,
        {**at, "id": uuid.uuid4(), "answered": 0, "counts": {}},
        unique=("run_id", "activity_id"),
    )
    gone = db.session.scalars(
        sa.select(SurveyGone)
        .filter_by(**at)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    named = answers_in(run_id, activity_id).with_only_columns(SurveyAnswer.id)
    keys = list(db.session.scalars(named))
    shown = in_steps(len(keys) + gone.answered) - gone.answered
    if keys.index(answer_id) < shown:
        gone.answered += 1
        gone.counts = added(gone.counts, numbers)
