"""Who sees whom and what of them, and who may change who belongs to a space."""

import dataclasses
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from community.accounts.models import Audience, Portrait, Profile, User
from community.kernel.context import Context
from community.kernel.policy import read_rule, rule
from community.spaces.models import Membership, Role
from community.spaces.policy.belonging import (
    FACILITATING,
    ORGANISING,
    RANK,
    my_spaces,
    my_spaces_as,
    role_in,
)

_theirs = aliased(Membership, name="theirs")


@dataclasses.dataclass(frozen=True, slots=True)
class Grant:
    """A role that somebody is about to be given in a space."""

    space_id: uuid.UUID
    role: Role


@read_rule
def visible_memberships(ctx: Context) -> sa.Select[Membership]:
    """Who belongs now to the spaces the actor belongs to."""
    return sa.select(Membership).where(
        Membership.space_id.in_(my_spaces(ctx)), Membership.ended_at.is_(None)
    )


@read_rule
def visible_people(ctx: Context) -> sa.Select[User]:
    """Who belongs now to a space the actor belongs to; nobody else learns that they are here."""
    return sa.select(User).where(_meets(my_spaces(ctx), User.id))


@read_rule
def visible_portraits(ctx: Context) -> sa.Select[Portrait]:
    """The actor's own picture, and those of others that are shown to them."""
    return (
        sa.select(Portrait)
        .join(Profile, Profile.user_id == Portrait.user_id)
        .join(User, User.id == Portrait.user_id)
        .where(
            sa.or_(
                Portrait.user_id == ctx.actor_id,
                sa.and_(shows(ctx, Profile.picture_for), _meets(my_spaces(ctx), User.id)),
            )
        )
    )


def shows(ctx: Context, audience: Any) -> sa.ColumnElement[bool]:
    """Return, for a row of ``visible_people``, whether its field with this audience is shown.

    The one rule of what others see of a profile: pages, JSON, pictures and search all ask it.
    """
    return sa.and_(
        User.deactivated_at.is_(None),
        sa.or_(
            audience == Audience.SPACES,
            sa.and_(audience == Audience.LEADS, leads_somewhere(ctx)),
        ),
    )


def leads_somewhere(ctx: Context) -> sa.ColumnElement[bool]:
    """Return, for a row of ``visible_people``, whether the actor leads a space they belong to."""
    return _meets(my_spaces_as(ctx, FACILITATING), User.id)


def _meets(spaces: sa.Select[uuid.UUID], user_id: Any) -> sa.ColumnElement[bool]:
    """Return whether somebody belongs now to one of some spaces."""
    return sa.exists().where(
        _theirs.user_id == user_id, _theirs.ended_at.is_(None), _theirs.space_id.in_(spaces)
    )


@rule
def may_grant(ctx: Context, grant: Grant) -> bool:
    """Owners and organisers give roles up to their own; so only owners make owners."""
    mine = role_in(ctx, grant.space_id)
    return mine is not None and mine in ORGANISING and RANK[grant.role] <= RANK[mine]


@rule
def may_change_role(ctx: Context, membership: Membership) -> bool:
    """Owners and organisers change the role of whoever does not stand above them."""
    return may_grant(ctx, Grant(membership.space_id, membership.role))


@rule
def may_remove_member(ctx: Context, membership: Membership) -> bool:
    """Owners and organisers remove whoever does not stand above them.

    Anybody may leave, who is suspended too.
    """
    if ctx.actor_id is not None and membership.user_id == ctx.actor_id:
        return membership.ended_at is None
    return may_grant(ctx, Grant(membership.space_id, membership.role))
