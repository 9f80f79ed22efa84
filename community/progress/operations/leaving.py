"""What becomes of somebody's progress when they delete their account."""

import sqlalchemy as sa

from community.cohorts.models import Enrolment
from community.kernel.context import Context
from community.kernel.db import execute
from community.kernel.operation import operation
from community.progress.models import Care, Decision, Nudge


@operation
def erase(ctx: Context) -> None:
    """Forget what was written to and about the actor; the numbers stay."""
    mine = sa.select(Enrolment.id).where(Enrolment.user_id == ctx.actor_id)
    for model in (Nudge, Care):
        execute(sa.delete(model).where(model.enrolment_id.in_(mine)))
    execute(sa.delete(Care).where(Care.taken_by == ctx.actor_id))
    execute(sa.update(Decision).where(Decision.enrolment_id.in_(mine)).values(reason=""))
