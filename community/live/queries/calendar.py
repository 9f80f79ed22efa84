"""When sessions are, and which of them are open."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa

from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.log import EventRow
from community.kernel.paging import Page, page_of
from community.live import rules
from community.live.events import REPLANNED
from community.live.models import LiveSession, SessionState
from community.live.policy import visible_sessions
from community.live.queries.taking_place import ahead, in_time
from community.spaces.models import Space
from community.spaces.policy import find_space

AHEAD_LIMIT = 100  # upcoming sessions of one space that a page shows
REMEMBERED = dt.timedelta(hours=1)  # who looked away for longer reads the calendar again
SLACK = dt.timedelta(seconds=10)


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


def sessions_of(ctx: Context, space_id: uuid.UUID) -> Sequence[LiveSession]:
    """Return a space's sessions that are live or still to come, live ones first, then by time.

    Among those to come are those that were called off: whoever looks for one finds that out here.
    """
    called_off = sa.and_(LiveSession.called_off_at.is_not(None), in_time(ctx.now))
    return db.session.scalars(
        visible_sessions(ctx)
        .where(LiveSession.space_id == space_id, sa.or_(ahead(ctx.now), called_off))
        .order_by(LiveSession.state != SessionState.LIVE, LiveSession.starts_at, LiveSession.id)
        .limit(AHEAD_LIMIT)
    ).all()


def usual_zone(space_id: uuid.UUID) -> str | None:
    """Return the clock that the sessions of a space go by: that of the last one; None: no session.

    The caller has found the space.
    """
    found: str | None = db.session.scalar(
        sa.select(LiveSession.zone)
        .where(LiveSession.space_id == space_id)
        .order_by(LiveSession.starts_at.desc(), LiveSession.id.desc())
        .limit(1)
    )
    return found


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
    """Return the statement of what was in a space, or was to be, the newest first, for paging.

    What was called off or that nobody began is among it once it can begin no more: whoever looks
    for it finds out that it was not held.
    """
    held = sa.and_(
        LiveSession.state == SessionState.ENDED,
        LiveSession.started_at.is_not(None),
    )
    never_was = sa.and_(
        LiveSession.state != SessionState.LIVE,
        LiveSession.started_at.is_(None),
        sa.not_(in_time(ctx.now)),
    )
    return (
        visible_sessions(ctx)
        .where(LiveSession.space_id == space_id, sa.or_(held, never_was))
        .order_by(LiveSession.starts_at.desc(), LiveSession.id.desc())
    )


def upcoming(ctx: Context, limit: int) -> list[UpcomingSession]:
    """Return the actor's next sessions in all spaces, those that are live first."""
    rows = db.session.execute(
        visible_sessions(ctx)
        .join(Space, Space.id == LiveSession.space_id)
        .where(ahead(ctx.now))
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


def has_changed(ctx: Context, since: dt.datetime, space_id: uuid.UUID | None) -> bool:
    """Whether a session of a space, or of any of the actor's, was planned or changed of late.

    ``since`` is by another process's clock, and what happened then may have been committed later:
    a little more than what is asked for counts.
    """
    if since < ctx.now - REMEMBERED:
        return True
    sessions = visible_sessions(ctx).with_only_columns(LiveSession.id)
    if space_id is not None:
        sessions = sessions.where(LiveSession.space_id == space_id)
    happened = sa.exists().where(
        EventRow.happened_at > since - SLACK,
        EventRow.name.in_([event.name for event in REPLANNED]),
        EventRow.stream_id.in_(sessions),
    )
    return bool(db.session.scalar(sa.select(happened)))


def space_of(ctx: Context, session: LiveSession) -> Space:
    """Return the space of a session one sees."""
    return find_space(ctx, session.space_id)
