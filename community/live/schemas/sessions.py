"""Sessions: what is planned, what changes, and who was there."""

import datetime as dt
from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import fields, validate

from community.kernel.localtime import Zone
from community.kernel.paging import PageOut
from community.kernel.schemas import HIGHEST, ClientId, FaceOut, In, Out, Text, between
from community.live.models import SessionState

TITLE, PLAN, LINK, REASON = 200, 20_000, 500, 300  # code points
# Planned times stay within what a zone can be asked about, whatever the year.
EARLIEST, LATEST = (dt.datetime.fromisoformat(f"{year}-01-01T00:00") for year in (2000, 2100))


class WallClock(fields.NaiveDateTime):
    """A planned time by the clock of the session's zone."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            validate=validate.Range(min=EARLIEST, max=LATEST, error=_l("Give a year we live in.")),
            metadata={"description": "The wall-clock time in `zone`: 2026-03-03T14:00"},
            error_messages={
                "invalid": _l("Give a date and a time."),
                "invalid_awareness": _l("Give the wall-clock time, without an offset."),
            },
            **kwargs,
        )


class Edition(fields.Integer):
    """Which edition of a session was read: who writes over a newer one is refused."""

    def __init__(self) -> None:
        super().__init__(
            required=True,
            strict=True,
            validate=validate.Range(min=0, max=HIGHEST),
            metadata={"description": "The `edition` that was read; a newer one is kept."},
        )


# ---------- in ----------


class PlanIn(In):
    """What is planned of a session."""

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
    local_at = WallClock(required=True)
    zone = Zone(required=True)
    minutes = fields.Integer(
        required=True,
        strict=True,
        validate=between(1, 600),
        error_messages={"invalid": _l("Give a whole number of minutes.")},
    )


class SessionIn(PlanIn):
    """A session to be planned."""

    client_id = ClientId(load_default=None, allow_none=True)


class EditIn(PlanIn):
    """A session as it shall be from now on."""

    edition = Edition()


class MoveIn(In):
    """Another time for a session, by the clock it goes by."""

    local_at = WallClock(required=True)
    edition = Edition()


class CallOffIn(In):
    """Why a session does not take place, for its members."""

    reason = Text(longest=REASON, required=True)


class ReinstateIn(In):
    """When a session that was called off takes place after all; nothing: at its time."""

    local_at = WallClock(load_default=None, allow_none=True)


class VideoLinkIn(In):
    """Where picture and sound are; nothing takes the link away."""

    url = Text(longest=LINK, shortest=0, required=True, allow_none=True)


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
    sequence = fields.Integer(
        required=True, metadata={"description": "Rises with each change members must learn of."}
    )
    edition = fields.Integer(
        required=True, metadata={"description": "Rises with every change of what is planned."}
    )
    moved_from = fields.AwareDateTime(
        required=True,
        allow_none=True,
        metadata={"description": "When it was before it moved last; null: it never moved."},
    )
    called_off_at = fields.AwareDateTime(required=True, allow_none=True)
    called_off_reason = fields.String(required=True)


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
