"""Who reads what was done by whom."""

import sqlalchemy as sa

from community.accounts.policy import may_administer
from community.kernel.context import Context
from community.kernel.log import EventRow
from community.kernel.policy import read_rule


@read_rule
def visible_events(ctx: Context) -> sa.Select[EventRow]:
    """The whole log, for administrators: ids and small facts, never what people wrote."""
    log = sa.select(EventRow)
    return log if may_administer(ctx, None) else log.where(sa.false())
