"""A facilitator's word on one activity of one learner, with the reason."""

import uuid

import sqlalchemy as sa
from flask_babel import gettext as _

from community.cohorts.models import Run
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import Conflict, Invalid, NotFound
from community.kernel.operation import operation, record
from community.kernel.policy import find, require
from community.progress.events import DecisionMade
from community.progress.models import ActivityState, Decision, LearningEvent
from community.progress.operations.ledger import TICK, add_up, mark, refuse_over, say, settled_by
from community.progress.operations.locking import lock_summaries
from community.progress.operations.storing import state_of, write_state
from community.progress.operations.verdicts import judge_learners
from community.progress.policy import judge, line_now, may_decide, visible_records
from community.progress.policy.terms import in_force
from community.progress.rules.states import Act, Kind, Ruling, Status, derive

REASON_SHORTEST, REASON_LONGEST = 3, 500


@operation
def decide(
    ctx: Context,
    enrolment_id: uuid.UUID,
    activity_id: uuid.UUID,
    *,
    status: Status | None,
    reason: str,
) -> Decision:
    """Mark an activity of a learner done, excused or waived; None takes the last word back.

    The decision wins over what the learner did; taken back, what they did counts again. The learner
    sees it with the reason and the name.
    Raises NotFound for a record or activity one does not see, Forbidden for who does not facilitate
    the run, Invalid for a reason that is too short or too long or a status that cannot be given,
    Conflict in a closed or archived run or when there is nothing to take back.
    """
    enrolment = find(visible_records(ctx), enrolment_id)
    run = db.session.get_one(Run, enrolment.run_id)
    if line_now(run, activity_id) is None:
        raise NotFound
    require(may_decide, ctx, run)
    _refuse(status, reason)
    summary = lock_summaries(ctx, run, [enrolment_id])[enrolment_id]
    refuse_over(ctx, run)  # under the lock: whoever closes a run waits for it, or is waited for
    line = line_now(run, activity_id)
    if line is None:
        raise NotFound
    activity_id = line.id
    newest = newest_decision(enrolment_id, activity_id)
    if status is None and (newest is None or newest.status is None):
        raise Conflict(_("There is no decision to take back."))
    decision = Decision(
        enrolment_id=enrolment_id,
        activity_id=activity_id,
        status=status,
        reason=reason,
        decided_by=ctx.person,
        decided_at=max(ctx.now, newest.decided_at + TICK) if newest else ctx.now,
    )
    db.session.add(decision)
    row = db.session.scalars(
        sa.select(ActivityState).where(
            ActivityState.enrolment_id == enrolment_id, ActivityState.activity_id == activity_id
        )
    ).one_or_none()
    before = state_of(row) if row else None
    acts = db.session.execute(
        sa.select(LearningEvent.kind, LearningEvent.value, LearningEvent.happened_at).where(
            LearningEvent.enrolment_id == enrolment_id, LearningEvent.activity_id == activity_id
        )
    )
    now = derive(
        (Act(Kind(act.kind), act.value, act.happened_at) for act in acts),
        Ruling(status, decision.decided_at),
        judge(line),
    )
    settled = settled_by([enrolment_id])[enrolment_id]
    write_state(enrolment_id, activity_id, row, now)
    others = settled - {activity_id}
    now_settled = others | {activity_id} if now and now.settled else others
    opened = add_up(ctx, run, summary, settled, now_settled)
    db.session.flush()
    record(
        DecisionMade(
            run_id=run.id,
            enrolment_id=enrolment_id,
            activity_id=activity_id,
            decision_id=decision.id,
        )
    )
    if (before and before.status) != (now and now.status):
        mark(run, summary, activity_id, now.status if now else None)
        say(
            ctx,
            run,
            summary,
            user_id=enrolment.user_id,
            activity_id=activity_id,
            status=now.status.value if now else "",
            opened=opened,
        )
    judge_learners(ctx, run, in_force(run.id), {enrolment_id: summary}, {enrolment_id: now_settled})
    return decision


def newest_decision(enrolment_id: uuid.UUID, activity_id: uuid.UUID) -> Decision | None:
    """Return the decision that counts, taken back or not."""
    found: Decision | None = db.session.scalar(
        sa.select(Decision)
        .where(Decision.enrolment_id == enrolment_id, Decision.activity_id == activity_id)
        .order_by(Decision.decided_at.desc(), Decision.id.desc())
        .limit(1)
    )
    return found


def _refuse(status: Status | None, reason: str) -> None:
    wrong: dict[str, list[str]] = {}
    if status is Status.BEGUN:
        wrong["status"] = [_("A decision is done, excused or waived.")]
    if not REASON_SHORTEST <= len(reason.strip()) <= REASON_LONGEST:
        wrong["reason"] = [
            _(
                "Give a reason of %(least)d to %(most)d characters; the learner reads it.",
                least=REASON_SHORTEST,
                most=REASON_LONGEST,
            )
        ]
    if wrong:
        raise Invalid(_("Some of this cannot be used."), fields=wrong)
