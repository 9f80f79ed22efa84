"""When the reader was away last, and whether they have just come back."""

import dataclasses
import datetime as dt

import sqlalchemy as sa

from community.accounts.queries import LAST_HERE
from community.accounts.rules import ABSENCE
from community.discussions.queries import SWEPT_AT
from community.home.rules import UNDONE_FOR, Absence, is_news, last_absence
from community.kernel.context import Context
from community.kernel.db import execute

_LAST = sa.select(*LAST_HERE, SWEPT_AT)


@dataclasses.dataclass(frozen=True, slots=True)
class Away:
    """The reader's last absence; ``swept_at``: when they marked all as read, if it can be undone.

    ``just_back``: they came back lately, and have not marked all as read since.
    """

    absence: Absence | None
    swept_at: dt.datetime | None
    just_back: bool

    def swept_lately(self, now: dt.datetime) -> dt.datetime | None:
        """Return when they marked all as read, while undoing it is offered."""
        if self.swept_at is None or now - self.swept_at >= UNDONE_FOR:
            return None
        return self.swept_at


def away(ctx: Context) -> Away:
    """Return what is known of the reader's last absence; one statement."""
    row = execute(_LAST, {"me": ctx.person}).one()
    found = last_absence(
        ctx.now,
        seen_at=row.seen_at,
        away_since=row.away_since,
        back_at=row.back_at,
        long=ABSENCE,
    )
    return Away(found, row.swept_at, is_news(found, ctx.now, row.swept_at))
