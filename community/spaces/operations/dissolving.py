"""A space that is no more: nobody belongs to it, nobody can come, and its address is free again."""

import uuid

import sqlalchemy as sa
from flask_babel import gettext as _

from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import Conflict
from community.kernel.operation import operation, record
from community.kernel.policy import require
from community.kernel.revocation import revoke
from community.spaces.events import MemberRemoved, SpaceDissolved
from community.spaces.models import Invitation, Membership
from community.spaces.operations.belonging import revoke_all
from community.spaces.policy import find_space, may_dissolve_space

MOST_AT_ONCE = 500
"""Members that a space can have as it is dissolved: each leaves by an event of their own, so that
every feature ends what hangs on them, and a unit of work holds only so many."""


@operation
def dissolve_space(ctx: Context, space_id: uuid.UUID) -> None:
    """End all that belongs to a space, for everybody at once; its rows stay for the log's sake.

    Raises NotFound, Forbidden, and Conflict where more belong to it than can leave at once.
    """
    space = find_space(ctx, space_id, lock=True)
    require(may_dissolve_space, ctx, space)
    into = sa.and_(Invitation.space_id == space_id, Invitation.revoked_at.is_(None))
    revoke_all(ctx, space_id, into)
    members = db.session.scalars(
        sa.select(Membership)
        .where(Membership.space_id == space_id, Membership.ended_at.is_(None))
        .order_by(Membership.id)
        .limit(MOST_AT_ONCE + 1)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    if len(members) > MOST_AT_ONCE:
        raise Conflict(
            _(
                "More than %(most)d people belong to this space. Remove some first.",
                most=MOST_AT_ONCE,
            )
        )
    for membership in members:
        membership.ended_at = ctx.now
        revoke(membership.user_id, space_id=space_id)
        record(
            MemberRemoved(space_id=space_id, user_id=membership.user_id, role=membership.role.value)
        )
    space.archived_at = ctx.now
    space.slug = f"dissolved-{space_id.hex}"
    db.session.flush()
    ctx.forget()  # the actor belongs there no more either
    record(SpaceDissolved(space_id=space_id))
