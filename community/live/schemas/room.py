"""Rooms: what people say and do in them, and who is there."""

from collections.abc import Sequence
from typing import Any

from marshmallow import fields, validate

from community.kernel.paging import PageOut
from community.kernel.schemas import HIGHEST, ClientId, FaceOut, In, Out, Text
from community.live import queries
from community.live.models import SessionState

MESSAGE = 2_000  # code points


# ---------- in ----------


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


class WatchIn(In):
    """The calendar of a space, or of all one belongs to, and when one read it last."""

    space_id = fields.UUID(load_default=None, allow_none=True)
    since = fields.AwareDateTime(load_default=None, allow_none=True)


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


class PlannedOut(Out):
    """What a room is told of its session's plan: how it stands, and when it is."""

    state = fields.Enum(SessionState, by_value=True, required=True)
    starts_at = fields.AwareDateTime(required=True)
    opens_at = fields.AwareDateTime(required=True)
    minutes = fields.Integer(required=True)
    edition = fields.Integer(required=True)


class RoomOut(PlannedOut):
    """A room at one moment: ``head`` is the number of the last event it holds."""

    head = fields.Integer(required=True)
    started_at = fields.AwareDateTime(required=True, allow_none=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)
    video_url = fields.String(required=True, allow_none=True)
    hands = fields.List(fields.Nested(HandOut), required=True)
    messages = fields.List(fields.Nested(MessageOut), required=True)


PEOPLE = PeopleOut()


def dump_people(occupants: Sequence[queries.Occupant]) -> dict[str, Any]:
    """Return who is in a room as clients are told: a count, and the first of them."""
    shown = occupants[: queries.PEOPLE_SHOWN]
    dumped: dict[str, Any] = PEOPLE.dump({"count": len(occupants), "people": shown})
    return dumped
