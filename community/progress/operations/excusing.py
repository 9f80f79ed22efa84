"""Excusing or waiving one activity for many learners at once, with one reason, and taking it back.

Each learner gets a decision of their own, as if it had been made alone; the batch's id joins them.
"""

import uuid
from collections.abc import Collection

import sqlalchemy as sa
from flask_babel import gettext as _

from community.cohorts.models import Enrolment
from community.cohorts.policy import find_run
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import Conflict, Invalid, NotFound
from community.kernel.keys import new_key
from community.kernel.operation import operation
from community.kernel.policy import require
from community.progress.models import ActivityState, Decision
from community.progress.operations.decisions import decide, newest_decision
from community.progress.operations.ledger import refuse_over
from community.progress.policy import may_decide, plan, visible_records
from community.progress.rules.states import SETTLED, Status

MOST_AT_ONCE = 100  # learners of one act; each is a row to lock and a few to write


@operation
def excuse_many(
    ctx: Context,
    run_id: uuid.UUID,
    activity_id: uuid.UUID,
    *,
    enrolment_ids: Collection[uuid.UUID],
    status: Status,
    reason: str,
) -> tuple[uuid.UUID, int]:
    """Excuse or waive an activity for several learners of a run; all of them or none.

    Who has settled it already is left as they are. Returns the batch's id, by which it is taken
    back, and for how many it was decided.
    Raises NotFound for a run one does not see, an activity or a learner that is not of it,
    Forbidden for who does not facilitate it, Invalid for nobody, too many, another status or a
    reason ``decide`` refuses, Conflict in a closed run.
    """
    run = find_run(ctx, run_id)
    require(may_decide, ctx, run)
    if activity_id not in plan(run.version_id).lines:
        raise NotFound
    chosen = frozenset(enrolment_ids)
    if not 1 <= len(chosen) <= MOST_AT_ONCE:
        message = _("Choose one to %(most)d learners.", most=MOST_AT_ONCE)
        raise Invalid(_("Some of this cannot be used."), fields={"enrolments": [message]})
    if status not in {Status.EXCUSED, Status.WAIVED}:
        message = _("For several at once: excused or waived.")
        raise Invalid(_("Some of this cannot be used."), fields={"status": [message]})
    of_run = visible_records(ctx).where(Enrolment.run_id == run.id)
    found = set(
        db.session.scalars(of_run.where(Enrolment.id.in_(chosen)).with_only_columns(Enrolment.id))
    )
    if found != chosen:
        raise NotFound
    settled = set(
        db.session.scalars(
            sa.select(ActivityState.enrolment_id).where(
                ActivityState.activity_id == activity_id,
                ActivityState.enrolment_id.in_(chosen),
                ActivityState.status.in_(sorted(SETTLED)),
            )
        )
    )
    batch = new_key()
    for enrolment_id in sorted(chosen - settled):  # in one order, so that two cannot wait in a ring
        decision = decide(ctx, enrolment_id, activity_id, status=status, reason=reason)
        decision.batch_id = batch
    return batch, len(chosen - settled)


@operation
def take_back_many(ctx: Context, run_id: uuid.UUID, batch_id: uuid.UUID) -> int:
    """Take back what was decided for many at once, where nobody has decided anew since.

    Returns for how many. Raises NotFound for a batch that is not of the run, Forbidden for who does
    not facilitate it, Conflict in a closed run or when nothing of it stands.
    """
    run = find_run(ctx, run_id)
    require(may_decide, ctx, run)
    refuse_over(ctx, run)
    decided = db.session.scalars(
        sa.select(Decision)
        .join(Enrolment, Enrolment.id == Decision.enrolment_id)
        .where(Decision.batch_id == batch_id, Enrolment.run_id == run.id)
        .order_by(Decision.enrolment_id)
    ).all()
    if not decided:
        raise NotFound
    standing = [
        each
        for each in decided
        if newest_decision(each.enrolment_id, each.activity_id) is each and _seated(ctx, each)
    ]
    if not standing:
        raise Conflict(_("Nothing of it stands any more: it was taken back, or decided anew."))
    reason = _("Taken back at once.")
    for each in standing:
        decide(ctx, each.enrolment_id, each.activity_id, status=None, reason=reason)
    return len(standing)


def _seated(ctx: Context, decision: Decision) -> bool:
    """Whether a decision is on somebody who has not left since."""
    seen = visible_records(ctx).where(Enrolment.id == decision.enrolment_id)
    return db.session.scalar(seen) is not None
