"""Which spaces somebody belongs to, and in which role: what every rule of the house asks."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from community.kernel.context import Context
from community.kernel.db import execute
from community.kernel.errors import NotFound
from community.kernel.policy import ME
from community.spaces.models import Membership, Role, Space, SpaceKind

RANK: Mapping[Role, int] = {role: rank for rank, role in enumerate(reversed(Role))}
ORGANISING = frozenset({Role.OWNER, Role.ORGANISER})
FACILITATING = ORGANISING | {Role.FACILITATOR}

# under a name of its own, so that a query over memberships does not correlate with it
_mine = aliased(Membership, name="mine")
_BELONGING = (
    sa.select(Space.id, Space.slug, Space.name, Space.kind, Space.archived_at, Membership.role)
    .join(Membership, Membership.space_id == Space.id)
    .where(Membership.user_id == ME, Membership.ended_at.is_(None))
    .order_by(Space.kind != SpaceKind.NETWORK, Space.created_at.desc(), Space.id)
)


def belonging(ctx: Context) -> Sequence[Any]:
    """Return the spaces the actor belongs to now: the network first, then the newest.

    Columns: id, slug, name, kind, archived_at, and role, the actor's there. Read once a context:
    rules ask it for a role, every page's frame for what it shows.
    """
    if ctx.actor_id is None:
        return ()
    given = {"me": ctx.person}
    return ctx.memo("spaces.belonging", lambda: execute(_BELONGING, given).all())


def memberships(ctx: Context) -> Mapping[uuid.UUID, Role]:
    """Return the actor's role in each space they belong to now."""
    return ctx.memo(
        "spaces.memberships", lambda: {space.id: space.role for space in belonging(ctx)}
    )


def belongs_to(ctx: Context, space_id: uuid.UUID) -> Any:
    """Return the row of ``belonging`` of one space; raises NotFound for one that is not theirs."""
    for space in belonging(ctx):
        if space.id == space_id:
            return space
    raise NotFound


def role_in(ctx: Context, space_id: uuid.UUID) -> Role | None:
    """Return the actor's role in a space, None for somebody who does not belong to it."""
    return memberships(ctx).get(space_id)


def organises(ctx: Context, space_id: uuid.UUID) -> bool:
    """Whether the actor is owner or organiser of the space."""
    return role_in(ctx, space_id) in ORGANISING


def facilitates(ctx: Context, space_id: uuid.UUID) -> bool:
    """Whether the actor is owner, organiser or facilitator of the space."""
    return role_in(ctx, space_id) in FACILITATING


def takes_part(ctx: Context, space_id: uuid.UUID) -> bool:
    """Whether the actor may write in the space: any role but observer."""
    return role_in(ctx, space_id) not in {None, Role.OBSERVER}


def my_spaces(ctx: Context) -> sa.Select[uuid.UUID]:
    """Return the ids of the spaces the actor belongs to now, for ``.in_()`` in read rules."""
    mine = sa.select(_mine.space_id).where(_mine.ended_at.is_(None))
    if ctx.actor_id is None:
        return mine.where(sa.false())
    return mine.where(_mine.user_id == ctx.actor_id)


def my_spaces_as(ctx: Context, roles: Collection[Role]) -> sa.Select[uuid.UUID]:
    """Return the ids of the spaces in which the actor has one of some roles now."""
    return my_spaces(ctx).where(_mine.role.in_(roles))


def only_seen(ctx: Context, words: sa.ColumnElement[str] | Any) -> sa.ColumnElement[str | None]:
    """Return ``words`` of a space, null where the actor does not belong to it any more.

    For what is somebody's own in spaces they have left: theirs, but not what it is called now.
    """
    return sa.case((Space.id.in_(my_spaces(ctx)), words), else_=sa.null())
