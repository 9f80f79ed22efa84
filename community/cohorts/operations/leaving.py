"""What becomes of somebody's enrolments when they delete their account."""

import sqlalchemy as sa

from community.cohorts.models import Enrolment, EnrolmentMove, ReleaseAct
from community.kernel.context import Context
from community.kernel.db import execute
from community.kernel.operation import operation


@operation
def erase(ctx: Context) -> None:
    """Forget the reasons that were written about the actor; the steps stay, without words."""
    mine = sa.select(Enrolment.id).where(Enrolment.user_id == ctx.actor_id)
    for model in (EnrolmentMove, ReleaseAct):
        execute(sa.update(model).where(model.enrolment_id.in_(mine)).values(reason=""))
