"""What was decided about a person holds in their places: worked out anew after each change.

The decisions are the truth; a place in a space keeps until when they hold, so that every rule can
compare it with the clock. Owners are never kept out of their space, nor from speaking there.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from community.kernel.context import Context
from community.kernel.db import db
from community.moderation.models import Decision
from community.moderation.policy import in_force
from community.moderation.rules import Outcome
from community.spaces.models import Role
from community.spaces.operations import places_of, settle_place
from community.spaces.policy import Silence
from community.spaces.rules import FOR_GOOD, Reason


def settle(ctx: Context, user_id: uuid.UUID, space_id: uuid.UUID | None) -> None:
    """Bring somebody's place in a space, or all of theirs, into line with what was decided.

    Inside an operation that holds the space, or the person everywhere.
    """
    db.session.flush()
    standing = _standing(ctx, user_id)
    for place in places_of(user_id, space_id):
        here = [] if place.role is Role.OWNER else standing
        mine = [one for one in here if one.space_id in {None, place.space_id}]
        suspension = _longest(mine, Outcome.SUSPENDED)
        settle_place(
            place,
            silence=_silence(_longest(mine, Outcome.SILENCED)),
            suspended_until=_end(suspension) if suspension else None,
        )
    if user_id == ctx.actor_id:
        ctx.forget()


def hides() -> tuple[sa.ColumnElement[bool], ...]:
    """Return, for a WHERE, what a decision is that keeps the post of its case away."""
    return (
        Decision.outcome == Outcome.HIDDEN,
        Decision.overturned_at.is_(None),
        Decision.lifted_at.is_(None),
    )


def _standing(ctx: Context, user_id: uuid.UUID) -> Sequence[Decision]:
    theirs = sa.select(Decision).where(Decision.about_id == user_id, *in_force(ctx.now))
    return db.session.scalars(theirs.order_by(Decision.at, Decision.id)).all()


def _longest(standing: Iterable[Decision], outcome: Outcome) -> Decision | None:
    of_kind = [one for one in standing if one.outcome is outcome]
    return max(of_kind, key=_end, default=None)


def _end(one: Decision) -> dt.datetime:
    return one.until or FOR_GOOD


def _silence(one: Decision | None) -> Silence | None:
    return Silence(one.until, one.reason or Reason.OTHER, one.id) if one else None
