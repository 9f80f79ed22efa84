"""How a membership begins and what it leaves behind: used by whoever has asked the rules first."""

import uuid

import sqlalchemy as sa

from community.kernel.context import Context
from community.kernel.db import db, execute
from community.kernel.operation import record
from community.spaces.events import InvitationsRevoked, MemberJoined
from community.spaces.models import Invitation, Membership, Role, Space


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
    """Take back the open invitations somebody made: whoever may not invite left no door ajar.

    A letter that was accepted stays as it is, and so does a no: it can only not be taken back.
    """
    made = sa.and_(
        Invitation.space_id == space_id,
        Invitation.created_by == user_id,
        Invitation.revoked_at.is_(None),
        Invitation.expires_at > ctx.now,
        Invitation.answered_at.is_(None),
    )
    declined = Invitation.declined_at.is_not(None)
    execute(sa.update(Invitation).where(made, declined).values(expires_at=ctx.now))
    revoke_all(ctx, space_id, made)


def revoke_all(ctx: Context, space_id: uuid.UUID, which: sa.ColumnElement[bool]) -> None:
    """Take back those invitations into a space, which is locked; one event, however many."""
    revoked = execute(
        sa.update(Invitation).where(which).values(revoked_at=ctx.now).returning(Invitation.id)
    ).all()
    if revoked:
        record(InvitationsRevoked(space_id=space_id, number=len(revoked)))


def withdraw_everywhere(ctx: Context, user_id: uuid.UUID) -> None:
    """Take back the open invitations somebody made, in every space: for who is shut out."""
    made_in = sa.select(Invitation.space_id).where(Invitation.created_by == user_id)
    held = sa.select(Space.id).where(Space.id.in_(made_in)).order_by(Space.id).with_for_update()
    for space_id in db.session.scalars(held).all():
        withdraw_invitations(ctx, space_id, user_id)
