"""What the spaces feature holds of a person, for them to take along."""

from typing import Any

import sqlalchemy as sa

from community.kernel.context import Context
from community.kernel.db import execute, values_of
from community.spaces.models import Membership, Space
from community.spaces.policy import only_seen


def personal(ctx: Context) -> dict[str, Any]:
    """Return the spaces one belongs or belonged to, with one's role there."""
    rows = execute(
        sa.select(
            only_seen(ctx, Space.name).label("space"),
            Membership.role,
            Membership.joined_at,
            Membership.ended_at,
        )
        .join(Space, Space.id == Membership.space_id)
        .where(Membership.user_id == ctx.actor_id)
        .order_by(Membership.joined_at, Membership.id)
    )
    return {"memberships": [values_of(row) for row in rows]}
