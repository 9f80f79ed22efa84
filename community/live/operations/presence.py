"""Presence is leases: a row a socket, renewed by its node, closed at last sight if the node dies.

Where somebody is goes into no log: it changes too often, and only the intervals matter afterwards.
"""

import uuid

import sqlalchemy as sa
from flask_babel import gettext as _

from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import Conflict
from community.kernel.keys import new_key
from community.kernel.operation import operation
from community.live import queries, rules
from community.live.models import Presence
from community.live.policy import find_session


@operation
def enter_room(ctx: Context, session_id: uuid.UUID, *, node_id: uuid.UUID) -> uuid.UUID:
    """Take a lease on being in a room, for one socket of ``node_id``; returns the lease's id.

    Raises NotFound, Conflict when the room is not open.
    """
    session = find_session(ctx, session_id, lock=True)
    if not queries.is_open(session, ctx.now):
        raise Conflict(_("The room is not open."))
    lease = Presence(
        id=new_key(),
        session_id=session.id,
        user_id=ctx.person,
        node_id=node_id,
        joined_at=ctx.now,
        last_seen_at=ctx.now,
    )
    db.session.add(lease)
    return lease.id


@operation
def leave_room(ctx: Context, presence_id: uuid.UUID) -> None:
    """Give a lease of one's own back; nothing happens to one that is over.

    It asks no read rule: who was removed from the space leaves too.
    """
    db.session.execute(
        sa.update(Presence)
        .where(
            Presence.id == presence_id,
            Presence.user_id == ctx.person,
            Presence.left_at.is_(None),
        )
        .values(left_at=ctx.now, last_seen_at=ctx.now)
        .execution_options(synchronize_session=False)
    )


@operation
def renew_leases(ctx: Context, node_id: uuid.UUID) -> int:
    """Say that the sockets of a node are still there, in one statement; returns how many."""
    result = db.session.execute(
        sa.update(Presence)
        .where(Presence.node_id == node_id, Presence.left_at.is_(None))
        .values(last_seen_at=ctx.now)
        .returning(Presence.id)
        .execution_options(synchronize_session=False)
    )
    return len(result.all())


@operation
def reap_leases(ctx: Context) -> int:
    """Close the leases no node renewed in time, at the moment they were last seen.

    Any process may do it for any node; returns how many were closed.
    """
    result = db.session.execute(
        sa.update(Presence)
        .where(Presence.left_at.is_(None), Presence.last_seen_at < ctx.now - rules.LEASE)
        .values(left_at=Presence.last_seen_at)
        .returning(Presence.id)
        .execution_options(synchronize_session=False)
    )
    return len(result.all())


def reap_dead_leases(ctx: Context) -> int:
    """Reap, but only write when there is something to: an idle house stays quiet."""
    return reap_leases(ctx) if queries.has_dead_leases(ctx.now) else 0


def close_leases(ctx: Context, session_id: uuid.UUID) -> None:
    """End all leases of a room, inside a unit of work that locked its session.

    Those still connected were there to the end; those of a dead node while it last saw them.
    """
    alive = Presence.last_seen_at >= ctx.now - rules.LEASE
    db.session.execute(
        sa.update(Presence)
        .where(Presence.session_id == session_id, Presence.left_at.is_(None))
        .values(left_at=sa.case((alive, ctx.now), else_=Presence.last_seen_at))
        .execution_options(synchronize_session=False)
    )
