"""What holds for somebody in a space by a decision: used by what decides, which asked the rules."""

import datetime as dt
import uuid
from collections.abc import Sequence

import sqlalchemy as sa

from community.accounts.models import User
from community.kernel.db import db
from community.kernel.revocation import revoke
from community.spaces.models import Invitation, Membership, Space
from community.spaces.policy import Silence
from community.spaces.rules import FOR_GOOD


def hold_person(user_id: uuid.UUID) -> None:
    """Hold somebody's account till the commit: who joins a space meanwhile waits, or is waited for.

    Not against what refers to it.
    """
    held = sa.select(User.id).where(User.id == user_id).with_for_update(key_share=True)
    db.session.execute(held)


def hold_spaces_of(user_id: uuid.UUID) -> None:
    """Hold every space somebody belongs or belonged to, or invited into; before their account."""
    places = sa.select(Membership.space_id).where(Membership.user_id == user_id)
    invited = sa.select(Invitation.space_id).where(Invitation.created_by == user_id)
    theirs = sa.or_(Space.id.in_(places), Space.id.in_(invited))
    db.session.execute(sa.select(Space.id).where(theirs).order_by(Space.id).with_for_update())


def hold_everywhere(user_id: uuid.UUID) -> None:
    """Hold every space of somebody, and then their account: all who hold both do it so."""
    hold_spaces_of(user_id)
    hold_person(user_id)


def places_of(user_id: uuid.UUID, space_id: uuid.UUID | None) -> Sequence[Membership]:
    """Return somebody's place in a space, or all of theirs, as they are under their locks."""
    theirs = sa.select(Membership).where(Membership.user_id == user_id)
    if space_id is not None:
        theirs = theirs.where(Membership.space_id == space_id)
    held = theirs.order_by(Membership.space_id).with_for_update()
    return db.session.scalars(held.execution_options(populate_existing=True)).all()


def settle_place(
    place: Membership, *, silence: Silence | None, suspended_until: dt.datetime | None
) -> None:
    """Let a place say what holds there; whoever is suspended now loses what they have open."""
    if suspended_until is not None and suspended_until != place.suspended_until:
        revoke(place.user_id, space_id=place.space_id)
    place.suspended_until = suspended_until
    place.silenced_until = (silence.until or FOR_GOOD) if silence else None
    place.silence_id = silence.decision_id if silence else None
    place.silence_reason = silence.reason if silence else None
