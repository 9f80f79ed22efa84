"""Whether a session may still take place, and whether one may be in its room: the one rule.

For a row or a line with a state and a time, and, for a WHERE, over the sessions of a statement.
"""

import datetime as dt
import uuid
from collections.abc import Collection
from typing import Protocol

import sqlalchemy as sa

from community.kernel.db import db
from community.live import rules
from community.live.models import Attendance, LiveSession, SessionState


class Timed(Protocol):
    """A session, as far as this looks."""

    @property
    def state(self) -> SessionState: ...
    @property
    def starts_at(self) -> dt.datetime: ...


def may_take_place(session: Timed, now: dt.datetime) -> bool:
    """Whether a session is planned, and it is not too late to begin it."""
    return session.state is SessionState.SCHEDULED and not rules.has_lapsed(session.starts_at, now)


def is_missed(session: Timed, now: dt.datetime) -> bool:
    """Whether a session is planned, but nobody began it and it can begin no more."""
    return session.state is SessionState.SCHEDULED and rules.has_lapsed(session.starts_at, now)


def is_ahead(session: Timed, now: dt.datetime) -> bool:
    """Whether a session is live or may still take place."""
    return session.state is SessionState.LIVE or may_take_place(session, now)


def may_begin(session: Timed, now: dt.datetime) -> bool:
    """Whether a session that has not started may: its time has come, and is not over."""
    return session.state is SessionState.SCHEDULED and rules.may_begin(session.starts_at, now)


def is_open(session: Timed, now: dt.datetime) -> bool:
    """Whether one may be in the room: from half an hour before the start until the end."""
    return session.state is SessionState.LIVE or may_begin(session, now)


def never_took_place(session: LiveSession, now: dt.datetime) -> bool:
    """Whether a session never began, and cannot any more: too late, or called off."""
    over = session.state is SessionState.ENDED
    return session.started_at is None and (over or rules.has_lapsed(session.starts_at, now))


# ------------------------------------------------------------------ for a WHERE


def in_time(now: dt.datetime) -> sa.ColumnElement[bool]:
    """Return which sessions it is not too late to begin, whatever became of them."""
    return LiveSession.starts_at > rules.oldest_start(now)


def to_take_place(now: dt.datetime) -> sa.ColumnElement[bool]:
    """Return which sessions are planned and may still take place, as ``may_take_place``."""
    return sa.and_(LiveSession.state == SessionState.SCHEDULED, in_time(now))


def ahead(now: dt.datetime) -> sa.ColumnElement[bool]:
    """Return which sessions are live or may still take place, as ``is_ahead``."""
    return sa.or_(LiveSession.state == SessionState.LIVE, to_take_place(now))


ATTENDED: sa.ColumnElement[bool] = sa.exists().where(
    Attendance.session_id == LiveSession.id,
    Attendance.user_id == sa.bindparam("me", type_=sa.Uuid()),
    Attendance.seconds > 0,
)
"""Whether ``me`` was there, of a session that has ended."""


def open_rooms(session_ids: Collection[uuid.UUID], now: dt.datetime) -> set[uuid.UUID]:
    """Return those of some sessions whose room is open now."""
    if not session_ids:
        return set()
    rows = db.session.execute(
        sa.select(LiveSession.id, LiveSession.state, LiveSession.starts_at).where(
            LiveSession.id.in_(list(session_ids))
        )
    )
    return {row.id for row in rows if is_open(row, now)}
