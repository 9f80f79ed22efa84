"""Making spaces."""

import uuid

import sqlalchemy as sa
from flask_babel import gettext as _

from community.accounts.operations import register_user
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import Conflict
from community.kernel.keys import new_key
from community.kernel.operation import operation, record
from community.kernel.policy import require
from community.kernel.slugs import free_slug, slug_of
from community.spaces.events import RescueTimeSet, SpaceCreated, SpaceRenamed
from community.spaces.models import Role, Space, SpaceKind
from community.spaces.operations.belonging import begin_membership
from community.spaces.policy import (
    find_space,
    may_create_space,
    may_rename_space,
    may_set_rescue_time,
    refuse_archived,
)


@operation
def create_space(ctx: Context, *, name: str, kind: SpaceKind, summary: str = "") -> Space:
    """Make a space; the actor becomes its owner.

    Its slug follows from its name. Raises Forbidden for who may not (see ``may_create_space``), and
    Conflict when two of one name are made at the same moment.
    """
    require(may_create_space, ctx, kind)
    wanted = slug_of(name) or kind.value
    taken = set(db.session.scalars(sa.select(Space.slug).where(Space.slug.startswith(wanted))))
    space = Space(
        id=new_key(),
        slug=free_slug(wanted, taken),
        name=name,
        kind=kind,
        summary=summary,
        created_at=ctx.now,
        archived_at=None,
    )
    db.session.add(space)
    db.session.flush()
    record(SpaceCreated(space_id=space.id))
    begin_membership(ctx, space.id, ctx.person, Role.OWNER)
    return space


@operation
def rename_space(ctx: Context, space_id: uuid.UUID, *, name: str) -> Space:
    """Give a space another name; its address stays.

    Raises NotFound, Forbidden, Conflict in an archived space.
    """
    space = find_space(ctx, space_id, lock=True)
    require(may_rename_space, ctx, space)
    refuse_archived(space)
    if space.name != name:
        space.name = name
        record(SpaceRenamed(space_id=space_id))
    return space


@operation
def set_rescue_time(ctx: Context, space_id: uuid.UUID, *, hours: int) -> Space:
    """Say how long a question of a space waits until those who lead it are asked to answer.

    ``hours`` is one of ``RESCUE_HOURS``. Raises NotFound, Forbidden, Conflict in an archived space.
    """
    space = find_space(ctx, space_id, lock=True)
    require(may_set_rescue_time, ctx, space)
    refuse_archived(space)
    if space.rescue_hours != hours:
        former, space.rescue_hours = space.rescue_hours, hours
        record(RescueTimeSet(space_id=space_id, hours=hours, former_hours=former))
    return space


@operation
def found_network(
    ctx: Context,
    *,
    email: str,
    name: str,
    password_hash: str,
    network_name: str,
    zone: str,
    language: str = "en",
) -> Space:
    """Make the first administrator and the network they own, for an empty installation.

    ``ctx`` acts as the id the administrator is to have. Raises Conflict if there is a network.
    """
    if db.session.scalar(sa.select(Space.id).where(Space.kind == SpaceKind.NETWORK).limit(1)):
        raise Conflict(_("This installation has a network already; invite people into it."))
    register_user(
        ctx,
        email=email,
        name=name,
        password_hash=password_hash,
        zone=zone,
        language=language,
        admin=True,
    )
    return create_space(ctx, name=network_name, kind=SpaceKind.NETWORK)
