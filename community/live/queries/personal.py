"""What the live feature holds of a person, for them to take along."""

from typing import Any

import sqlalchemy as sa

from community.kernel.context import Context
from community.kernel.db import execute, values_of
from community.live.models import Attendance, LiveSession, RoomMessage
from community.spaces.models import Space
from community.spaces.policy import only_seen


def personal(ctx: Context) -> dict[str, Any]:
    """Return what one said in rooms, and how long one was there."""
    said = execute(
        sa.select(
            only_seen(ctx, LiveSession.title).label("session"),
            RoomMessage.body,
            RoomMessage.created_at,
        )
        .join(LiveSession, LiveSession.id == RoomMessage.session_id)
        .join(Space, Space.id == LiveSession.space_id)
        .where(RoomMessage.author_id == ctx.actor_id)
        .order_by(RoomMessage.created_at, RoomMessage.id)
    )
    there = execute(
        sa.select(
            only_seen(ctx, LiveSession.title).label("session"),
            LiveSession.starts_at,
            Attendance.seconds,
            Attendance.intervals,
        )
        .join(LiveSession, LiveSession.id == Attendance.session_id)
        .join(Space, Space.id == LiveSession.space_id)
        .where(Attendance.user_id == ctx.actor_id)
        .order_by(LiveSession.starts_at, LiveSession.id)
    )
    return {
        "room_messages": [values_of(row) for row in said],
        "attendance": [values_of(row) for row in there],
    }
