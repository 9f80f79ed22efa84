"""Who was there, and for how long."""

import uuid
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from community.accounts.models import User
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.frame import Person
from community.live.models import Attendance
from community.live.policy import visible_attendance

TABLE_LIMIT = 500  # rows of one session's table on a page


class Attended(NamedTuple):
    """Somebody's attendance of one session; ``intervals`` as the table keeps them."""

    person: Person
    seconds: int
    intervals: Sequence[Sequence[str]]


def attendance_of(session_id: uuid.UUID) -> dict[uuid.UUID, int]:
    """Return the seconds everybody attended, by user id; for features that act on the end."""
    rows = db.session.execute(
        sa.select(Attendance.user_id, Attendance.seconds).where(Attendance.session_id == session_id)
    )
    return {row.user_id: row.seconds for row in rows}


def attended_seconds(session_id: uuid.UUID, user_id: uuid.UUID) -> int:
    """Return the seconds one person attended, 0 for who was not there."""
    return (
        db.session.scalar(
            sa.select(Attendance.seconds).where(
                Attendance.session_id == session_id, Attendance.user_id == user_id
            )
        )
        or 0
    )


def my_seconds(ctx: Context, session_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, int]:
    """Return the seconds the actor attended, by session; those not attended are missing."""
    if not session_ids:
        return {}
    rows = db.session.execute(
        visible_attendance(ctx)
        .where(Attendance.user_id == ctx.actor_id, Attendance.session_id.in_(list(session_ids)))
        .with_only_columns(Attendance.session_id, Attendance.seconds)
    )
    return {row.session_id: row.seconds for row in rows}


def my_attendance(ctx: Context, session_id: uuid.UUID) -> int:
    """Return the seconds the actor attended one session."""
    return my_seconds(ctx, [session_id]).get(session_id, 0)


def attendance_rows(ctx: Context, session_id: uuid.UUID) -> sa.Select[Any]:
    """Return the statement of a session's attendance that the actor may see, by name."""
    return (
        visible_attendance(ctx)
        .join(User, User.id == Attendance.user_id)
        .where(Attendance.session_id == session_id)
        .order_by(User.name, Attendance.id)
        .with_only_columns(
            Attendance.id,
            Attendance.user_id,
            User.name,
            Attendance.seconds,
            Attendance.intervals,
        )
    )


def attendance_table(ctx: Context, session_id: uuid.UUID) -> list[Attended]:
    """Return a session's attendance that the actor may see, at most ``TABLE_LIMIT`` rows."""
    rows = db.session.execute(attendance_rows(ctx, session_id).limit(TABLE_LIMIT))
    return [Attended(Person(row.user_id, row.name), row.seconds, row.intervals) for row in rows]
