"""Whom somebody blocks: known to nobody else."""

import uuid

import sqlalchemy as sa
from flask_babel import gettext as _

from community.discussions.models import Block
from community.discussions.rules import MOST_BLOCKED
from community.kernel.context import Context
from community.kernel.db import execute, insert_missing
from community.kernel.errors import Conflict
from community.kernel.keys import new_key
from community.kernel.operation import operation
from community.kernel.policy import find
from community.spaces.policy import visible_people


@operation
def block_person(ctx: Context, user_id: uuid.UUID) -> None:
    """Fold what somebody writes, and be told nothing of it. They do not learn of it.

    Who is blocked already stays so. Raises NotFound for whom one does not see, and Conflict for
    oneself and for who blocks ``MOST_BLOCKED`` people.
    """
    find(visible_people(ctx), user_id)
    if user_id == ctx.person:
        raise Conflict(_("You cannot block yourself."))
    count = sa.select(sa.func.count()).select_from(Block).where(Block.user_id == ctx.person)
    if execute(count).scalar_one() >= MOST_BLOCKED:
        raise Conflict(_("You block as many people as can be blocked. Hear somebody again first."))
    row = {"id": new_key(), "user_id": ctx.person, "blocked_id": user_id, "at": ctx.now}
    insert_missing(Block, row, unique=("user_id", "blocked_id"))


@operation
def unblock_person(ctx: Context, user_id: uuid.UUID) -> None:
    """Hear somebody again; who is not blocked stays so.

    Raises NotFound for whom one neither blocks nor sees.
    """
    mine = sa.delete(Block).where(Block.user_id == ctx.person, Block.blocked_id == user_id)
    if not execute(mine).rowcount:
        find(visible_people(ctx), user_id)
