"""How a membership begins and what it leaves behind: used by whoever has asked the rules first."""

import uuid

import sqlalchemy as sa

from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.operation import record
from community.spaces.events import InvitationRevoked, MemberJoined
from community.spaces.models import Invitation, Membership, Role


def membership_row(space_id: uuid.UUID, user_id: uuid.UUID) -> Membership | None:
    """Return somebody's place in a space, ended or not, as it is under its lock."""
    found: Membership | None = db.session.scalar(
        sa.select(Membership)
        .where(Membership.space_id == space_id, Membership.user_id == user_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return found


def begin_membership(
    ctx: Context, space_id: uuid.UUID, user_id: uuid.UUID, role: Role
) -> Membership:
    """Make somebody a member, or bring them back; who belongs already stays as they are."""
    membership = membership_row(space_id, user_id)
    if membership is None:
        membership = Membership(
            space_id=space_id, user_id=user_id, role=role, joined_at=ctx.now, ended_at=None
        )
        db.session.add(membership)
    elif membership.ended_at is None:
        return membership
    else:
        membership.role, membership.joined_at, membership.ended_at = role, ctx.now, None
    db.session.flush()
    if user_id == ctx.actor_id:
        ctx.forget()  # the actor's own roles are others now
    record(MemberJoined(space_id=space_id, user_id=user_id, role=role.value))
    return membership


def withdraw_invitations(ctx: Context, space_id: uuid.UUID, user_id: uuid.UUID) -> None:
    """Take back the open invitations somebody made: whoever may not invite left no door ajar."""
    rows = db.session.scalars(
        sa.select(Invitation)
        .where(
            Invitation.space_id == space_id,
            Invitation.created_by == user_id,
            Invitation.revoked_at.is_(None),
            Invitation.expires_at > ctx.now,
        )
        .order_by(Invitation.id)
        .with_for_update()
    )
    for invitation in rows.all():
        invitation.revoked_at = ctx.now
        record(InvitationRevoked(space_id=space_id, invitation_id=invitation.id))
