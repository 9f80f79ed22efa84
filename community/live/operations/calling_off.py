"""A session that does not take place, and one that does after all."""

import datetime as dt
import uuid

import sqlalchemy as sa
from flask_babel import gettext as _

from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import Conflict
from community.kernel.operation import operation, record
from community.kernel.policy import require
from community.live import queries
from community.live.events import SessionCalledOff, SessionReinstated
from community.live.models import LiveSession, SessionState
from community.live.operations.planning import retime
from community.live.operations.presence import close_leases
from community.live.policy import may_call_off_session, may_schedule_session, session_to_change
from community.spaces.policy import find_space, refuse_archived

MOST_CALLED_OFF = 500  # at once: each is an event of its own, and a unit of work holds only so many


@operation
def call_off_session(ctx: Context, session_id: uuid.UUID, *, reason: str) -> LiveSession:
    """Call off a session that has not begun; members read the reason. Twice is no mistake.

    Raises NotFound, Forbidden, Conflict for one that runs or is over, or whose time has passed, and
    in an archived space.
    """
    session = session_to_change(ctx, session_id, may_call_off_session)
    if session.called_off:
        return session
    if session.state is SessionState.LIVE:
        raise Conflict(_("This session has begun. End it instead."))
    if session.state is SessionState.ENDED:
        raise Conflict(_("This session is over."))
    if queries.is_missed(session, ctx.now):
        raise Conflict(_("The time of this session has passed: it did not take place."))
    _call_off(ctx, session, reason)
    return session


@operation
def call_off_sessions(ctx: Context, space_id: uuid.UUID, *, reason: str = "") -> int:
    """Call off what is planned in a space and can still take place; returns how many sessions.

    Raises NotFound, Forbidden, Conflict in an archived space and where there are more than can be
    called off at once.
    """
    space = find_space(ctx, space_id)
    require(may_schedule_session, ctx, space)
    refuse_archived(space)
    planned = db.session.scalars(
        sa.select(LiveSession)
        .where(LiveSession.space_id == space_id, queries.to_take_place(ctx.now))
        .order_by(LiveSession.id)
        .limit(MOST_CALLED_OFF + 1)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    if len(planned) > MOST_CALLED_OFF:
        most = MOST_CALLED_OFF
        raise Conflict(_("More than %(most)d sessions would be called off at once.", most=most))
    for session in planned:
        _call_off(ctx, session, reason)
    return len(planned)


@operation
def reinstate_session(
    ctx: Context, session_id: uuid.UUID, *, local_at: dt.datetime | None = None
) -> LiveSession:
    """Hold a session after all that was called off, at its time or at another of the same clock.

    Raises NotFound, Forbidden, Invalid when the time has passed, Conflict for one that was not
    called off, and in an archived space.
    """
    session = session_to_change(ctx, session_id, may_call_off_session)
    if not session.called_off:
        raise Conflict(_("This session was not called off."))
    session.state = SessionState.SCHEDULED
    session.called_off_at, session.called_off_reason = None, ""
    session.edition += 1
    at = session.local_at if local_at is None else local_at
    if retime(ctx, session, at, session.zone, session.minutes) is None:
        session.sequence += 1
    record(
        SessionReinstated(
            session_id=session.id, space_id=session.space_id, sequence=session.sequence
        )
    )
    return session


def _call_off(ctx: Context, session: LiveSession, reason: str) -> None:
    session.state = SessionState.ENDED
    session.called_off_at, session.called_off_reason = ctx.now, reason
    session.sequence += 1
    session.edition += 1
    close_leases(ctx, session.id)
    record(
        SessionCalledOff(
            session_id=session.id, space_id=session.space_id, sequence=session.sequence
        )
    )
