"""A session begins and ends; at its end everybody's attendance is written."""

import datetime as dt
import uuid
from collections import defaultdict

import sqlalchemy as sa
from flask_babel import gettext as _

from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import Conflict, Invalid
from community.kernel.operation import operation, record
from community.kernel.policy import require
from community.live import queries, rules
from community.live.events import (
    SessionEnded,
    SessionStarted,
    VideoLinkChanged,
)
from community.live.models import Attendance, Hand, LiveSession, Presence, SessionState
from community.live.operations.presence import close_leases
from community.live.policy import (
    find_session,
    may_end_session,
    may_set_video_link,
    may_start_session,
    session_to_change,
)


@operation
def set_video_link(ctx: Context, session_id: uuid.UUID, *, url: str | None) -> LiveSession:
    """Set where the meeting's picture and sound are, an https address, or take it away (None).

    Raises NotFound, Forbidden, Conflict once the session is over or its space archived, Invalid for
    no such address.
    """
    session = session_to_change(ctx, session_id, may_set_video_link)
    _refuse_ended(session)
    url = url or None
    if url is not None and not rules.is_video_link(url):
        message = _("Give the whole address of the meeting, beginning with https://")
        raise Invalid(message, fields={"url": [message]})
    if url != session.video_url:
        session.video_url = url
        record(VideoLinkChanged(session_id=session.id))
    return session


@operation
def start_session(ctx: Context, session_id: uuid.UUID) -> LiveSession:
    """Begin a session; attendance counts from here.

    Raises NotFound, Forbidden, Conflict when it is not time, when it runs already or is over, or in
    an archived space.
    """
    session = session_to_change(ctx, session_id, may_start_session)
    _refuse_ended(session)
    if session.state is SessionState.LIVE:
        raise Conflict(_("This session has already started."))
    if not queries.may_begin(session, ctx.now):
        raise Conflict(
            _("A session can start from half an hour before its time. This is not the time.")
        )
    session.state = SessionState.LIVE
    session.started_at = ctx.now
    record(SessionStarted(session_id=session.id, space_id=session.space_id))
    return session


@operation
def end_session(ctx: Context, session_id: uuid.UUID) -> LiveSession:
    """End a session that runs, and write how long everybody was there.

    In an archived space too, where it was live before. Raises NotFound, Forbidden, Conflict when it
    has not started or is over.
    """
    session = find_session(ctx, session_id, lock=True)
    require(may_end_session, ctx, session)
    _refuse_ended(session)
    if session.state is not SessionState.LIVE:
        raise Conflict(_("This session has not started."))
    _end(ctx, session, ctx.now)
    return session


def end_forgotten_sessions(ctx: Context) -> int:
    """End the sessions that nobody ended, four hours past their time; returns how many.

    Each in a unit of work of its own. Attendance counts to the planned length, no further: who
    leaves a tab open over night has not attended.
    """
    keys = queries.forgotten_sessions(ctx.now)
    for key in keys:
        _end_forgotten(ctx, key)
    return len(keys)


@operation
def _end_forgotten(ctx: Context, session_id: uuid.UUID) -> None:
    """End one session that nobody ended, unless somebody just did."""
    session = db.session.scalar(
        sa.select(LiveSession)
        .where(LiveSession.id == session_id, LiveSession.state == SessionState.LIVE)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if session is None or session.started_at is None:
        return  # somebody ended it in the meantime
    ended_at = rules.forgotten_end(session.starts_at, session.started_at, session.minutes)
    _end(ctx, session, ended_at)


def _refuse_ended(session: LiveSession) -> None:
    if session.called_off:
        raise Conflict(_("This session was called off."))
    if session.state is SessionState.ENDED:
        raise Conflict(_("This session is over."))


def _end(ctx: Context, session: LiveSession, ended_at: dt.datetime) -> None:
    """Close the room of a session that began, and write its attendance; its row is locked."""
    session.state = SessionState.ENDED
    session.ended_at = ended_at
    close_leases(ctx, session.id)
    if session.started_at is not None:
        _write_attendance(session, session.started_at, ended_at)
    db.session.execute(
        sa.update(Hand)
        .where(Hand.session_id == session.id, Hand.lowered_at.is_(None))
        .values(lowered_at=ctx.now)
        .execution_options(synchronize_session=False)
    )
    record(SessionEnded(session_id=session.id, space_id=session.space_id))


def _write_attendance(session: LiveSession, started_at: dt.datetime, ended_at: dt.datetime) -> None:
    stays: dict[uuid.UUID, list[rules.Interval]] = defaultdict(list)
    rows = db.session.execute(
        sa.select(Presence.user_id, Presence.joined_at, Presence.left_at).where(
            Presence.session_id == session.id, Presence.left_at.is_not(None)
        )
    )
    for row in rows:
        stays[row.user_id].append((row.joined_at, row.left_at))
    for user_id, intervals in stays.items():
        there = rules.attended(intervals, started_at, ended_at)
        if rules.length(there):
            db.session.add(
                Attendance(
                    session_id=session.id,
                    user_id=user_id,
                    seconds=rules.length(there),
                    intervals=[[start.isoformat(), end.isoformat()] for start, end in there],
                )
            )
