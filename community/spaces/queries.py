"""Spaces and the people in them, as pages and other features read them."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask_babel import gettext as _

from community.accounts.models import User
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import NotFound
from community.spaces.models import Membership, Role, Space
from community.spaces.policy import RANK, my_spaces, visible_spaces

MEMBERS_LIMIT = 2_000
RAIL_LIMIT = 50


class Member(NamedTuple):
    """Somebody in a space."""

    user_id: uuid.UUID
    name: str
    role: Role
    joined_at: dt.datetime


def space_by_slug(ctx: Context, slug: str) -> Space:
    """Return the space of an address. Raises NotFound for one the actor does not belong to."""
    space: Space | None = db.session.scalar(visible_spaces(ctx).where(Space.slug == slug))
    if space is None:
        raise NotFound(_("There is nothing here, or it is not open to you."))
    return space


def my_spaces_list(ctx: Context) -> Sequence[Any]:
    """Return id, slug, name and kind of the spaces the actor belongs to, newest first."""
    statement = (
        sa.select(Space.id, Space.slug, Space.name, Space.kind)
        .where(Space.id.in_(my_spaces(ctx)), Space.archived_at.is_(None))
        .order_by(Space.created_at.desc(), Space.id)
        .limit(RAIL_LIMIT)
    )
    return db.session.execute(statement).all()


def members_by_rank(ctx: Context, space_id: uuid.UUID) -> sa.Select[Any]:
    """Select who belongs to a space now (user_id, name, role, joined_at), to be paged.

    Owners first, then by name; nobody for a space the actor does not belong to.
    """
    rank = sa.case({role.value: -rank for role, rank in RANK.items()}, value=Membership.role)
    columns: list[Any] = [Membership.user_id, User.name, Membership.role, Membership.joined_at]
    return (
        sa.select(*columns)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.space_id == space_id,
            Membership.space_id.in_(my_spaces(ctx)),
            Membership.ended_at.is_(None),
        )
        .order_by(rank, User.name, Membership.user_id)
    )


def members_of(ctx: Context, space_id: uuid.UUID) -> list[Member]:
    """Return who belongs to a space now, owners first, then by name; the first 2,000."""
    rows = db.session.execute(members_by_rank(ctx, space_id).limit(MEMBERS_LIMIT))
    return [Member(row.user_id, row.name, row.role, row.joined_at) for row in rows]
