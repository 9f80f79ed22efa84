"""The life of a session: scheduled, started, ended; and everybody's attendance at its end."""

import datetime as dt
import uuid
from collections import defaultdict

import sqlalchemy as sa
from flask_babel import gettext as _

from community.kernel import localtime, log, markdown
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import Conflict, Invalid
from community.kernel.keys import key_of_act
from community.kernel.operation import operation, record
from community.kernel.policy import require
from community.live import queries, rules
from community.live.events import (
    SessionEnded,
    SessionScheduled,
    SessionStarted,
    VideoLinkChanged,
)
from community.live.models import Attendance, Hand, LiveSession, Presence, SessionState
from community.live.policy import (
    find_session,
    may_end_session,
    may_schedule_session,
    may_set_video_link,
    may_start_session,
)
from community.spaces.policy import find_space, refuse_archived


def schedule_session(
    ctx: Context,
    space_id: uuid.UUID,
    *,
    title: str,
    plan: str,
    local_at: dt.datetime,
    zone: str,
    minutes: int,
    ahead: bool = False,
    client_id: str | None = None,
) -> LiveSession:
    """Plan a session of ``minutes`` for the wall-clock time ``local_at`` in the zone ``zone``.

    ``plan`` is Markdown. ``ahead`` refuses a time that has passed: people plan for the future,
    a run that opens late places its past sessions too. ``client_id`` is the client's own id of this
    act: a repeat answers the session that is there. Raises NotFound, Forbidden, Invalid, Conflict
    in an archived space and for a ``client_id`` that stood for another session.
    """
    return _schedule_session(
        ctx,
        space_id,
        title=title,
        plan=plan,
        # Before the unit of work: it may take a tenth of a second, and others would wait for it.
        plan_html=markdown.render(plan),
        local_at=local_at,
        zone=zone,
        minutes=minutes,
        ahead=ahead,
        client_id=client_id,
    )


@operation
def _schedule_session(
    ctx: Context,
    space_id: uuid.UUID,
    *,
    title: str,
    plan: str,
    plan_html: str,
    local_at: dt.datetime,
    zone: str,
    minutes: int,
    ahead: bool,
    client_id: str | None,
) -> LiveSession:
    """Do what ``schedule_session`` says, with a plan that is rendered."""
    space = find_space(ctx, space_id, lock=client_id is not None)
    require(may_schedule_session, ctx, space)
    key = key_of_act(space_id, ctx.person, client_id)
    earlier = db.session.get(LiveSession, key) if client_id is not None else None
    if earlier is not None:
        made = (earlier.title, earlier.plan, earlier.local_at, earlier.zone, earlier.minutes)
        if made != (title, plan, local_at, zone, minutes):
            raise Conflict(_("This was sent before, for another session. Send it as a new one."))
        return earlier
    refuse_archived(space)
    starts_at = localtime.instant(local_at, zone)
    if ahead and rules.planned_end(starts_at, minutes) <= ctx.now:
        message = _("This time has passed.")
        raise Invalid(message, fields={"local_at": [message]})
    if starts_at - ctx.now > rules.FARTHEST:
        message = _("This is more than five years ahead.")
        raise Invalid(message, fields={"local_at": [message]})
    session = LiveSession(
        id=key,
        space_id=space_id,
        title=title,
        plan=plan,
        plan_html=plan_html,
        local_at=local_at,
        zone=zone,
        starts_at=starts_at,
        minutes=minutes,
        state=SessionState.SCHEDULED,
        created_by=ctx.person,
    )
    db.session.add(session)
    log.open_stream(session.id)
    record(SessionScheduled(session_id=session.id, space_id=space_id))
    return session


@operation
def set_video_link(ctx: Context, session_id: uuid.UUID, *, url: str | None) -> LiveSession:
    """Set where the meeting's picture and sound are, an https address, or take it away (None).

    Raises NotFound, Forbidden, Conflict once the session is over, Invalid for no such address.
    """
    session = find_session(ctx, session_id, lock=True)
    require(may_set_video_link, ctx, session)
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

    Raises NotFound, Forbidden, Conflict when it is not time, when it runs already or is over.
    """
    session = find_session(ctx, session_id, lock=True)
    require(may_start_session, ctx, session)
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

    Raises NotFound, Forbidden, Conflict when it has not started or is over.
    """
    session = find_session(ctx, session_id, lock=True)
    require(may_end_session, ctx, session)
    _refuse_ended(session)
    if session.state is not SessionState.LIVE:
        raise Conflict(_("This session has not started."))
    _end(ctx, session, ctx.now)
    return session


@operation
def call_off_sessions(ctx: Context, space_id: uuid.UUID) -> int:
    """Call off what is planned in a space and has not begun; returns how many sessions.

    A session that was called off is over without ever having started. Raises NotFound, Forbidden.
    """
    require(may_schedule_session, ctx, find_space(ctx, space_id))
    planned = db.session.scalars(
        sa.select(LiveSession)
        .where(LiveSession.space_id == space_id, LiveSession.state == SessionState.SCHEDULED)
        .order_by(LiveSession.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    for session in planned:
        _end(ctx, session, ctx.now)
    return len(planned)


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
    if session.state is SessionState.ENDED:
        raise Conflict(_("This session is over."))


def _end(ctx: Context, session: LiveSession, ended_at: dt.datetime) -> None:
    """Close the room, write the attendance of what took place; the session's row is locked."""
    session.state = SessionState.ENDED
    session.ended_at = ended_at
    _close_leases(ctx, session.id)
    if session.started_at is not None:
        _write_attendance(session, session.started_at, ended_at)
    db.session.execute(
        sa.update(Hand)
        .where(Hand.session_id == session.id, Hand.lowered_at.is_(None))
        .values(lowered_at=ctx.now)
        .execution_options(synchronize_session=False)
    )
    record(SessionEnded(session_id=session.id, space_id=session.space_id))


def _close_leases(ctx: Context, session_id: uuid.UUID) -> None:
    """Those still connected were there to the end; those of a dead node while it last saw them."""
    alive = Presence.last_seen_at >= ctx.now - rules.LEASE
    db.session.execute(
        sa.update(Presence)
        .where(Presence.session_id == session_id, Presence.left_at.is_(None))
        .values(left_at=sa.case((alive, ctx.now), else_=Presence.last_seen_at))
        .execution_options(synchronize_session=False)
    )


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
