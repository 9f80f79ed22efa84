"""What happens in rooms, as clients are told: the same when it is pushed and when it was missed."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from community.kernel import log
from community.kernel.context import Context
from community.kernel.frame import Person
from community.kernel.log import Logged
from community.kernel.schemas import FaceOut
from community.live import queries
from community.live.events import (
    REPLANNED,
    HandLowered,
    HandRaised,
    MessagePosted,
    SessionCalledOff,
    SessionChanged,
    SessionEnded,
    SessionMoved,
    SessionReinstated,
    SessionScheduled,
    SessionStarted,
    VideoLinkChanged,
)
from community.live.models import LiveSession, SessionState
from community.live.schemas.room import MessageOut, PlannedOut, RoomOut

# The name each event of a room goes by in the browser.
NAMES = {
    SessionScheduled: "room.scheduled",
    SessionMoved: "room.moved",
    SessionChanged: "room.changed",
    SessionCalledOff: "room.called_off",
    SessionReinstated: "room.reinstated",
    SessionStarted: "room.started",
    SessionEnded: "room.ended",
    MessagePosted: "room.message_posted",
    HandRaised: "room.hand_raised",
    HandLowered: "room.hand_lowered",
    VideoLinkChanged: "room.video_link_changed",
}
CHANGED = "sessions.changed"  # what those who look at calendars hear

_FACE, _MESSAGE, _ROOM, _PLANNED = FaceOut(), MessageOut(), RoomOut(), PlannedOut()


@dataclasses.dataclass(frozen=True, slots=True)
class _Told:
    """What events of rooms speak of, by its id."""

    said: Mapping[Any, queries.SaidMessage]
    hands: Mapping[Any, Person]
    links: Mapping[Any, str | None]
    planned: Mapping[Any, queries.Planned]


def render_many(ctx: Context, events: Sequence[Logged]) -> list[dict[str, Any] | None]:
    """Return events of rooms as clients apply them; in four statements however many they are.

    Used by push and by catching up alike; the caller has found the session, or sends to its room
    only. A line that was taken away since is None.
    """
    happened = [logged.event for logged in events]
    told = _Told(
        said=queries.messages_by_id(
            [event.message_id for event in happened if isinstance(event, MessagePosted)]
        ),
        hands=queries.people_of_rooms(
            {
                (event.session_id, event.user_id)
                for event in happened
                if isinstance(event, HandRaised | HandLowered)
            }
        ),
        links=queries.video_links(
            {event.session_id for event in happened if isinstance(event, VideoLinkChanged)}
        ),
        planned=queries.planned(
            {
                event.session_id
                for event in happened
                if isinstance(event, REPLANNED) and not isinstance(event, SessionScheduled)
            }
        ),
    )
    return [_rendered(logged, told) for logged in events]


def _rendered(logged: Logged, told: _Told) -> dict[str, Any] | None:
    event, at = logged.event, logged.happened_at.isoformat()
    match event:
        case MessagePosted():
            line = told.said.get(event.message_id)
            return _MESSAGE.dump(line) if line else None
        case HandRaised():
            return {
                "person": _FACE.dump(told.hands[event.session_id, event.user_id]),
                "raised_at": at,
            }
        case HandLowered():
            mine = logged.actor_id == event.user_id
            return {
                "person": _FACE.dump(told.hands[event.session_id, event.user_id]),
                "by_owner": mine,
                "at": at,
            }
        case VideoLinkChanged():
            return {"video_url": told.links.get(event.session_id), "at": at}
        case SessionMoved() | SessionChanged() | SessionCalledOff() | SessionReinstated():
            return {**_PLANNED.dump(told.planned[event.session_id]), "at": at}
        case SessionStarted():
            return {"state": SessionState.LIVE.value, "at": at}
        case SessionEnded():
            return {"state": SessionState.ENDED.value, "at": at}
        case _:
            return {"state": SessionState.SCHEDULED.value, "at": at}


def render_changes(_ctx: Context, events: Sequence[Logged]) -> list[dict[str, Any] | None]:
    """Return that a session changed, for who looks at a calendar: the page says how."""
    return [{"session_id": getattr(logged.event, "session_id", None)} for logged in events]


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
    return {"head": room.head, "reload": True, "snapshot": _ROOM.dump(room)}


def replayed(ctx: Context, events: Sequence[Logged]) -> list[dict[str, Any]]:
    """Return events as they were pushed, or would have been."""
    return [
        {"name": NAMES[type(logged.event)], "seq": logged.seq, "data": data}
        for logged, data in zip(events, render_many(ctx, events), strict=True)
    ]
