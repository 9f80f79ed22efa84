"""When sessions are, and which of them are open."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa

from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.paging import Page, page_of
from community.live import rules
from community.live.models import LiveSession, SessionState
from community.live.policy import visible_sessions
from community.spaces.models import Space
from community.spaces.policy import find_space

AHEAD_LIMIT = 100  # upcoming sessions of one space that a page shows


class UpcomingSession(NamedTuple):
    """A session that is live or still to come, and the space it belongs to."""

    id: uuid.UUID
    title: str
    starts_at: dt.datetime
    zone: str
    minutes: int
    state: SessionState
    space_id: uuid.UUID
    space_name: str
    space_slug: str


def may_begin(session: LiveSession, now: dt.datetime) -> bool:
    """Whether a session that has not started may: its time has come, and is not over."""
    return session.state is SessionState.SCHEDULED and rules.may_begin(session.starts_at, now)


def is_open(session: LiveSession, now: dt.datetime) -> bool:
    """Whether one may be in the room: from half an hour before the start until the end."""
    return session.state is SessionState.LIVE or may_begin(session, now)


def sessions_of(ctx: Context, space_id: uuid.UUID) -> Sequence[LiveSession]:
    """Return a space's sessions that are live or still to come, live ones first, then by time."""
    return db.session.scalars(
        visible_sessions(ctx)
        .where(LiveSession.space_id == space_id, _ahead(ctx.now))
        .order_by(LiveSession.state, LiveSession.starts_at, LiveSession.id)
        .limit(AHEAD_LIMIT)
    ).all()


def sessions_page(statement: sa.Select[LiveSession], limit: int, page: str | None) -> Page:
    """Return a page of a statement of sessions, as sessions."""
    found = page_of(statement, limit=limit, page=page)
    return Page([row[0] for row in found.items], found.next, found.previous)


def all_sessions(ctx: Context, space_id: uuid.UUID) -> sa.Select[LiveSession]:
    """Return the statement of all sessions of a space, the latest first, for paging."""
    return (
        visible_sessions(ctx)
        .where(LiveSession.space_id == space_id)
        .order_by(LiveSession.starts_at.desc(), LiveSession.id.desc())
    )


def past_sessions(ctx: Context, space_id: uuid.UUID) -> sa.Select[LiveSession]:
    """Return the statement of what took place in a space, the newest first, for paging."""
    return (
        visible_sessions(ctx)
        .where(
            LiveSession.space_id == space_id,
            LiveSession.state == SessionState.ENDED,
            LiveSession.started_at.is_not(None),
        )
        .order_by(LiveSession.starts_at.desc(), LiveSession.id.desc())
    )


def upcoming(ctx: Context, limit: int) -> list[UpcomingSession]:
    """Return the actor's next sessions in all spaces, those that are live first."""
    rows = db.session.execute(
        visible_sessions(ctx)
        .join(Space, Space.id == LiveSession.space_id)
        .where(_ahead(ctx.now))
        .order_by(LiveSession.state, LiveSession.starts_at, LiveSession.id)
        .limit(limit)
        .with_only_columns(
            LiveSession.id,
            LiveSession.title,
            LiveSession.starts_at,
            LiveSession.zone,
            LiveSession.minutes,
            LiveSession.state,
            Space.id.label("space_id"),
            Space.name.label("space_name"),
            Space.slug.label("space_slug"),
        )
    )
    return [UpcomingSession(*row) for row in rows]


def forgotten_sessions(now: dt.datetime) -> list[uuid.UUID]:
    """Return the live sessions that nobody ended long after their time; for background work."""
    rows = db.session.execute(
        sa.select(
            LiveSession.id, LiveSession.starts_at, LiveSession.started_at, LiveSession.minutes
        )
        .where(
            LiveSession.state == SessionState.LIVE,
            LiveSession.started_at < now - rules.FORGOTTEN_AFTER,
        )
        .order_by(LiveSession.started_at)
        .limit(AHEAD_LIMIT)
    )
    return [
        row.id
        for row in rows
        if rules.forgotten_end(row.starts_at, row.started_at, row.minutes) + rules.FORGOTTEN_AFTER
        <= now
    ]


def space_of(ctx: Context, session: LiveSession) -> Space:
    """Return the space of a session one sees."""
    return find_space(ctx, session.space_id)


def _ahead(now: dt.datetime) -> sa.ColumnElement[bool]:
    """Leave out what has ended, and what never began and can begin no more."""
    return sa.or_(
        LiveSession.state == SessionState.LIVE,
        sa.and_(
            LiveSession.state == SessionState.SCHEDULED,
            LiveSession.starts_at > now - rules.LATEST_START,
        ),
    )
