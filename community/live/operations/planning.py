"""What is planned: a session is scheduled, edited, moved.

The wall clock of a session's zone is the truth; the instant follows from it whenever either
changes.
"""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence

from flask_babel import gettext as _

from community.kernel import localtime, log, markdown
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import Conflict, Invalid, NotFound
from community.kernel.keys import key_of_act
from community.kernel.operation import operation, record
from community.kernel.policy import require
from community.live import queries, rules
from community.live.events import SessionChanged, SessionMoved, SessionScheduled
from community.live.models import LiveSession, SessionState
from community.live.operations.presence import close_leases
from community.live.policy import (
    may_edit_session,
    may_schedule_session,
    session_to_change,
    visible_sessions,
)
from community.spaces.policy import belongs_to, find_space, refuse_archived

MOST_MOVED = 500  # sessions in one act: more than any run has


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
    plan_html: str | None = None,
) -> LiveSession:
    """Plan a session of ``minutes`` for the wall-clock time ``local_at`` in the zone ``zone``.

    ``plan`` is Markdown; who calls this inside an operation gives ``plan_html``, what it was
    rendered to before (``markdown.render``). ``ahead`` refuses a time that has passed: people plan
    for the future, a run that opens late places its past sessions too. ``client_id`` is the
    client's own id of this act: a repeat answers the session that is there. Raises NotFound,
    Forbidden, Invalid, Conflict in an archived space and for a ``client_id`` that stood for another
    session.
    """
    return _schedule_session(
        ctx,
        space_id,
        title=title,
        plan=plan,
        # Before the unit of work: it may take a tenth of a second, and others would wait for it.
        plan_html=markdown.render(plan) if plan_html is None else plan_html,
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
    session = LiveSession(
        id=key,
        space_id=space_id,
        title=title,
        plan=plan,
        plan_html=plan_html,
        local_at=local_at,
        zone=zone,
        starts_at=_instant(ctx, local_at, zone, minutes, ahead=ahead),
        minutes=minutes,
        state=SessionState.SCHEDULED,
        created_by=ctx.person,
    )
    db.session.add(session)
    log.open_stream(session.id)
    record(SessionScheduled(session_id=session.id, space_id=space_id))
    return session


def edit_session(
    ctx: Context,
    session_id: uuid.UUID,
    *,
    edition: int,
    title: str,
    plan: str,
    local_at: dt.datetime,
    zone: str,
    minutes: int,
) -> LiveSession:
    """Change what is planned of a session that has not begun; ``edition`` is the one that was read.

    Another time or length is a move, of which members are told. The same values again change
    nothing. Raises NotFound, Forbidden, Invalid as scheduling does, Conflict for a session that has
    begun, is over or was called off, and where somebody else has changed it since.
    """
    return _edit_session(
        ctx,
        session_id,
        edition=edition,
        title=title,
        plan=plan,
        plan_html=markdown.render(plan),  # before the unit of work, as in scheduling
        local_at=local_at,
        zone=zone,
        minutes=minutes,
    )


@operation
def _edit_session(
    ctx: Context,
    session_id: uuid.UUID,
    *,
    edition: int,
    title: str,
    plan: str,
    plan_html: str,
    local_at: dt.datetime,
    zone: str,
    minutes: int,
) -> LiveSession:
    """Do what ``edit_session`` says, with a plan that is rendered."""
    session = session_to_change(ctx, session_id, may_edit_session)
    refuse_begun(session)
    if (title, plan, local_at, zone, minutes) == (
        session.title,
        session.plan,
        session.local_at,
        session.zone,
        session.minutes,
    ):
        return session
    _refuse_outdated(session, edition)
    changed = (title, plan, zone) != (session.title, session.plan, session.zone)
    session.title, session.plan, session.plan_html = title, plan, plan_html
    moved = retime(ctx, session, local_at, zone, minutes)
    session.edition += 1
    if moved is not None:
        record(moved)
    if changed or moved is None:
        record(
            SessionChanged(
                session_id=session.id, space_id=session.space_id, sequence=session.sequence
            )
        )
    return session


@operation
def move_sessions(
    ctx: Context,
    moves: Mapping[uuid.UUID, dt.datetime],
    *,
    editions: Mapping[uuid.UUID, int] | None = None,
) -> Sequence[LiveSession]:
    """Move sessions that have not begun to other wall-clock times, each in the zone it goes by.

    All of them or none; one that is there already stays as it is. ``editions`` are those that were
    read, where somebody looked at them. Returns the sessions by id. Raises NotFound, Forbidden,
    Invalid as scheduling does, Conflict for one that has begun, is over or was called off, and
    where somebody else has changed it since.
    """
    if len(moves) > MOST_MOVED:
        raise Invalid(_("At most %(num)d sessions move at once.", num=MOST_MOVED))
    sessions = db.session.scalars(
        visible_sessions(ctx)
        .where(LiveSession.id.in_(list(moves)))
        .order_by(LiveSession.id)  # one order for all: two shifts of one run wait, not lock up
        .with_for_update(of=LiveSession)
        .execution_options(populate_existing=True)
    ).all()
    if len(sessions) < len(moves):
        raise NotFound
    for space_id in sorted({session.space_id for session in sessions}):
        refuse_archived(belongs_to(ctx, space_id))
    for session in sessions:
        require(may_edit_session, ctx, session)
        refuse_begun(session)
        if editions is not None and moves[session.id] != session.local_at:
            _refuse_outdated(session, editions[session.id])
        moved = retime(ctx, session, moves[session.id], session.zone, session.minutes)
        if moved is not None:
            session.edition += 1
            record(moved)
    return sessions


def retime(
    ctx: Context, session: LiveSession, local_at: dt.datetime, zone: str, minutes: int
) -> SessionMoved | None:
    """Give a locked session another time or length; returns what is to be recorded of it.

    None where it begins and ends when it did. Raises Invalid.
    """
    was_at, was_minutes = session.starts_at, session.minutes
    starts_at = _instant(ctx, local_at, zone, minutes, ahead=True)
    session.local_at, session.zone = local_at, zone
    if (starts_at, minutes) == (was_at, was_minutes):
        return None
    session.starts_at, session.minutes = starts_at, minutes
    session.moved_from, session.moved_from_minutes = was_at, was_minutes
    session.sequence += 1
    if not queries.is_open(session, ctx.now):
        close_leases(ctx, session.id)  # who waits in the lobby waits there no more
    return SessionMoved(
        session_id=session.id,
        space_id=session.space_id,
        sequence=session.sequence,
        was_at=was_at,
        was_minutes=was_minutes,
    )


def refuse_begun(session: LiveSession) -> None:
    """Raise Conflict unless a session is still ahead of its members."""
    if words := why_fixed(session):
        raise Conflict(words)


def why_fixed(session: LiveSession) -> str:
    """Return why what is planned of a session is not changed any more; "" where it is."""
    if session.called_off:
        return str(_("This session was called off. Hold it after all, then change it."))
    if session.state is SessionState.LIVE:
        return str(_("This session has begun: what is planned is not changed any more."))
    if session.state is SessionState.ENDED:
        return str(_("This session is over: what was planned is not changed any more."))
    return ""


def _refuse_outdated(session: LiveSession, edition: int) -> None:
    """Raise Conflict, with the edition there is now, for one that was read before it."""
    if edition != session.edition:
        raise Conflict(
            _("Somebody else has changed this session meanwhile. Look at what it says now."),
            edition=session.edition,
        )


def _instant(
    ctx: Context, local_at: dt.datetime, zone: str, minutes: int, *, ahead: bool
) -> dt.datetime:
    """Return when a session begins; raises Invalid for a time that nobody plans for."""
    starts_at = localtime.instant(local_at, zone)
    if ahead and rules.planned_end(starts_at, minutes) <= ctx.now:
        message = _("This time has passed.")
        raise Invalid(message, fields={"local_at": [message]})
    if starts_at - ctx.now > rules.FARTHEST:
        message = _("This is more than five years ahead.")
        raise Invalid(message, fields={"local_at": [message]})
    return starts_at
