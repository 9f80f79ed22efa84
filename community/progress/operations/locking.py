"""The lock under which everything is counted: that of the totals of whoever it is counted for."""

import uuid
from collections.abc import Collection, Sequence

import sqlalchemy as sa

from community.cohorts.models import Enrolment, Run
from community.kernel.context import Context
from community.kernel.db import db, execute
from community.progress.models import Summary
from community.progress.policy.plans import plan
from community.progress.policy.sessions import read_anew

# The hot path: built once.
_LOCKED = (
    sa.select(Summary)
    .where(Summary.enrolment_id.in_(sa.bindparam("enrolments", type_=sa.Uuid(), expanding=True)))
    .order_by(Summary.enrolment_id)
    .with_for_update()
    .execution_options(populate_existing=True)
)
_ALL_LOCKED = (
    sa.select(Summary.id)
    .where(
        Summary.enrolment_id.in_(
            sa.select(Enrolment.id).where(Enrolment.run_id == sa.bindparam("run", type_=sa.Uuid()))
        )
    )
    .order_by(Summary.enrolment_id)
    .with_for_update()
)


def lock_summaries(
    ctx: Context, run: Run, enrolment_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, Summary]:
    """Lock the totals of some enrolments till the commit, in one order for everybody.

    One that is missing is made, under the lock of its enrolment. ``run`` then has the version and
    the state it has under the lock: it may have been closed, or moved to a newer version by whoever
    held it before, so look activities up afterwards; what is asked of nobody is read along.
    """
    keys = sorted(set(enrolment_ids))
    found = _locked(keys)
    if keys:
        read_anew(ctx, run)
    if missing := [key for key in keys if key not in found]:
        db.session.execute(
            sa.select(Enrolment.id)
            .where(Enrolment.id.in_(missing))
            .order_by(Enrolment.id)
            .with_for_update()
        )
        found = _locked(keys)
        for key in keys:
            if key not in found:
                found[key] = _new_summary(run, key)
        db.session.flush()
    return found


def lock_all_summaries(run_id: uuid.UUID) -> None:
    """Lock the totals of everybody in a run till the commit: nobody's act is halfway done.

    For what changes a run under its learners. An act that holds its own comes before, whole; one
    that waits finds the run as it is afterwards (``lock_summaries``). So the many who act need no
    lock they share.
    """
    execute(_ALL_LOCKED, {"run": run_id})


def _locked(keys: Sequence[uuid.UUID]) -> dict[uuid.UUID, Summary]:
    rows = db.session.scalars(_LOCKED, {"enrolments": keys})
    return {row.enrolment_id: row for row in rows}


def _new_summary(run: Run, enrolment_id: uuid.UUID) -> Summary:
    """Add the totals of an enrolment in which nothing has been done yet."""
    row = Summary(
        enrolment_id=enrolment_id,
        done=0,
        last_activity_id=None,
        last_active_at=None,
        cells=plan(run.version_id).nothing,
    )
    db.session.add(row)
    return row
