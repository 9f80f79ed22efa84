"""Whom somebody blocks."""

import uuid
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from community.accounts.models import User
from community.discussions.models import Block
from community.kernel.context import Context
from community.kernel.db import execute
from community.kernel.policy import ANYBODY, ME
from community.spaces.policy import visible_people

_BLOCKED = (
    sa.select(User.id, User.name)
    .join(Block, Block.blocked_id == User.id)
    .where(Block.user_id == ME)
    .order_by(User.name, User.id)
)
_SEEN_BLOCKED = _BLOCKED.where(User.id.in_(visible_people(ANYBODY).with_only_columns(User.id)))


def blocked_people(ctx: Context) -> Sequence[Any]:
    """Return id and name of whom the actor blocks, by name.

    Somebody with whom they share no space any more has no name here.
    """
    seen = {row.id: row.name for row in execute(_SEEN_BLOCKED, {"me": ctx.actor_id})}
    keys = [row.id for row in execute(_BLOCKED, {"me": ctx.actor_id})]
    return [{"id": key, "name": seen.get(key)} for key in keys]


def blocks(ctx: Context, user_id: uuid.UUID) -> bool:
    """Whether the actor blocks somebody."""
    return user_id in blocked_ids(ctx)


def blocked_ids(ctx: Context) -> Sequence[uuid.UUID]:
    """Return the ids of whom the actor blocks, in order."""
    mine = sa.select(Block.blocked_id).where(Block.user_id == ctx.actor_id)
    return execute(mine.order_by(Block.blocked_id)).scalars().all()
