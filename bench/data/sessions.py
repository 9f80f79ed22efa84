"""Live sessions: rooms that are open, one with talk in it, and some that are over."""

import datetime as dt
import random
import uuid
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from bench.data import words
from bench.data.bulk import insert
from bench.data.people import People
from community.kernel.keys import new_key
from community.kernel.log import EventRow, Stream
from community.live.events import HandRaised, MessagePosted
from community.live.models import Attendance, Hand, LiveSession, RoomMessage, SessionState

ROOMS = 60  # open at once, in a space of their own
SAID = 120  # lines in the room that is measured
HANDS = 5
Row = dict[str, Any]


def load(
    connection: sa.Connection, people: People, space_id: uuid.UUID, now: dt.datetime
) -> uuid.UUID:
    """Load open rooms, and sessions of ``space_id`` with attendance; returns its open room."""
    rng = random.Random(5)
    room, past = new_key(), [new_key() for _ in range(8)]
    rooms = [(key, people.rooms, now, SessionState.LIVE) for key in _keys(ROOMS)]
    rooms.append((room, space_id, now, SessionState.LIVE))
    rooms += [
        (key, space_id, now - dt.timedelta(days=3 * n + 1), SessionState.ENDED)
        for n, key in enumerate(past)
    ]
    insert(
        connection,
        Stream,
        ({"id": key, "head": SAID + HANDS if key == room else 0} for key, *_ in rooms),
    )
    insert(connection, LiveSession, (_session(people.owner, *one) for one in rooms))
    there = people.members[:100]
    lines = list(_lines(rng, room, there, now))
    insert(connection, RoomMessage, lines)
    hands = [_hand(room, there[n], now) for n in range(HANDS)]
    insert(connection, Hand, hands)
    events = [
        MessagePosted(session_id=room, message_id=row["id"], author_id=row["author_id"])
        for row in lines
    ]
    raised = [HandRaised(session_id=room, user_id=row["user_id"]) for row in hands]
    insert(
        connection,
        EventRow,
        (_event(room, n, event, now) for n, event in enumerate([*events, *raised], start=1)),
    )
    insert(connection, Attendance, (a for key in past for a in _attended(key, there, now)))
    return room


def open_now(connection: sa.Connection) -> None:
    """Have the live sessions of a copy begin now: the data may have been loaded hours ago."""
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    connection.execute(
        sa.update(LiveSession)
        .where(LiveSession.state == SessionState.LIVE)
        .values(starts_at=now, started_at=now, local_at=now.replace(tzinfo=None))
    )


def _keys(count: int) -> list[uuid.UUID]:
    return [new_key() for _ in range(count)]


def _session(
    owner: uuid.UUID, key: uuid.UUID, space_id: uuid.UUID, at: dt.datetime, state: SessionState
) -> Row:
    return {
        "id": key,
        "space_id": space_id,
        "title": "A circle of failures",
        "plan": "Four rounds of ten minutes.",
        "plan_html": "<p>Four rounds of ten minutes.</p>\n",
        "local_at": at.replace(tzinfo=None),
        "zone": "UTC",
        "starts_at": at,
        "minutes": 60,
        "state": state,
        "started_at": at,
        "ended_at": at + dt.timedelta(hours=1) if state is SessionState.ENDED else None,
        "video_url": None,
        "created_by": owner,
    }


def _lines(
    rng: random.Random, room: uuid.UUID, there: Sequence[uuid.UUID], now: dt.datetime
) -> Iterator[Row]:
    for number in range(SAID):
        yield {
            "id": new_key(),
            "session_id": room,
            "author_id": rng.choice(there),
            "body": words.sentence(rng),
            "created_at": now - dt.timedelta(seconds=20 * (SAID - number)),
        }


def _hand(room: uuid.UUID, user_id: uuid.UUID, now: dt.datetime) -> Row:
    return {
        "id": new_key(),
        "session_id": room,
        "user_id": user_id,
        "raised_at": now,
        "lowered_at": None,
    }


def _event(room: uuid.UUID, seq: int, event: Any, now: dt.datetime) -> Row:
    return {
        "id": new_key(),
        "name": event.name,
        "actor_id": getattr(event, "user_id", None) or event.author_id,
        "happened_at": now,
        "stream_id": room,
        "seq": seq,
        "client_id": f"loaded-{seq:05d}",
        "payload": event.payload(),
    }


def _attended(key: uuid.UUID, there: Sequence[uuid.UUID], now: dt.datetime) -> Iterator[Row]:
    for user_id in there:
        start = now - dt.timedelta(minutes=50)
        yield {
            "id": new_key(),
            "session_id": key,
            "user_id": user_id,
            "seconds": 3_000,
            "intervals": [[start.isoformat(), now.isoformat()]],
        }
