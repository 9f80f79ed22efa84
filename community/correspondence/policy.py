"""Whose letters they are: one's own."""

import sqlalchemy as sa

from community.correspondence.models import StoppedLetter
from community.kernel.context import Context
from community.kernel.policy import read_rule


@read_rule
def visible_stopped_letters(ctx: Context) -> sa.Select[StoppedLetter]:
    """The kinds of letter the actor has stopped."""
    return sa.select(StoppedLetter).where(StoppedLetter.user_id == ctx.actor_id)
