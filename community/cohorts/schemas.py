"""What comes in and goes out about runs."""

from flask_babel import lazy_gettext as _l
from marshmallow import fields

from community.cohorts.models import RunState
from community.cohorts.rules import MAX_CAPACITY, MAX_WEEKS, NAME_LIMIT
from community.kernel.localtime import Zone
from community.kernel.paging import PageOut
from community.kernel.schemas import ClientId, In, Out, Text, Whole, between


class RunIn(In):
    """A run to be made."""

    version_id = fields.UUID(required=True)
    name = Text(longest=NAME_LIMIT, required=True)
    starts_on = fields.Date(
        required=True, format="iso", error_messages={"invalid": _l("Give a day of the calendar.")}
    )
    weeks = Whole(required=True, validate=between(1, MAX_WEEKS))
    zone = Zone(required=True)
    capacity = Whole(required=True, validate=between(1, MAX_CAPACITY))
    client_id = ClientId(load_default=None, allow_none=True)


class RunOut(Out):
    """A run one belongs to; ``slug`` and ``name`` are those of its space."""

    id = fields.UUID(required=True)
    space_id = fields.UUID(required=True)
    slug = fields.String(required=True)
    name = fields.String(required=True)
    version_id = fields.UUID(required=True)
    course_title = fields.String(required=True)
    starts_on = fields.Date(required=True)
    weeks = fields.Integer(required=True)
    zone = fields.String(required=True)
    capacity = fields.Integer(required=True)
    enrolled = fields.Integer(required=True)
    state = fields.Enum(RunState, by_value=True, required=True)


class RunPageOut(PageOut):
    """A page of runs."""

    items = fields.List(fields.Nested(RunOut), required=True)


class ReleaseOut(Out):
    """When a module opens; ``local_at`` is by the clock of the run's zone."""

    module_id = fields.UUID(required=True)
    position = fields.Integer(required=True)
    title = fields.String(required=True)
    local_at = fields.NaiveDateTime(required=True)
    opens_at = fields.AwareDateTime(required=True)


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
    releases = fields.List(fields.Nested(ReleaseOut), required=True)
    placements = fields.List(fields.Nested(PlacementOut), required=True)
