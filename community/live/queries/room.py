"""A room as those in it see it: its state, the hands, what was said."""

import dataclasses
import datetime as dt
import uuid
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
from community.live.models import Hand, LiveSession, RoomMessage, SessionState
from community.live.policy import visible_messages
from community.live.queries.presence import Occupant, people_in
from community.spaces.queries import face_in

MESSAGES_SHOWN = 50  # the last of the chat, in a snapshot
HANDS_SHOWN = 200


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


class Planned(NamedTuple):
    """What a room is told of its session's plan."""

    state: SessionState
    starts_at: dt.datetime
    minutes: int
    edition: int

    @property
    def opens_at(self) -> dt.datetime:
        return rules.opens_at(self.starts_at)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A room at one moment; ``head`` is the number of the last event it holds."""

    head: int
    state: SessionState
    starts_at: dt.datetime
    opens_at: dt.datetime
    minutes: int
    edition: int
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
                LiveSession.starts_at,
                LiveSession.minutes,
                LiveSession.edition,
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
        starts_at=state.starts_at,
        opens_at=rules.opens_at(state.starts_at),
        minutes=state.minutes,
        edition=state.edition,
        started_at=state.started_at,
        ended_at=state.ended_at,
        video_url=state.video_url,
        hands=hands,
        messages=[said_message(row) for row in reversed(said)],
        people=people,
    )


_SPACE_OF_LINE = (
    sa.select(LiveSession.space_id)
    .where(LiveSession.id == RoomMessage.session_id)
    .correlate(RoomMessage)
    .scalar_subquery()
)
_SAID: Sequence[Any] = (
    RoomMessage.id,
    RoomMessage.author_id,
    User.name,
    face_in(_SPACE_OF_LINE),
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
    return SaidMessage(row.id, Person(row.author_id, row.name, row.face), row.body, row.created_at)


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


def planned(session_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Planned]:
    """Return how and when some sessions are, for rendering events of sessions that were found."""
    if not session_ids:
        return {}
    rows = db.session.execute(
        sa.select(
            LiveSession.id,
            LiveSession.state,
            LiveSession.starts_at,
            LiveSession.minutes,
            LiveSession.edition,
        ).where(LiveSession.id.in_(list(session_ids)))
    )
    return {row.id: Planned(*row[1:]) for row in rows}


def raised_hands(session_id: uuid.UUID) -> list[RaisedHand]:
    """Return the queue of hands, the longest raised first."""
    rows = db.session.execute(
        sa.select(Hand.user_id, User.name, face_in(LiveSession.space_id), Hand.raised_at)
        .join(User, User.id == Hand.user_id)
        .join(LiveSession, LiveSession.id == Hand.session_id)
        .where(Hand.session_id == session_id, Hand.lowered_at.is_(None))
        .order_by(Hand.raised_at, Hand.id)
        .limit(HANDS_SHOWN)
    )
    return [RaisedHand(Person(row.user_id, row.name, row.face), row.raised_at) for row in rows]


def people_of_rooms(
    keys: Collection[tuple[uuid.UUID, uuid.UUID]],
) -> dict[tuple[uuid.UUID, uuid.UUID], Person]:
    """Return people by their room and their id, for rendering events of sessions that were found.

    With the face that everybody in the room may see.
    """
    if not keys:
        return {}
    rooms, people = ({key[place] for key in keys} for place in (0, 1))
    rows = db.session.execute(
        sa.select(LiveSession.id.label("room"), User.id, User.name, face_in(LiveSession.space_id))
        .join(User, User.id.in_(people))  # each of them in each room: a handful
        .where(LiveSession.id.in_(rooms))
    )
    return {(row.room, row.id): Person(row.id, row.name, row.face) for row in rows}
