"""Who belongs to a space, and the search among them."""

import functools
import uuid
from typing import Any

import sqlalchemy as sa

from community.accounts.models import Profile, User
from community.accounts.queries import NAME_WORDS, within
from community.accounts.rules import TERMS, patterns, search_terms
from community.kernel.context import Context
from community.kernel.db import db, execute
from community.kernel.paging import LIMIT, Listing, Page
from community.kernel.policy import ANYBODY
from community.spaces.models import Membership, Role
from community.spaces.policy import RANK, leads_somewhere, memberships, my_spaces
from community.spaces.queries.people import CARD

_BY_RANK = sa.case({role: -rank for role, rank in RANK.items()}, value=Membership.role).label(
    "rank"
)


@functools.cache
def _members(*, searched: bool, in_role: bool) -> Listing:
    """Return the list of a space's members that words and a role may narrow down."""
    statement = (
        sa.select(
            Membership.space_id,
            Membership.user_id,
            User.name,
            Membership.role,
            Membership.joined_at,
            Membership.silenced_until,
            Membership.suspended_until,
            _BY_RANK,  # before the rest: the first CASE is what sqlakeyset takes for it
            *CARD,
        )
        .join(User, User.id == Membership.user_id)
        .outerjoin(Profile, Profile.user_id == Membership.user_id)
        .where(
            Membership.space_id == sa.bindparam("space", type_=sa.Uuid()),
            Membership.space_id.in_(my_spaces(ANYBODY)),
            Membership.ended_at.is_(None),
        )
        .order_by(_BY_RANK, User.name, Membership.user_id)
    )
    if in_role:
        statement = statement.where(Membership.role == sa.bindparam("role", type_=sa.String()))
    # Whoever has no profile yet, or is shut out and shows none (``policy.shows``), is found by the
    # name alone.
    shown = User.deactivated_at.is_(None)
    open_words = sa.case(
        (shown, sa.func.coalesce(Profile.words_for_spaces, NAME_WORDS)), else_=NAME_WORDS
    )
    led = sa.and_(shown, leads_somewhere(ANYBODY))
    for term in TERMS if searched else ():
        statement = statement.where(
            sa.or_(
                within(open_words, term),
                sa.and_(within(Profile.words_for_leads, term), led),
            )
        )
    return Listing(statement)


def members_by_rank(
    ctx: Context,
    space_id: uuid.UUID,
    *,
    search: str = "",
    role: Role | None = None,
    limit: int = LIMIT,
    page: str | None = None,
) -> Page:
    """Return a page of who belongs to a space now: space_id, user_id, name, role and joined_at.

    And pronouns, organisation, place and picture, None where they are not shown to the actor; what
    is not shown is not searched either. Owners first, then by name; nobody for a space the actor
    does not belong to. Raises Invalid when ``page`` is no bookmark of this list.
    """
    searched = bool(search_terms(search))
    given: dict[str, Any] = {"space": space_id, "me": ctx.actor_id}
    if role is not None:
        given["role"] = role.value
    if searched:
        given |= patterns(search)
    listing = _members(searched=searched, in_role=role is not None)
    return listing.page(given, limit=limit, page=page)


def role_of(space_id: uuid.UUID, user_id: uuid.UUID) -> Role | None:
    """Return the role somebody has in a space that the caller has found; None for no member."""
    role: Role | None = db.session.scalar(
        sa.select(Membership.role).where(
            Membership.space_id == space_id,
            Membership.user_id == user_id,
            Membership.ended_at.is_(None),
        )
    )
    return role


def has_other_owner(space_id: uuid.UUID, user_id: uuid.UUID) -> bool:
    """Whether somebody else owns a space, whose account is not switched off."""
    others = (
        sa.select(Membership.id)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.space_id == space_id,
            Membership.user_id != user_id,
            Membership.role == Role.OWNER,
            Membership.ended_at.is_(None),
            User.deactivated_at.is_(None),
        )
    )
    return execute(others.limit(1)).first() is not None


def is_only_owner(ctx: Context, space_id: uuid.UUID) -> bool:
    """Whether the actor owns a space and nobody else does; no statement for who owns it not."""
    if memberships(ctx).get(space_id) is not Role.OWNER:
        return False
    return not has_other_owner(space_id, ctx.person)
