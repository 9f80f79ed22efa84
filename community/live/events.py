"""What happens in live sessions; a room's events are numbered in its stream."""

import dataclasses
import uuid

from community.kernel.events import Event


@dataclasses.dataclass(frozen=True, kw_only=True)
class SessionScheduled(Event):
    name = "live.session_scheduled"
    stream = "session_id"

    session_id: uuid.UUID
    space_id: uuid.UUID


@dataclasses.dataclass(frozen=True, kw_only=True)
class SessionStarted(Event):
    name = "live.session_started"
    stream = "session_id"

    session_id: uuid.UUID
    space_id: uuid.UUID


@dataclasses.dataclass(frozen=True, kw_only=True)
class SessionEnded(Event):
    """The session ended and everybody's attendance is written; or it was called off."""

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
