"""More time for one learner in one assignment."""

import datetime as dt
import uuid

import sqlalchemy as sa
from flask_babel import gettext as _

from community.academy.kinds.builtin import ASSIGNMENT
from community.academy.queries import ActivityLine
from community.cohorts.models import Enrolment, Run
from community.cohorts.policy import find_run
from community.coursework.events import ExtensionGiven, ExtensionTakenBack
from community.coursework.models import AssignmentWork, Extension, Submission
from community.coursework.policy import may_extend
from community.kernel import localtime
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import Conflict, Invalid, NotFound
from community.kernel.operation import operation, record
from community.kernel.policy import find, require
from community.progress.operations import refuse_over
from community.progress.operations.locking import lock_summaries
from community.progress.policy import open_line, visible_records

LONGEST_REASON = 500  # code points
FARTHEST = dt.timedelta(days=366)


@operation
def give_extension(
    ctx: Context,
    run_id: uuid.UUID,
    activity_id: uuid.UUID,
    enrolment_id: uuid.UUID,
    *,
    until: dt.datetime,
    reason: str,
) -> Extension:
    """Give a learner until a time on the run's clocks, in place of what they were given before.

    What they handed in before that time is late no more. Raises NotFound for an activity or a
    learner one does not see, Forbidden for who does not facilitate, Conflict in a closed run,
    Invalid for a time that is over, or farther than a year.
    """
    run, line = _held(ctx, run_id, activity_id, enrolment_id)
    at = localtime.instant(until, run.zone)
    if not ctx.now < at <= ctx.now + FARTHEST:
        words = _("Give a time that is still to come, within a year.")
        raise Invalid(_("Some of this cannot be used."), fields={"until": [words]})
    row = _there(enrolment_id, line.id)
    if row is None:
        row = Extension(enrolment_id=enrolment_id, activity_id=line.id)
        db.session.add(row)
    row.until, row.reason, row.given_by, row.given_at = at, reason, ctx.person, ctx.now
    db.session.flush()
    handed_in = db.session.scalars(
        sa.select(Submission)
        .join(AssignmentWork, AssignmentWork.id == Submission.work_id)
        .where(
            AssignmentWork.enrolment_id == enrolment_id,
            AssignmentWork.activity_id == line.id,
        )
    )
    for each in handed_in:
        each.late = False  # it came before now, and they have until later
    record(ExtensionGiven(run_id=run.id, activity_id=line.id, enrolment_id=enrolment_id))
    return row


@operation
def take_back_extension(
    ctx: Context, run_id: uuid.UUID, activity_id: uuid.UUID, enrolment_id: uuid.UUID
) -> None:
    """Take more time back; what was handed in while it stood stays in time.

    Where there is none, nothing changes. Raises as ``give_extension`` does.
    """
    run, line = _held(ctx, run_id, activity_id, enrolment_id)
    row = _there(enrolment_id, line.id)
    if row is not None:
        db.session.delete(row)
        record(ExtensionTakenBack(run_id=run.id, activity_id=line.id, enrolment_id=enrolment_id))


def _held(
    ctx: Context, run_id: uuid.UUID, activity_id: uuid.UUID, enrolment_id: uuid.UUID
) -> tuple[Run, ActivityLine]:
    """Return the run and the assignment, with the learner's totals locked."""
    run = find_run(ctx, run_id)
    line = open_line(ctx, run, activity_id)
    require(may_extend, ctx, run)
    find(visible_records(ctx).where(Enrolment.run_id == run.id), enrolment_id)
    if line.kind != ASSIGNMENT.name:
        raise NotFound
    lock_summaries(ctx, run, [enrolment_id])
    refuse_over(ctx, run)  # under the lock: it may have been closed meanwhile
    line = open_line(ctx, run, activity_id)
    if line.kind != ASSIGNMENT.name:
        raise Conflict(_("This activity is not done in this way."))
    return run, line


def _there(enrolment_id: uuid.UUID, activity_id: uuid.UUID) -> Extension | None:
    found: Extension | None = db.session.scalar(
        sa.select(Extension)
        .where(Extension.enrolment_id == enrolment_id, Extension.activity_id == activity_id)
        .execution_options(populate_existing=True)
    )
    return found
