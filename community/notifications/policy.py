"""Whose notices they are: one's own."""

import sqlalchemy as sa

from community.kernel.context import Context
from community.kernel.policy import read_rule
from community.notifications.models import InboxNotice


@read_rule
def visible_inbox_notices(ctx: Context) -> sa.Select[InboxNotice]:
    """What the actor was told; what it is about is shown under its own rule."""
    return sa.select(InboxNotice).where(InboxNotice.user_id == ctx.actor_id)
