"""When an assignment is due, as its own page says it, and the more time learners were given."""

import datetime as dt
import uuid

import sqlalchemy as sa

from community.academy.queries import ActivityLine
from community.cohorts.models import Run
from community.coursework.models import Extension
from community.kernel.context import Context
from community.progress import policy


def group_due(ctx: Context, run: Run, line: ActivityLine) -> dt.datetime | None:
    """Return when an assignment is due for who keeps up; None: it has no end."""
    due = policy.group_due(ctx, run, line)
    return due.at if due else None


def assignment_due(ctx: Context, run: Run, line: ActivityLine) -> dt.datetime | None:
    """Return when an assignment is due for the actor, without grace and extension."""
    due = policy.activity_due(ctx, run, line)
    return due.at if due else None


def more_time(enrolment_id: sa.ColumnElement[uuid.UUID]) -> sa.Select[uuid.UUID, dt.datetime]:
    """Select the extensions of a learner: see ``MoreTime``."""
    rows = sa.select(Extension.activity_id, Extension.until)
    return rows.where(Extension.enrolment_id == enrolment_id)
