"""What leaving a space, or becoming an observer in it, does to its rooms."""

import uuid

import sqlalchemy as sa

from community.kernel.context import Context
from community.kernel.db import db
from community.live.models import Hand, LiveSession, Presence, SessionState
from community.live.operations.room import lower
from community.spaces.events import MemberRemoved, RoleChanged
from community.spaces.models import Role


def on_member_removed(ctx: Context, event: MemberRemoved) -> None:
    """Who is out of the space is out of its rooms; the time spent there is kept."""
    for session in _live_sessions(event.space_id):
        _lower(ctx, session, event.user_id)
    rooms = sa.select(LiveSession.id).where(LiveSession.space_id == event.space_id)
    db.session.execute(
        sa.update(Presence)
        .where(
            Presence.user_id == event.user_id,
            Presence.left_at.is_(None),
            Presence.session_id.in_(rooms),
        )
        .values(left_at=ctx.now, last_seen_at=ctx.now)
        .execution_options(synchronize_session=False)
    )


def on_role_changed(ctx: Context, event: RoleChanged) -> None:
    """An observer has no hand to raise."""
    if event.role == Role.OBSERVER:
        for session in _live_sessions(event.space_id):
            _lower(ctx, session, event.user_id)


def _live_sessions(space_id: uuid.UUID) -> list[LiveSession]:
    """Lock the rooms where hands may be up, in one order for all."""
    return list(
        db.session.scalars(
            sa.select(LiveSession)
            .where(LiveSession.space_id == space_id, LiveSession.state == SessionState.LIVE)
            .order_by(LiveSession.id)
            .with_for_update()
        )
    )


def _lower(ctx: Context, session: LiveSession, user_id: uuid.UUID) -> None:
    hand = db.session.scalar(
        sa.select(Hand).where(
            Hand.session_id == session.id, Hand.user_id == user_id, Hand.lowered_at.is_(None)
        )
    )
    if hand is not None:
        lower(ctx, session, hand, None)
