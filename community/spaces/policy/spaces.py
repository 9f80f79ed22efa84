"""Who sees a space, and who may make, change, archive or dissolve one."""

from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from community.accounts.policy import may_administer
from community.kernel.context import Context
from community.kernel.errors import Conflict
from community.kernel.policy import Finder, read_rule, rule
from community.spaces.models import Role, Space, SpaceKind
from community.spaces.policy.belonging import (
    ORGANISING,
    memberships,
    my_spaces,
    my_spaces_as,
    organises,
    role_in,
    still_mine,
)


@read_rule
def visible_spaces(ctx: Context) -> sa.Select[Space]:
    """Spaces the actor belongs to; nobody else learns that they exist."""
    return sa.select(Space).where(Space.id.in_(my_spaces(ctx)))


find_space = Finder(visible_spaces)


@read_rule
def visible_leavable_spaces(ctx: Context) -> sa.Select[Space]:
    """Spaces the actor has not left, also those they are suspended from; to leave, no more."""
    return sa.select(Space).where(Space.id.in_(still_mine(ctx)))


find_leavable_space = Finder(visible_leavable_spaces)


@rule
def may_create_space(ctx: Context, kind: SpaceKind) -> bool:
    """The network itself is made by an administrator; a cohort by whoever organises something."""
    if kind is SpaceKind.NETWORK:
        return ctx.admin
    return ctx.admin or any(role in ORGANISING for role in memberships(ctx).values())


@rule
def may_rename_space(ctx: Context, space: Space) -> bool:
    """Owners and organisers give their space another name."""
    return organises(ctx, space.id)


@rule
def may_set_rescue_time(ctx: Context, space: Space) -> bool:
    """Owners and organisers say how long a question of their space waits until it is rescued."""
    return organises(ctx, space.id)


@rule
def may_dissolve_space(ctx: Context, space: Space) -> bool:
    """Owners dissolve their space; the network itself is never dissolved."""
    return space.kind is not SpaceKind.NETWORK and role_in(ctx, space.id) is Role.OWNER


@read_rule
def visible_archivable_spaces(ctx: Context) -> sa.Select[Space]:
    """Every space for administrators, by its name only; for owners, theirs."""
    if may_administer(ctx, None):
        return sa.select(Space)
    return sa.select(Space).where(Space.id.in_(my_spaces_as(ctx, {Role.OWNER})))


@rule
def may_archive_space(ctx: Context, space: Space) -> bool:
    """Administrators and a space's owners archive it and take it out again; not the network."""
    if space.kind is SpaceKind.NETWORK:
        return False
    return may_administer(ctx, None) or role_in(ctx, space.id) is Role.OWNER


def refuse_archived(space: Any) -> None:
    """Raise Conflict for a space that is archived, whoever asks: nothing new is written there.

    ``space`` is its row, or what ``belongs_to`` says of it.
    """
    if space.archived_at is not None:
        raise Conflict(_("%(space)s is archived: it can be read, not written.", space=space.name))
