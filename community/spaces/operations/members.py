"""Who belongs to a space, and in which role.

Whoever changes that holds the lock of the space row: so the last owner cannot leave twice, and an
invitation is not made by somebody who is just being removed. That lock comes first; under it those
of memberships and invitations are taken in any order. Whoever goes without it takes that of one
invitation, and no other.
"""

import uuid

import sqlalchemy as sa
from flask_babel import gettext as _

from community.accounts.models import User
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import Conflict, NotFound
from community.kernel.operation import operation, record
from community.kernel.policy import require
from community.kernel.revocation import revoke
from community.spaces.events import MemberRemoved, RoleChanged
from community.spaces.models import Membership, Role
from community.spaces.operations.belonging import (
    begin_membership,
    membership_row,
    withdraw_invitations,
)
from community.spaces.policy import (
    ORGANISING,
    RANK,
    Grant,
    find_leavable_space,
    find_space,
    may_change_role,
    may_grant,
    may_remove_member,
    refuse_archived,
)
from community.spaces.queries import has_other_owner


@operation
def add_member(ctx: Context, space_id: uuid.UUID, user_id: uuid.UUID, *, role: Role) -> Membership:
    """Put somebody into a space without an invitation; a member already stays as they are.

    No door offers this: it is for what nests it. Raises NotFound for an unknown person, Conflict in
    an archived space.
    """
    space = find_space(ctx, space_id, lock=True)
    require(may_grant, ctx, Grant(space_id, role))
    refuse_archived(space)
    active = sa.select(User.id).where(User.id == user_id, User.deactivated_at.is_(None))
    if db.session.scalar(active) is None:
        raise NotFound(_("There is no such person."))
    return begin_membership(ctx, space_id, user_id, role)


@operation
def change_role(ctx: Context, space_id: uuid.UUID, user_id: uuid.UUID, *, role: Role) -> Membership:
    """Give a member another role.

    Raises Conflict if the last owner would step down, and in an archived space.
    """
    space = find_space(ctx, space_id, lock=True)
    membership = _current(space_id, user_id)
    require(may_change_role, ctx, membership)
    require(may_grant, ctx, Grant(space_id, role))
    refuse_archived(space)
    former = membership.role
    if former is role:
        return membership
    if former is Role.OWNER:
        _keep_an_owner(space_id, user_id)
    membership.role = role
    if former in ORGANISING and RANK[role] < RANK[former]:
        withdraw_invitations(ctx, space_id, user_id)
    db.session.flush()
    if user_id == ctx.actor_id:
        ctx.forget()
    record(
        RoleChanged(space_id=space_id, user_id=user_id, role=role.value, former_role=former.value)
    )
    return membership


@operation
def remove_member(ctx: Context, space_id: uuid.UUID, user_id: uuid.UUID) -> Membership:
    """End a membership, one's own or another's: every surface of the space falls silent for them.

    From an archived space too, and one's own from a space one is suspended from. Raises Conflict
    for the last owner.
    """
    find_it = find_leavable_space if user_id == ctx.actor_id else find_space
    find_it(ctx, space_id, lock=True)
    membership = _current(space_id, user_id)
    require(may_remove_member, ctx, membership)
    if membership.role is Role.OWNER:
        _keep_an_owner(space_id, user_id)
    membership.ended_at = ctx.now
    withdraw_invitations(ctx, space_id, user_id)
    revoke(user_id, space_id=space_id)
    db.session.flush()
    if user_id == ctx.actor_id:
        ctx.forget()
    record(MemberRemoved(space_id=space_id, user_id=user_id, role=membership.role.value))
    return membership


def _current(space_id: uuid.UUID, user_id: uuid.UUID) -> Membership:
    membership = membership_row(space_id, user_id)
    if membership is None or membership.ended_at is not None:
        raise NotFound(_("There is no such member."))
    return membership


def _keep_an_owner(space_id: uuid.UUID, user_id: uuid.UUID) -> None:
    """Refuse what would leave the space, whose row is locked, without anybody to look after it."""
    if not has_other_owner(space_id, user_id):
        raise Conflict(_("A space keeps at least one owner. Make somebody else an owner first."))
