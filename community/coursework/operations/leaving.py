"""What becomes of what somebody made when they delete their account."""

import sqlalchemy as sa

from community.cohorts.models import Enrolment
from community.coursework.models import (
    AssignmentWork,
    Checklist,
    Extension,
    FilmWatching,
    QuizAttempt,
    Reflection,
    Submission,
    SurveyAnswer,
    WorkFile,
)
from community.coursework.operations.leaving_surveys import leave_numbers
from community.kernel.context import Context
from community.kernel.db import execute
from community.kernel.operation import operation


@operation
def erase(ctx: Context) -> None:
    """Remove what the actor made; how much was completed stays in the totals of their runs.

    What they said in anonymous surveys stays among the counts: nobody can tell which it is; so does
    what they chose in named ones, as numbers, where learners see counts. Of an attempt at a quiz
    the answers go, and its number and score stay; one that is open goes.
    """
    mine = sa.select(Enrolment.id).where(Enrolment.user_id == ctx.actor_id)
    works = sa.select(AssignmentWork.id).where(AssignmentWork.enrolment_id.in_(mine))
    leave_numbers(ctx)
    for part in (WorkFile, Submission):  # the files go when no row names them any more
        execute(sa.delete(part).where(part.work_id.in_(works)))
    for model in (AssignmentWork, Extension, Checklist, FilmWatching, Reflection, SurveyAnswer):
        execute(sa.delete(model).where(model.enrolment_id.in_(mine)))
    own = QuizAttempt.enrolment_id.in_(mine)
    execute(sa.delete(QuizAttempt).where(own, QuizAttempt.submitted_at.is_(None)))
    execute(sa.update(QuizAttempt).where(own).values(answers={}, marks=None))
