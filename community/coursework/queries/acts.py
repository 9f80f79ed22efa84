"""Which acts were counted before."""

import uuid
from collections.abc import Collection

import sqlalchemy as sa

from community.cohorts.models import Enrolment
from community.kernel.context import Context
from community.kernel.db import db
from community.progress.models import LearningEvent


def counted_before(ctx: Context, client_ids: Collection[str]) -> set[tuple[uuid.UUID, str]]:
    """Return those of the actor's acts that are counted already, by run and client's id."""
    found = db.session.execute(
        sa.select(Enrolment.run_id, LearningEvent.client_id)
        .join(LearningEvent, LearningEvent.enrolment_id == Enrolment.id)
        .where(Enrolment.user_id == ctx.person, LearningEvent.client_id.in_(list(client_ids)))
    )
    return {(row.run_id, row.client_id) for row in found}
