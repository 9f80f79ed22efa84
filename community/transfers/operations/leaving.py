"""What becomes of archives and feeds when somebody deletes their account."""

import sqlalchemy as sa
from flask_babel import gettext as _

from community.kernel.context import Context
from community.kernel.db import execute
from community.kernel.operation import operation
from community.transfers.models import FeedKey, MailImport, TalkExport


@operation
def erase(ctx: Context) -> None:
    """Remove all archives of the actor, whose account goes, and shut their feeds.

    What they brought in stays, but not what the file was called on their machine.
    """
    execute(sa.update(MailImport).where(MailImport.by_id == ctx.actor_id).values(name=_("Archive")))
    execute(sa.delete(TalkExport).where(TalkExport.by_id == ctx.actor_id))
    execute(sa.delete(FeedKey).where(FeedKey.user_id == ctx.actor_id))
