"""What becomes of one's own in discussions when one deletes one's account."""

import sqlalchemy as sa

from community.discussions.models import (
    Attachment,
    Block,
    PostDraft,
    ReadPointer,
    SpaceLevel,
    ThreadLevel,
)
from community.discussions.operations.mentioning import forget_mentions
from community.discussions.operations.polling import forget_ballots
from community.discussions.operations.reacting import forget_reactions
from community.kernel.context import Context
from community.kernel.db import execute
from community.kernel.operation import operation


@operation
def erase(ctx: Context) -> None:
    """Forget how far the actor has read, what they follow, and what they never sent.

    Also whom they block, who blocks them, their reactions, and their votes: a
    closed poll keeps the number. Nobody else needs it, and no post
    mentions them any more. Files of theirs that stand in no post are let go of.
    """
    forget_ballots(ctx)  # polls are held before posts, as by whoever votes
    forget_mentions(ctx)
    forget_reactions(ctx)
    for model in (ReadPointer, PostDraft, ThreadLevel, SpaceLevel, Block):
        execute(sa.delete(model).where(model.user_id == ctx.actor_id))
    execute(sa.delete(Block).where(Block.blocked_id == ctx.actor_id))
    loose = Attachment.post_id.is_(None), Attachment.uploader_id == ctx.actor_id
    execute(sa.delete(Attachment).where(*loose))
