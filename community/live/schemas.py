"""What goes in and out of sessions and rooms, the same for the API, sockets and push."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import fields, validate

from community.accounts.queries import people
from community.kernel import log
from community.kernel.context import Context
from community.kernel.localtime import Zone
from community.kernel.log import Logged
from community.kernel.paging import PageOut
from community.kernel.schemas import HIGHEST, ClientId, FaceOut, In, Out, Text, between
from community.live import queries
from community.live.events import (
    HandLowered,
    HandRaised,
    MessagePosted,
    SessionEnded,
    SessionScheduled,
    SessionStarted,
    VideoLinkChanged,
)
from community.live.models import LiveSession, SessionState

TITLE, PLAN, MESSAGE, LINK = 200, 20_000, 2_000, 500  # code points
# Planned times stay within what a zone can be asked about, whatever the year.
EARLIEST, LATEST = (dt.datetime.fromisoformat(f"{year}-01-01T00:00") for year in (2000, 2100))

# The name each event of a room goes by in the browser.
NAMES = {
    SessionScheduled: "room.scheduled",
    SessionStarted: "room.started",
    SessionEnded: "room.ended",
    MessagePosted: "room.message_posted",
    HandRaised: "room.hand_raised",
    HandLowered: "room.hand_lowered",
    VideoLinkChanged: "room.video_link_changed",
}


# ---------- in ----------


class SessionIn(In):
    """A session to be planned."""

    title = Text(longest=TITLE, required=True)
    plan = Text(
        longest=PLAN,
        shortest=0,
        multiline=True,
        load_default="",
        metadata={
            "description": "Markdown; a table whose first column holds minutes is the agenda."
        },
    )
    local_at = fields.NaiveDateTime(
        required=True,
        validate=validate.Range(min=EARLIEST, max=LATEST, error=_l("Give a year we live in.")),
        metadata={"description": "The wall-clock time in `zone`: 2026-03-03T14:00"},
        error_messages={
            "invalid": _l("Give a date and a time."),
            "invalid_awareness": _l("Give the wall-clock time, without an offset."),
        },
    )
    zone = Zone(required=True)
    minutes = fields.Integer(
        required=True,
        strict=True,
        validate=between(1, 600),
        error_messages={"invalid": _l("Give a whole number of minutes.")},
    )
    client_id = ClientId(load_default=None, allow_none=True)


class VideoLinkIn(In):
    """Where picture and sound are; nothing takes the link away."""

    url = Text(longest=LINK, shortest=0, required=True, allow_none=True)


class MessageIn(In):
    """A line for the room."""

    body = Text(longest=MESSAGE, multiline=True, required=True)
    client_id = ClientId(load_default=None, allow_none=True)


class HandIn(In):
    """One's hand; ``client_id`` makes a repeat count once."""

    client_id = ClientId(load_default=None, allow_none=True)


class RoomIn(In):
    """A room."""

    session_id = fields.UUID(required=True)


class SinceIn(RoomIn):
    """A room, and the number of the last event one has seen of it."""

    since = fields.Integer(
        load_default=None,
        allow_none=True,
        strict=True,
        validate=validate.Range(min=0, max=HIGHEST),
    )


class SayIn(RoomIn, MessageIn):
    """A line for a room."""


class RaiseIn(RoomIn, HandIn):
    """One's hand in a room."""


class LowerIn(RoomIn, HandIn):
    """A hand in a room: one's own, or that of ``user_id``."""

    user_id = fields.UUID(load_default=None, allow_none=True)


# ---------- out ----------


class SessionOut(Out):
    """A session; ``video_url`` only ever reaches members of its space."""

    id = fields.UUID(required=True)
    space_id = fields.UUID(required=True)
    title = fields.String(required=True)
    plan = fields.String(required=True)
    local_at = fields.NaiveDateTime(required=True)
    zone = fields.String(required=True)
    starts_at = fields.AwareDateTime(required=True)
    minutes = fields.Integer(required=True)
    state = fields.Enum(SessionState, by_value=True, required=True)
    started_at = fields.AwareDateTime(required=True, allow_none=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)
    video_url = fields.String(required=True, allow_none=True)


class SessionPageOut(PageOut):
    """Some sessions of a space."""

    items = fields.List(fields.Nested(SessionOut), required=True)


class UpcomingOut(Out):
    """A session of mine that is live or to come."""

    id = fields.UUID(required=True)
    title = fields.String(required=True)
    starts_at = fields.AwareDateTime(required=True)
    zone = fields.String(required=True)
    minutes = fields.Integer(required=True)
    state = fields.Enum(SessionState, by_value=True, required=True)
    space_id = fields.UUID(required=True)
    space_name = fields.String(required=True)
    space_slug = fields.String(required=True)


class UpcomingListOut(Out):
    """My next sessions."""

    items = fields.List(fields.Nested(UpcomingOut), required=True)


class MessageOut(Out):
    """A line of a room's chat."""

    id = fields.UUID(required=True)
    author = fields.Nested(FaceOut, required=True)
    body = fields.String(required=True)
    html = fields.String(
        required=True, metadata={"description": "The body, escaped; its web addresses are links."}
    )
    created_at = fields.AwareDateTime(required=True)


class MessagePageOut(PageOut):
    """Some lines of a room's chat, the newest first."""

    items = fields.List(fields.Nested(MessageOut), required=True)


class HandOut(Out):
    """A raised hand."""

    person = fields.Nested(FaceOut, required=True)
    raised_at = fields.AwareDateTime(required=True)


class HandListOut(Out):
    """The queue, the longest raised first."""

    items = fields.List(fields.Nested(HandOut), required=True)


class OccupantOut(Out):
    """Somebody in the room, and their role in its space."""

    person = fields.Nested(FaceOut, required=True)
    role = fields.String(required=True)


class PeopleOut(Out):
    """Who is in the room: the count is of all, the list may be shorter."""

    count = fields.Integer(required=True)
    people = fields.List(fields.Nested(OccupantOut), required=True)


class RoomOut(Out):
    """A room at one moment: ``head`` is the number of the last event it holds."""

    head = fields.Integer(required=True)
    state = fields.Enum(SessionState, by_value=True, required=True)
    started_at = fields.AwareDateTime(required=True, allow_none=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)
    video_url = fields.String(required=True, allow_none=True)
    hands = fields.List(fields.Nested(HandOut), required=True)
    messages = fields.List(fields.Nested(MessageOut), required=True)


class IntervalOut(Out):
    """A stretch of time somebody was there."""

    start = fields.String(required=True)
    end = fields.String(required=True)


class AttendedOut(Out):
    """How long somebody was there."""

    person = fields.Nested(FaceOut, required=True)
    seconds = fields.Integer(required=True)
    intervals = fields.List(fields.Nested(IntervalOut), required=True)


class MyAttendanceOut(Out):
    """How long I was there."""

    seconds = fields.Integer(required=True)


class AttendancePageOut(PageOut):
    """Who attended, by name."""

    items = fields.List(fields.Nested(AttendedOut), required=True)


FACE, MESSAGE_OUT, HAND, ROOM, PEOPLE = FaceOut(), MessageOut(), HandOut(), RoomOut(), PeopleOut()


# ---------- rooms as clients are told of them ----------


def dump_people(occupants: Sequence[queries.Occupant]) -> dict[str, Any]:
    """Return who is in a room as clients are told: a count, and the first of them."""
    shown = occupants[: queries.PEOPLE_SHOWN]
    dumped: dict[str, Any] = PEOPLE.dump({"count": len(occupants), "people": shown})
    return dumped


def render_many(ctx: Context, events: Sequence[Logged]) -> list[dict[str, Any] | None]:
    """Return events of rooms as clients apply them; in three statements however many they are.

    Used by push and by catching up alike; the caller has found the session, or sends to its room
    only. A line that was taken away since is None.
    """
    said = queries.messages_by_id(
        [logged.event.message_id for logged in events if isinstance(logged.event, MessagePosted)]
    )
    hands = people(
        [
            logged.event.user_id
            for logged in events
            if isinstance(logged.event, HandRaised | HandLowered)
        ]
    )
    links = queries.video_links(
        {logged.event.session_id for logged in events if isinstance(logged.event, VideoLinkChanged)}
    )
    return [_rendered(logged, said, hands, links) for logged in events]


def _rendered(logged: Logged, said: Any, hands: Any, links: Any) -> dict[str, Any] | None:
    event, at = logged.event, logged.happened_at.isoformat()
    match event:
        case MessagePosted():
            line = said.get(event.message_id)
            return MESSAGE_OUT.dump(line) if line else None
        case HandRaised():
            return {"person": FACE.dump(hands[event.user_id]), "raised_at": at}
        case HandLowered():
            mine = logged.actor_id == event.user_id
            return {"person": FACE.dump(hands[event.user_id]), "by_owner": mine, "at": at}
        case VideoLinkChanged():
            return {"video_url": links.get(event.session_id), "at": at}
        case SessionStarted():
            return {"state": SessionState.LIVE.value, "at": at}
        case SessionEnded():
            return {"state": SessionState.ENDED.value, "at": at}
        case _:
            return {"state": SessionState.SCHEDULED.value, "at": at}


def catch_up(ctx: Context, session: LiveSession, since: int | None) -> dict[str, Any]:
    """Return what a client that has seen event ``since`` is missing.

    ``{"head", "events": [{"name", "seq", "data"}]}`` for up to 500 events, else ``{"head",
    "reload": true, "snapshot"}``: for who is new, too far behind, or ahead of a restored database.
    """
    if since is not None:
        missed = log.since(session.id, since, log.REPLAY_LIMIT + 1)
        if 0 < len(missed) <= log.REPLAY_LIMIT:
            return {"head": missed[-1].seq, "events": replayed(ctx, missed)}
        if not missed and log.head(session.id) == since:
            return {"head": since, "events": []}
    room = queries.room_of(ctx, session.id)
    return {"head": room.head, "reload": True, "snapshot": ROOM.dump(room)}


def replayed(ctx: Context, events: Sequence[Logged]) -> list[dict[str, Any]]:
    """Return events as they were pushed, or would have been."""
    return [
        {"name": NAMES[type(logged.event)], "seq": logged.seq, "data": data}
        for logged, data in zip(events, render_many(ctx, events), strict=True)
    ]
