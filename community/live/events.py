"""What happens in live sessions; a room's events are numbered in its stream."""

import dataclasses
import datetime as dt
import uuid

from community.kernel.events import Event


@dataclasses.dataclass(frozen=True, kw_only=True)
class SessionScheduled(Event):
    name = "live.session_scheduled"
    stream = "session_id"

    session_id: uuid.UUID
    space_id: uuid.UUID


@dataclasses.dataclass(frozen=True, kw_only=True)
class SessionMoved(Event):
    """A session that has not begun got another time, or another length."""

    name = "live.session_moved"
    stream = "session_id"

    session_id: uuid.UUID
    space_id: uuid.UUID
    sequence: int
    was_at: dt.datetime
    was_minutes: int


@dataclasses.dataclass(frozen=True, kw_only=True)
class SessionChanged(Event):
    """Its title, its plan or the clock it goes by changed; it takes place when it did."""

    name = "live.session_changed"
    stream = "session_id"

    session_id: uuid.UUID
    space_id: uuid.UUID
    sequence: int


@dataclasses.dataclass(frozen=True, kw_only=True)
class SessionCalledOff(Event):
    """A session that has not begun does not take place."""

    name = "live.session_called_off"
    stream = "session_id"

    session_id: uuid.UUID
    space_id: uuid.UUID
    sequence: int


@dataclasses.dataclass(frozen=True, kw_only=True)
class SessionReinstated(Event):
    """A session that was called off takes place after all."""

    name = "live.session_reinstated"
    stream = "session_id"

    session_id: uuid.UUID
    space_id: uuid.UUID
    sequence: int


@dataclasses.dataclass(frozen=True, kw_only=True)
class SessionStarted(Event):
    name = "live.session_started"
    stream = "session_id"

    session_id: uuid.UUID
    space_id: uuid.UUID


@dataclasses.dataclass(frozen=True, kw_only=True)
class SessionEnded(Event):
    """The session ended and everybody's attendance is written."""

    name = "live.session_ended"
    stream = "session_id"

    session_id: uuid.UUID
    space_id: uuid.UUID


@dataclasses.dataclass(frozen=True, kw_only=True)
class MessagePosted(Event):
    name = "live.message_posted"
    stream = "session_id"

    session_id: uuid.UUID
    message_id: uuid.UUID
    author_id: uuid.UUID


@dataclasses.dataclass(frozen=True, kw_only=True)
class HandRaised(Event):
    name = "live.hand_raised"
    stream = "session_id"

    session_id: uuid.UUID
    user_id: uuid.UUID


@dataclasses.dataclass(frozen=True, kw_only=True)
class HandLowered(Event):
    """By its owner or by a facilitator (the actor tells which)."""

    name = "live.hand_lowered"
    stream = "session_id"

    session_id: uuid.UUID
    user_id: uuid.UUID


@dataclasses.dataclass(frozen=True, kw_only=True)
class VideoLinkChanged(Event):
    name = "live.video_link_changed"
    stream = "session_id"

    session_id: uuid.UUID


# What calendars show anew.
REPLANNED = (SessionScheduled, SessionMoved, SessionChanged, SessionCalledOff, SessionReinstated)
