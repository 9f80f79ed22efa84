"""How long and how late a session is, as pages say it."""

from community.kernel.context import Context
from community.live import rules
from community.live.models import LiveSession, SessionState


def minutes_up(seconds: int) -> int:
    """Return seconds as whole minutes, as people count them: a minute that was begun is one."""
    return -(-seconds // 60)


def has_lapsed(row: LiveSession, ctx: Context) -> bool:
    """Whether a session never began, and cannot any more: too late, or called off."""
    over = row.state is SessionState.ENDED
    return row.started_at is None and (over or rules.has_lapsed(row.starts_at, ctx.now))
