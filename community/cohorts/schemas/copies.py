"""What comes in and goes out about making the next run like one that is there."""

from marshmallow import fields, validate

from community.cohorts.queries.people import MOST_LEADS
from community.cohorts.rules import (
    MAX_CAPACITY,
    MAX_WEEKS,
    NAME_LIMIT,
)
from community.cohorts.schemas.dates import MoveOut, PreviewPrint
from community.cohorts.schemas.runs import breaks_in, day_in
from community.kernel.localtime import Zone
from community.kernel.schemas import (
    ClientId,
    In,
    Out,
    PersonOut,
    Text,
    Whole,
    between,
)
from community.spaces.models import Role


class CopyIn(In):
    """The next run, like one that is there; ``leads`` are those who come along to lead it."""

    name = Text(longest=NAME_LIMIT, required=True)
    starts_on = day_in()
    weeks = Whole(required=True, validate=between(1, MAX_WEEKS))
    zone = Zone(required=True)
    capacity = Whole(required=True, validate=between(1, MAX_CAPACITY))
    breaks = breaks_in(load_default=())
    leads = fields.List(fields.UUID(), load_default=(), validate=validate.Length(max=MOST_LEADS))


class CopySeenIn(CopyIn):
    """``seen`` is the print of the copy as it was shown."""

    seen = PreviewPrint(required=True)
    client_id = ClientId(load_default=None, allow_none=True)


class LeadOut(Out):
    """Somebody who would lead the next run; ``stays`` says whether the network has them."""

    person = fields.Nested(PersonOut, required=True)
    role = fields.Enum(Role, by_value=True, required=True)
    stays = fields.Boolean(required=True)


class CopyOut(Out):
    """What the next run would be: send ``seen`` back with it, and exactly this is made.

    ``meetings`` are the sessions of the course, placed as the run is opened; ``sessions`` are those
    that were planned by hand, planned again at once.
    """

    starts_on = fields.Date(required=True, attribute="plan.starts_on")
    ends_on = fields.Date(required=True, attribute="plan.timeline.ends_on")
    modules = fields.List(fields.Nested(MoveOut), required=True, attribute="openings")
    meetings = fields.List(fields.Nested(MoveOut), required=True)
    sessions = fields.List(fields.Nested(MoveOut), required=True, attribute="extra")
    leads = fields.List(fields.Nested(LeadOut), required=True)
    left = fields.List(fields.Nested(LeadOut), required=True)
    seen = fields.String(required=True)
