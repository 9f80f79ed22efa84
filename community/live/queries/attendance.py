"""Who was there, and for how long."""

import uuid
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from community.accounts.models import User
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.frame import Person
from community.kernel.paging import Page, page_of
from community.live.models import Attendance, LiveSession
from community.live.policy import visible_attendance
from community.spaces.models import Membership, Role
from community.spaces.queries import face_in


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
            face_in(LiveSession.space_id),
            Attendance.seconds,
            Attendance.intervals,
        )
    )


def attendance_page(
    ctx: Context, session_id: uuid.UUID, limit: int, page: str | None
) -> tuple[Page, int]:
    """Return a page of a session's attendance that the actor may see, and of how many people."""
    found = page_of(attendance_rows(ctx, session_id), limit=limit, page=page)
    items = [
        Attended(Person(r.user_id, r.name, r.face), r.seconds, r.intervals) for r in found.items
    ]
    count = sa.select(sa.func.count()).select_from(
        visible_attendance(ctx).where(Attendance.session_id == session_id).subquery()
    )
    return Page(items, found.next, found.previous), db.session.scalar(count) or 0


def missing_from(session: LiveSession, limit: int) -> tuple[list[Person], int]:
    """Return the learners of a session's space who were not there, by name, and how many they are.

    The first ``limit`` of them, of those who belonged to it when it ended and still do; the caller
    may see everybody's attendance.
    """
    there = sa.select(Attendance.user_id).where(Attendance.session_id == session.id)
    rows = db.session.execute(
        sa.select(
            User.id, User.name, face_in(session.space_id), sa.func.count().over().label("all")
        )
        .join(Membership, Membership.user_id == User.id)
        .where(
            Membership.space_id == session.space_id,
            Membership.role == Role.MEMBER,
            Membership.ended_at.is_(None),
            Membership.joined_at <= session.ended_at,
            User.id.not_in(there),
        )
        .order_by(User.name, User.id)
        .limit(limit)
    ).all()
    return [Person(row.id, row.name, row.face) for row in rows], rows[0].all if rows else 0
