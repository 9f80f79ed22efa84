"""Spaces as pages and other features read them."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from community.accounts.models import User
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import NotFound
from community.kernel.feature import Joining, JoiningWords
from community.kernel.installed import installed
from community.kernel.policy import ANYBODY
from community.spaces.models import Membership, Role, Space
from community.spaces.policy import belonging, visible_spaces

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


def joining(space_id: uuid.UUID) -> Joining:
    """Return what the feature that fills a space knows of joining it.

    The caller has found the space, or holds an invitation into it.
    """
    told = (feature.joining(space_id) for feature in installed().features if feature.joining)
    return next((found for found in told if found is not None), Joining())


def joining_words(told: Joining, language: str, now: dt.datetime) -> JoiningWords:
    """Return what is said of ``joining`` to whoever may join, in the language of page or letter."""
    said = (
        feature.joining_words(told, language, now)
        for feature in installed().features
        if feature.joining_words
    )
    return next((found for found in said if found is not None), JoiningWords())


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
