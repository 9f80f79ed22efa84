"""What comes in and goes out about moving a run to a newer version of its course."""

from marshmallow import fields

from community.cohorts.rules import Aspect, Fate
from community.cohorts.schemas.dates import MoveOut, PreviewPrint
from community.kernel.schemas import In, Out


class VersionIn(In):
    """A version of the run's course that is newer than the run's."""

    version_id = fields.UUID(required=True)


class VersionSeenIn(VersionIn):
    """The version, with the print of the preview."""

    seen = PreviewPrint(required=True)


class ActivityFateOut(Out):
    """What becomes of an activity; its id is the one in the newer version, if it is not gone.

    ``place`` says whether it has, or gets at once, a thread or a session; that of a gone one stays.
    """

    id = fields.UUID(required=True, attribute="line.id")
    kind = fields.String(required=True, attribute="line.kind")
    title = fields.String(required=True, attribute="line.title")
    fate = fields.Enum(Fate, by_value=True, required=True)
    changes = fields.List(fields.Enum(Aspect, by_value=True), required=True, attribute="aspects")
    place = fields.String(required=True)


class ModuleFateOut(Out):
    """What becomes of a module; ``opens`` is by the clock of the run, null where it is gone."""

    id = fields.UUID(required=True, attribute="module.id")
    title = fields.String(required=True, attribute="module.title")
    fate = fields.Enum(Fate, by_value=True, required=True)
    changes = fields.List(fields.Enum(Aspect, by_value=True), required=True, attribute="aspects")
    opens = fields.NaiveDateTime(required=True, allow_none=True)
    activities = fields.List(fields.Nested(ActivityFateOut), required=True)


class VersionChangeOut(Out):
    """What the newer version would do: send ``seen`` back with it, and exactly this is done.

    ``moved`` are modules that open, ``sessions`` those that begin at another time. ``asked`` are
    activities that learners are asked for at once, and were not before: till they have done them,
    later modules stay shut to them. ``dropped`` are modules that opened by a rule of the run's own
    which does not fit the newer version: they open by that of the course.
    """

    former = fields.Integer(required=True, attribute="old.number")
    number = fields.Integer(required=True, attribute="new.number")
    modules = fields.List(fields.Nested(ModuleFateOut), required=True)
    moved = fields.List(fields.Nested(MoveOut), required=True, attribute="openings")
    sessions = fields.List(fields.Nested(MoveOut), required=True)
    asked = fields.List(fields.UUID(), required=True, attribute="asked_ids")
    dropped = fields.List(fields.UUID(), required=True, attribute="dropped_ids")
    seen = fields.String(required=True)
