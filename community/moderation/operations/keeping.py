"""What was decided long ago loses its words; that it was decided stays."""

import sqlalchemy as sa

from community.kernel.context import Context
from community.kernel.db import execute
from community.kernel.operation import operation
from community.moderation.models import Decision
from community.moderation.policy import in_force
from community.moderation.rules import DECIDED_KEPT_FOR

WIPED_AT_ONCE = 200


def wipe_decisions(ctx: Context) -> int:
    """Wipe the words of decisions that are kept no longer; returns of how many."""
    wiped = 0
    while some := _wipe_some(ctx):
        wiped += some
    return wiped


@operation
def _wipe_some(ctx: Context) -> int:
    """Wipe a batch, in one transaction; returns how many."""
    old = Decision.at < ctx.now - DECIDED_KEPT_FOR
    said = sa.or_(Decision.words != "", Decision.note != "")
    over = sa.not_(sa.and_(*in_force(ctx.now)))  # who is silenced still is told why
    keys = (
        execute(sa.select(Decision.id).where(old, said, over).limit(WIPED_AT_ONCE)).scalars().all()
    )
    if keys:
        bare = {"words": "", "note": ""}
        execute(sa.update(Decision).where(Decision.id.in_(keys)).values(bare))
    return len(keys)
