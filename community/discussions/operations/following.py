"""How closely somebody follows a thread or a space.

One's own alone: it says nothing to others, and is possible in an archived space.
"""

import uuid
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from community.discussions.models import SpaceLevel, ThreadLevel
from community.discussions.policy import find_thread
from community.discussions.rules import MOST_LEVELS, Level
from community.kernel.context import Context
from community.kernel.db import execute, insert_missing
from community.kernel.errors import Conflict
from community.kernel.keys import new_key
from community.kernel.operation import operation
from community.spaces.policy import find_space


@operation
def follow_thread(ctx: Context, thread_id: uuid.UUID, *, level: Level | None) -> None:
    """Choose how closely to follow a thread; None: as its space.

    Raises NotFound, and Conflict for who chose for ``MOST_LEVELS`` threads.
    """
    find_thread(ctx, thread_id)
    _choose(ctx, ThreadLevel, {"thread_id": thread_id}, level)


@operation
def follow_space(ctx: Context, space_id: uuid.UUID, *, level: Level | None) -> None:
    """Choose how closely to follow the threads of a space; None: as is usual. Raises NotFound."""
    find_space(ctx, space_id)
    _choose(ctx, SpaceLevel, {"space_id": space_id}, level)


def _choose(
    ctx: Context,
    model: type[ThreadLevel] | type[SpaceLevel],
    what: Mapping[str, uuid.UUID],
    level: Level | None,
) -> None:
    [(name, key)] = what.items()
    mine = (model.user_id == ctx.person, getattr(model, name) == key)
    if level is None:
        execute(sa.delete(model).where(*mine))
    elif not execute(sa.update(model).where(*mine).values(level=level, at=ctx.now)).rowcount:
        _make(ctx, model, what, {"level": level})


def _make(
    ctx: Context, model: type[Any], what: Mapping[str, uuid.UUID], values: Mapping[str, Any]
) -> None:
    count = sa.select(sa.func.count()).select_from(model).where(model.user_id == ctx.person)
    if execute(count).scalar_one() >= MOST_LEVELS:
        raise Conflict(_("That is as many as can be chosen. Take one back first."))
    row = {"id": new_key(), "user_id": ctx.person, "at": ctx.now, **what, **values}
    insert_missing(model, row, unique=("user_id", *what))
