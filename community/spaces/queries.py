"""Spaces and the people in them, as pages and other features read them."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from community.accounts.models import User
from community.accounts.queries import digest_of
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import NotFound
from community.kernel.feature import Joining
from community.kernel.installed import installed
from community.kernel.paging import LIMIT, Listing, Page
from community.kernel.policy import ANYBODY
from community.spaces.models import Invitation, Membership, Role, Space
from community.spaces.policy import (
    RANK,
    belonging,
    is_open,
    lets_in,
    my_spaces,
    visible_invitations,
    visible_spaces,
)
from community.spaces.rules import MAX_OPEN_INVITATIONS, TOKEN_LONGEST

RAIL_LIMIT = 50
FACILITATORS_SHOWN = 10

_BY_SLUG = visible_spaces(ANYBODY).where(Space.slug == sa.bindparam("slug"))


def space_by_slug(ctx: Context, slug: str) -> Space:
    """Return the space of an address. Raises NotFound for one the actor does not belong to."""
    space: Space | None = db.session.scalar(_BY_SLUG, {"slug": slug, "me": ctx.actor_id})
    if space is None:
        raise NotFound
    return space


def rail(ctx: Context) -> Sequence[Any]:
    """Return the actor's spaces that are not archived, as ``belonging`` has them."""
    return [space for space in belonging(ctx) if space.archived_at is None][:RAIL_LIMIT]


def newest_spaces(ctx: Context) -> sa.Select[Space]:
    """Select the actor's spaces, the newest first, to be paged."""
    return visible_spaces(ctx).order_by(Space.created_at.desc(), Space.id)


_BY_RANK = sa.case({role: -rank for role, rank in RANK.items()}, value=Membership.role).label(
    "rank"
)
_MEMBERS = Listing(
    sa.select(
        Membership.space_id,
        Membership.user_id,
        User.name,
        Membership.role,
        Membership.joined_at,
        _BY_RANK,
    )
    .join(User, User.id == Membership.user_id)
    .where(
        Membership.space_id == sa.bindparam("space", type_=sa.Uuid()),
        Membership.space_id.in_(my_spaces(ANYBODY)),
        Membership.ended_at.is_(None),
    )
    .order_by(_BY_RANK, User.name, Membership.user_id)
)


def members_by_rank(
    ctx: Context, space_id: uuid.UUID, *, limit: int = LIMIT, page: str | None = None
) -> Page:
    """Return a page of who belongs to a space now: space_id, user_id, name, role and joined_at.

    Owners first, then by name; nobody for a space the actor does not belong to. Raises Invalid when
    ``page`` is no bookmark of this list.
    """
    return _MEMBERS.page({"space": space_id, "me": ctx.actor_id}, limit=limit, page=page)


def invitations_of(ctx: Context, space_id: uuid.UUID) -> sa.Select[Invitation]:
    """Select the invitations into a space the actor organises, the newest first, to be paged."""
    return (
        visible_invitations(ctx)
        .where(Invitation.space_id == space_id)
        .order_by(Invitation.created_at.desc(), Invitation.id)
    )


def open_invitations(ctx: Context, space_id: uuid.UUID) -> Sequence[Any]:
    """Return the invitations that still let somebody in with their makers' names, newest first."""
    statement = (
        invitations_of(ctx, space_id)
        .join(User, User.id == Invitation.created_by)
        .add_columns(User.name)
        .where(*is_open(ctx.now))
        .limit(MAX_OPEN_INVITATIONS)
    )
    return db.session.execute(statement).all()


@dataclasses.dataclass(frozen=True, slots=True)
class Link:
    """What the holder of an invitation link may know before joining."""

    space_id: uuid.UUID
    slug: str
    space_name: str
    summary: str
    role: Role
    inviter: str
    expires_at: dt.datetime
    member: bool  # the actor belongs already


def link_behind(ctx: Context, token: str) -> Link | None:
    """Return where a link leads; None for any that would not let the actor in.

    The holder of the secret is no member yet, so this starts from the secret, not from a read rule.
    """
    if len(token) > TOKEN_LONGEST:
        return None
    row = db.session.execute(
        sa.select(Invitation, Space.slug, Space.name, Space.summary, User.name, Membership)
        .join(Space, Space.id == Invitation.space_id)
        .join(User, User.id == Invitation.created_by)
        .outerjoin(
            Membership,
            sa.and_(Membership.space_id == Invitation.space_id, Membership.user_id == ctx.actor_id),
        )
        .where(Invitation.digest == digest_of(token), Space.archived_at.is_(None))
    ).one_or_none()
    if row is None:
        return None
    invitation, slug, space_name, summary, inviter, _joined = row
    membership: Membership | None = _joined
    belongs = membership is not None and membership.ended_at is None
    if not belongs and not lets_in(invitation, ctx.now, membership):
        return None
    return Link(
        space_id=invitation.space_id,
        slug=slug,
        space_name=space_name,
        summary=summary,
        role=invitation.role,
        inviter=inviter,
        expires_at=invitation.expires_at,
        member=belongs,
    )


def joining(space_id: uuid.UUID) -> Joining:
    """Return what the feature that fills a space tells whoever may join it.

    The caller has found the space, or holds an invitation into it.
    """
    told = (feature.joining(space_id) for feature in installed().features if feature.joining)
    return next((found for found in told if found is not None), Joining())


def facilitators(space_id: uuid.UUID) -> Sequence[str]:
    """Return the names of those who facilitate a space, by name; asked like ``joining``."""
    return db.session.scalars(
        sa.select(User.name)
        .join(Membership, Membership.user_id == User.id)
        .where(
            Membership.space_id == space_id,
            Membership.role == Role.FACILITATOR,
            Membership.ended_at.is_(None),
        )
        .order_by(User.name, User.id)
        .limit(FACILITATORS_SHOWN)
    ).all()
