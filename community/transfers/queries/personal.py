"""What somebody brought in and takes along."""

from typing import Any

import sqlalchemy as sa

from community.kernel.context import Context
from community.kernel.db import execute, values_of
from community.spaces.models import Space
from community.spaces.policy import only_seen
from community.transfers.models import FeedKey, MailImport, TalkExport


def personal(ctx: Context) -> dict[str, Any]:
    """Return the archives the actor brought into spaces, and those they took along."""
    rows = execute(
        sa.select(
            only_seen(ctx, Space.name).label("space"),
            MailImport.name,
            MailImport.began_at,
            MailImport.written.label("posts"),
        )
        .join(Space, Space.id == MailImport.space_id)
        .where(MailImport.by_id == ctx.actor_id)
        .order_by(MailImport.began_at, MailImport.id)
    )
    exports = execute(
        sa.select(only_seen(ctx, Space.name).label("space"), TalkExport.asked_at, TalkExport.posts)
        .join(Space, Space.id == TalkExport.space_id)
        .where(TalkExport.by_id == ctx.actor_id)
        .order_by(TalkExport.asked_at, TalkExport.id)
    )
    opened = execute(sa.select(FeedKey.made_at).where(FeedKey.user_id == ctx.actor_id))
    return {
        "feeds_opened_at": opened.scalar(),
        "imports_of_mail": [values_of(row) for row in rows],
        "archives_of_talk": [values_of(row) for row in exports],
    }
