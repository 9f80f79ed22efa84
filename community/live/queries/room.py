"""A room as those in it see it: its state, the hands, what was said, who is there."""

import dataclasses
import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from markupsafe import Markup

from community.accounts.models import User
from community.kernel.context import Context
from community.kernel.db import db, snapshot
from community.kernel.frame import Person
from community.kernel.log import Stream
from community.kernel.markdown import linked
from community.live import rules
from community.live.models import Hand, LiveSession, Presence, RoomMessage, SessionState
from community.live.policy import visible_messages
from community.spaces.models import Membership, Role

MESSAGES_SHOWN = 50  # the last of the chat, in a snapshot
HANDS_SHOWN = 200
PEOPLE_SHOWN = 100  # of a room, in what is pushed; the count is of all


class SaidMessage(NamedTuple):
    """A line of the chat with its author."""

    id: uuid.UUID
    author: Person
    body: str
    created_at: dt.datetime

    @property
    def html(self) -> Markup:
        """What was said, escaped; its web addresses are links."""
        return linked(self.body)


class RaisedHand(NamedTuple):
    """A raised hand and since when."""

    person: Person
    raised_at: dt.datetime


class Occupant(NamedTuple):
    """Somebody in the room, once however many tabs they have."""

    person: Person
    role: Role


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A room at one moment; ``head`` is the number of the last event it holds."""

    head: int
    state: SessionState
    started_at: dt.datetime | None
    ended_at: dt.datetime | None
    video_url: str | None
    hands: Sequence[RaisedHand]
    messages: Sequence[SaidMessage]
    people: Sequence[Occupant]


def room_of(ctx: Context, session_id: uuid.UUID, *, messages: int = MESSAGES_SHOWN) -> Room:
    """Return a room in one consistent read; the caller has found the session.

    ``messages`` is how many of the last lines are wanted.
    """
    with snapshot():
        # Columns, not the row: one that was read before would not be read again.
        state = db.session.execute(
            sa.select(
                Stream.head,
                LiveSession.state,
                LiveSession.started_at,
                LiveSession.ended_at,
                LiveSession.video_url,
            )
            .join(Stream, Stream.id == LiveSession.id)
            .where(LiveSession.id == session_id)
        ).one()
        hands = raised_hands(session_id)
        said = db.session.execute(messages_of(ctx, session_id).limit(messages)).all()
        people = people_in([session_id], ctx.now)[session_id]
    return Room(
        head=state.head,
        state=state.state,
        started_at=state.started_at,
        ended_at=state.ended_at,
        video_url=state.video_url,
        hands=hands,
        messages=[said_message(row) for row in reversed(said)],
        people=people,
    )


_SAID: Sequence[Any] = (
    RoomMessage.id,
    RoomMessage.author_id,
    User.name,
    RoomMessage.body,
    RoomMessage.created_at,
)


def messages_of(ctx: Context, session_id: uuid.UUID) -> sa.Select[Any]:
    """Return the statement of a room's lines, the last one first."""
    return (
        visible_messages(ctx)
        .join(User, User.id == RoomMessage.author_id)
        .where(RoomMessage.session_id == session_id)
        .order_by(RoomMessage.created_at.desc(), RoomMessage.id.desc())
        .with_only_columns(*_SAID)
    )


def said_message(row: Any) -> SaidMessage:
    """Return a row of ``messages_of`` with its author."""
    return SaidMessage(row.id, Person(row.author_id, row.name), row.body, row.created_at)


def messages_by_id(keys: Collection[uuid.UUID]) -> dict[uuid.UUID, SaidMessage]:
    """Return some lines by id, for rendering events of a session that was found."""
    if not keys:
        return {}
    rows = db.session.execute(
        sa.select(*_SAID)
        .join(User, User.id == RoomMessage.author_id)
        .where(RoomMessage.id.in_(list(keys)))
    )
    return {row.id: said_message(row) for row in rows}


def video_links(session_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, str | None]:
    """Return the video links of some sessions, for rendering events of sessions that were found."""
    if not session_ids:
        return {}
    rows = db.session.execute(
        sa.select(LiveSession.id, LiveSession.video_url).where(
            LiveSession.id.in_(list(session_ids))
        )
    )
    return {row.id: row.video_url for row in rows}


def raised_hands(session_id: uuid.UUID) -> list[RaisedHand]:
    """Return the queue of hands, the longest raised first."""
    rows = db.session.execute(
        sa.select(Hand.user_id, User.name, Hand.raised_at)
        .join(User, User.id == Hand.user_id)
        .where(Hand.session_id == session_id, Hand.lowered_at.is_(None))
        .order_by(Hand.raised_at, Hand.id)
        .limit(HANDS_SHOWN)
    )
    return [RaisedHand(Person(row.user_id, row.name), row.raised_at) for row in rows]


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
        sa.select(Presence.session_id, User.id, User.name, Membership.role)
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
        found[row.session_id].append(Occupant(Person(row.id, row.name), row.role))
    return found


# ---------- leases ----------


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


def open_rooms(session_ids: Collection[uuid.UUID], now: dt.datetime) -> set[uuid.UUID]:
    """Return those of some sessions whose room is open now."""
    if not session_ids:
        return set()
    rows = db.session.execute(
        sa.select(LiveSession.id, LiveSession.state, LiveSession.starts_at).where(
            LiveSession.id.in_(list(session_ids))
        )
    )
    return {
        row.id
        for row in rows
        if row.state is SessionState.LIVE
        or (row.state is SessionState.SCHEDULED and rules.may_begin(row.starts_at, now))
    }
