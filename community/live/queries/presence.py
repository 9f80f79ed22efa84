"""Who is in a room, and the leases by which a process says so."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection
from typing import NamedTuple

import sqlalchemy as sa

from community.accounts.models import User
from community.kernel.db import db
from community.kernel.frame import Person
from community.live import rules
from community.live.models import LiveSession, Presence
from community.spaces.models import Membership, Role

PEOPLE_SHOWN = 100  # of a room, in what is pushed; the count is of all


class Occupant(NamedTuple):
    """Somebody in the room, once however many tabs they have."""

    person: Person
    role: Role


def people_in(
    session_ids: Collection[uuid.UUID], now: dt.datetime
) -> dict[uuid.UUID, list[Occupant]]:
    """Return who is in some rooms, those who lead first, then by name; one statement.

    Who left, or whose line broke, counts as there for a moment longer (``rules.GRACE``).
    """
    found: dict[uuid.UUID, list[Occupant]] = defaultdict(list)
    if not session_ids:
        return found
    rows = db.session.execute(
        sa.select(Presence.session_id, User.id, User.name, User.face, Membership.role)
        .join(LiveSession, LiveSession.id == Presence.session_id)
        .join(
            Membership,
            sa.and_(
                Membership.space_id == LiveSession.space_id,
                Membership.user_id == Presence.user_id,
                Membership.ended_at.is_(None),
            ),
        )
        .join(User, User.id == Presence.user_id)
        .where(
            Presence.session_id.in_(list(session_ids)),
            sa.or_(
                sa.and_(Presence.left_at.is_(None), Presence.last_seen_at > now - rules.LEASE),
                Presence.left_at > now - rules.GRACE,
            ),
        )
        .distinct()
    )
    ranks = list(Role)
    for row in sorted(rows, key=lambda row: (ranks.index(row.role), row.name, row.id)):
        found[row.session_id].append(Occupant(Person(row.id, row.name, row.face), row.role))
    return found


def has_dead_leases(now: dt.datetime) -> bool:
    """Whether some presence was not renewed in time: asked before anything is written."""
    return bool(
        db.session.scalar(
            sa.select(
                sa.exists().where(
                    Presence.left_at.is_(None), Presence.last_seen_at < now - rules.LEASE
                )
            )
        )
    )


def open_presences(node_id: uuid.UUID) -> set[uuid.UUID]:
    """Return the ids of the leases a node holds by the database's account."""
    return set(
        db.session.scalars(
            sa.select(Presence.id).where(Presence.node_id == node_id, Presence.left_at.is_(None))
        )
    )


def presences(keys: Collection[uuid.UUID]) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """Return ``(id, user id)`` of some leases."""
    if not keys:
        return []
    rows = db.session.execute(
        sa.select(Presence.id, Presence.user_id).where(Presence.id.in_(list(keys)))
    )
    return [(row.id, row.user_id) for row in rows]
