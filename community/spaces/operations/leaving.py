"""What becomes of somebody's places in spaces when they delete their account."""

import sqlalchemy as sa
from flask_babel import gettext as _

from community.accounts.models import User
from community.kernel.context import Context
from community.kernel.db import db, execute
from community.kernel.operation import operation
from community.spaces.models import Invitation, Membership, Role, Space
from community.spaces.operations.members import remove_member


def hinders(ctx: Context) -> list[str]:
    """Return in words which spaces would be left without an owner."""
    mine, other = sa.orm.aliased(Membership), sa.orm.aliased(Membership)
    another = sa.exists().where(
        User.id == other.user_id,
        User.deactivated_at.is_(None),
        other.space_id == mine.space_id,
        other.user_id != mine.user_id,
        other.role == Role.OWNER,
        other.ended_at.is_(None),
    )
    names = db.session.scalars(
        sa.select(Space.name)
        .join(mine, mine.space_id == Space.id)
        .where(
            mine.user_id == ctx.actor_id,
            mine.role == Role.OWNER,
            mine.ended_at.is_(None),
            ~another,
        )
        .order_by(Space.name)
        .limit(20)
    )
    return [
        _("You are the only owner of %(space)s. Make somebody else an owner first.", space=name)
        for name in names
    ]


@operation
def erase(ctx: Context) -> None:
    """End every membership of the actor, and forget the invitations that name them.

    Raises Conflict where a space would be left without an owner.
    """
    spaces = db.session.scalars(
        sa.select(Membership.space_id)
        .where(Membership.user_id == ctx.actor_id, Membership.ended_at.is_(None))
        .order_by(Membership.space_id)
    ).all()
    for space_id in spaces:
        remove_member(ctx, space_id, ctx.person)
    address = sa.select(User.email).where(User.id == ctx.actor_id).scalar_subquery()
    execute(
        sa.update(Invitation)
        .where(sa.or_(Invitation.answered_by == ctx.actor_id, Invitation.email == address))
        .values(
            email=None,
            name="",
            note="",
            revoked_at=sa.func.coalesce(
                Invitation.revoked_at, sa.literal(ctx.now, sa.DateTime(timezone=True))
            ),
        )
    )
