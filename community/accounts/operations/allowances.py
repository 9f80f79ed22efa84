"""How much somebody may add within a day, whatever of it they remove again."""

import datetime as dt

import sqlalchemy as sa
from flask_babel import gettext as _

from community.accounts.models import FileAllowance
from community.kernel.context import Context
from community.kernel.db import db, insert_missing
from community.kernel.errors import TooMany
from community.kernel.files.words import size_words
from community.kernel.installed import installed
from community.kernel.keys import new_key

DAY = dt.timedelta(days=1)


def use_allowance(ctx: Context, size: int) -> None:
    """Count ``size`` bytes that the actor adds; raises TooMany beyond what a day may have.

    Part of the operation that keeps them: where that fails nothing is counted.
    """
    fresh = {"id": new_key(), "user_id": ctx.person, "since": ctx.now, "used": 0}
    insert_missing(FileAllowance, fresh, unique=("user_id",))
    row = db.session.scalars(
        sa.select(FileAllowance)
        .where(FileAllowance.user_id == ctx.person)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if row.since + DAY <= ctx.now:
        row.since, row.used = ctx.now, 0
    most = installed().settings.daily_limit
    if row.used + size > most:
        raise TooMany(
            _(
                "All files you add within a day, those you remove again among them, have %(most)s"
                " together at most. Add this one tomorrow.",
                most=size_words(most),
            ),
            retry_after=int((row.since + DAY - ctx.now).total_seconds()),
        )
    row.used += size
