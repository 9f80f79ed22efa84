"""What comes in and goes out about the dates of a run: its calendar, and moving it."""

from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import fields, validate

from community.cohorts.rules import (
    MAX_SHIFT,
    MAX_WEEKS,
    NOTE_LIMIT,
    Stay,
)
from community.cohorts.schemas.runs import breaks_in, day_in
from community.kernel.localtime import Zone
from community.kernel.schemas import (
    In,
    Out,
    Text,
    Whole,
    between,
)


class PreviewPrint(fields.String):
    """The print of what somebody was shown."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            validate=validate.Regexp(
                r"\A[0-9a-f]{32}\Z", error=_l("This is no print of a preview.")
            ),
            metadata={"pattern": "^[0-9a-f]{32}$"},  # as JSON Schema writes it
            **kwargs,
        )


class DatesIn(In):
    """Other dates of a run; what hangs on them moves along."""

    starts_on = day_in()
    weeks = Whole(required=True, validate=between(1, MAX_WEEKS))
    zone = Zone(required=True)
    breaks = breaks_in(load_default=())


class DatesSeenIn(DatesIn):
    """``seen`` is the print of the change as it was shown."""

    seen = PreviewPrint(required=True)


class ShiftIn(In):
    """By how many days everything from a week on is later; fewer than none: earlier."""

    days = Whole(required=True, validate=between(-MAX_SHIFT, MAX_SHIFT))
    from_week = Whole(load_default=1, validate=between(1, MAX_WEEKS))
    note = Text(longest=NOTE_LIMIT, shortest=0, load_default="")


class DayIn(In):
    """The day that a week begins on."""

    to = day_in()


class ShiftSeenIn(ShiftIn):
    """``seen`` is the print of the change as it was shown."""

    seen = PreviewPrint(required=True)


class ReleaseOut(Out):
    """When a module opens; ``local_at`` is when its week begins, by the clock of the run's zone.

    It opens to nobody before ``opens_at``; ``rule`` is empty for the usual one. ``opened_at``: an
    organiser opened it to everybody.
    """

    module_id = fields.UUID(required=True)
    position = fields.Integer(required=True)
    title = fields.String(required=True)
    local_at = fields.NaiveDateTime(required=True)
    opens_at = fields.AwareDateTime(required=True)
    rule = fields.String(required=True)
    opened_at = fields.AwareDateTime(required=True, allow_none=True)


class PlacementOut(Out):
    """Where an activity takes place: in a thread, or in a session that starts at ``starts_at``."""

    activity_id = fields.UUID(required=True)
    module_id = fields.UUID(required=True)
    thread_id = fields.UUID(required=True, allow_none=True)
    session_id = fields.UUID(required=True, allow_none=True)
    starts_at = fields.AwareDateTime(required=True, allow_none=True)


class CalendarOut(Out):
    """All that has a time or a place in a run."""

    zone = fields.String(required=True)
    ends_on = fields.Date(required=True)
    releases = fields.List(fields.Nested(ReleaseOut), required=True)
    placements = fields.List(fields.Nested(PlacementOut), required=True)


class MoveOut(Out):
    """Something that is at another time afterwards, by the clock of ``zone``.

    ``stays`` says why a session does not move: it has begun, or its new time has passed.
    """

    id = fields.UUID(required=True, attribute="key")
    title = fields.String(required=True)
    old_local_at = fields.NaiveDateTime(required=True, attribute="old")
    local_at = fields.NaiveDateTime(required=True, attribute="new")
    old_zone = fields.String(required=True)
    zone = fields.String(required=True)
    at = fields.AwareDateTime(required=True, attribute="new_at")
    changes = fields.Boolean(required=True)
    stays = fields.Enum(Stay, by_value=True, required=True, allow_none=True)


class ChangeOut(Out):
    """What other dates would do: send ``seen`` back with them, and exactly this is done."""

    starts_on = fields.Date(required=True, attribute="new.timeline.starts_on")
    ends_on = fields.Date(required=True, attribute="new.timeline.ends_on")
    zone = fields.String(required=True, attribute="new.zone")
    modules = fields.List(fields.Nested(MoveOut), required=True, attribute="openings")
    sessions = fields.List(fields.Nested(MoveOut), required=True)
    seen = fields.String(required=True)
