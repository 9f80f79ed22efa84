"""What the end of a run would do."""

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa

from community.cohorts.models import Enrolment, Run
from community.kernel.context import Context
from community.kernel.db import db
from community.live.models import LiveSession
from community.live.queries import to_take_place

MOST_SHOWN = 50


def has_joined(run: Run) -> bool:
    """Whether anybody has ever joined a run to learn."""
    joined = sa.select(Enrolment.id).where(Enrolment.run_id == run.id).limit(1)
    return db.session.scalar(joined) is not None


def sessions_to_call_off(ctx: Context, run: Run) -> Sequence[tuple[str, dt.datetime]]:
    """Return title and time of the sessions that closing a run calls off, the next first."""
    rows = db.session.execute(
        sa.select(LiveSession.title, LiveSession.starts_at)
        .where(LiveSession.space_id == run.space_id, to_take_place(ctx.now))
        .order_by(LiveSession.starts_at, LiveSession.id)
        .limit(MOST_SHOWN)
    )
    return [(row.title, row.starts_at) for row in rows]
