"""What somebody shows of themselves, and where one meets them."""

import uuid
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from community.accounts.models import Profile, User
from community.accounts.queries import people
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import NotFound
from community.kernel.frame import Person
from community.kernel.policy import ANYBODY
from community.spaces.models import Membership, Space, SpaceKind
from community.spaces.policy import my_spaces, shows, visible_memberships, visible_people

SHARED_LIMIT = 50


def shown(field: str, column: Any = None) -> sa.Label[Any]:
    """Return a field of a profile where it is shown to the actor, None where it is not."""
    column = getattr(Profile, field) if column is None else column
    audience = getattr(Profile, f"{field}_for")
    return sa.case((shows(ANYBODY, audience), column), else_=None).label(field)


# under a name of its own, so that a query over memberships does not correlate with it
_there = aliased(Membership, name="there")
CARD = tuple(shown(field) for field in ("pronouns", "organisation", "place", "picture"))

_PERSON = (
    visible_people(ANYBODY)
    .outerjoin(Profile, Profile.user_id == User.id)
    .where(User.id == sa.bindparam("person", type_=sa.Uuid()))
    .with_only_columns(
        User.id,
        User.name,
        *CARD,
        shown("zone", User.zone),
        shown("languages"),
        shown("about"),
        sa.case((shows(ANYBODY, Profile.about_for), Profile.about_html), else_=None).label(
            "about_html"
        ),
    )
)
_SHARED = (
    sa.select(Space.id, Space.slug, Space.name, Space.archived_at, Membership.role)
    .join(Membership, Membership.space_id == Space.id)
    .where(
        Membership.user_id == sa.bindparam("person", type_=sa.Uuid()),
        Membership.ended_at.is_(None),
        Space.id.in_(my_spaces(ANYBODY)),
    )
    .order_by(Space.kind != SpaceKind.NETWORK, Space.created_at.desc(), Space.id)
    .limit(SHARED_LIMIT)
)


def face_in(space_id: Any, user: Any = User) -> sa.Label[str | None]:
    """Return the picture of a row's person as long as they belong to a space: beside what they did.

    It stands there for everybody in the space alike, so only where they show it to all of them.
    """
    belongs = sa.exists().where(
        _there.space_id == space_id, _there.user_id == user.id, _there.ended_at.is_(None)
    )
    shows_it = sa.and_(user.face.is_not(None), user.deactivated_at.is_(None), belongs)
    return sa.case((shows_it, user.face), else_=None).label("face")


def person(ctx: Context, user_id: uuid.UUID) -> Any:
    """Return what the actor sees of somebody: their profile, None where a field is not shown.

    Columns: id, name, pronouns, organisation, place, picture, zone, languages, about, about_html.
    Raises NotFound for who shares no space with the actor.
    """
    row = db.session.execute(_PERSON, {"me": ctx.actor_id, "person": user_id}).one_or_none()
    if row is None:
        raise NotFound
    return row


def member_of(ctx: Context, space_id: uuid.UUID, user_id: uuid.UUID | None) -> Person | None:
    """Return somebody who belongs to a space of the actor; None for anybody else."""
    if user_id is None:
        return None
    row = db.session.execute(
        visible_memberships(ctx)
        .join(User, User.id == Membership.user_id)
        .where(Membership.space_id == space_id, Membership.user_id == user_id)
        .with_only_columns(User.id, User.name, User.face)
    ).one_or_none()
    return Person(*row) if row else None


def named(ctx: Context, space_id: uuid.UUID, user_id: uuid.UUID) -> Person:
    """Return somebody the caller may name in a space; with their face while they belong to it."""
    return member_of(ctx, space_id, user_id) or people([user_id])[user_id]


def shared_spaces(ctx: Context, user_id: uuid.UUID) -> Sequence[Any]:
    """Return the spaces the actor and somebody both belong to, with the other's role there."""
    return db.session.execute(_SHARED, {"me": ctx.actor_id, "person": user_id}).all()
