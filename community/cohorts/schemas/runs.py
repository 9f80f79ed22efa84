"""What comes in and goes out about runs themselves."""

from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import fields, post_load, validate

from community.cohorts.models import RunState
from community.cohorts.rules import (
    MAX_BREAK_DAYS,
    MAX_BREAKS,
    MAX_CAPACITY,
    MAX_WEEKS,
    NAME_LIMIT,
    NOTE_LIMIT,
    Break,
)
from community.kernel.localtime import Zone
from community.kernel.paging import PageOut
from community.kernel.schemas import (
    HIGHEST,
    ClientId,
    In,
    Out,
    Text,
    Whole,
    between,
)
from community.spaces.models import Role


class BreakIn(In):
    """Days without teaching after a week of it."""

    after_week = Whole(required=True, validate=between(1, MAX_WEEKS - 1))
    days = Whole(required=True, validate=between(1, MAX_BREAK_DAYS))
    note = Text(longest=NOTE_LIMIT, shortest=0, load_default="")

    @post_load
    def as_break(self, given: dict[str, Any], **_kwargs: Any) -> Break:
        return Break(**given)


def day_in() -> fields.Date:
    """Return the field of a day."""
    invalid = _l("Give a day of the calendar.")
    return fields.Date(required=True, format="iso", error_messages={"invalid": invalid})


def breaks_in(**more: Any) -> fields.List[Break]:
    """Return the field of the breaks of a run."""
    most = validate.Length(max=MAX_BREAKS, error=_l("A run has up to {max} breaks."))
    return fields.List(fields.Nested(BreakIn), validate=most, **more)


class RunIn(In):
    """A run to be made."""

    version_id = fields.UUID(required=True)
    name = Text(longest=NAME_LIMIT, required=True)
    starts_on = day_in()
    weeks = Whole(required=True, validate=between(1, MAX_WEEKS))
    zone = Zone(required=True)
    capacity = Whole(required=True, validate=between(1, MAX_CAPACITY))
    breaks = breaks_in(load_default=())
    client_id = ClientId(load_default=None, allow_none=True)


class RunEditIn(In):
    """Another name and other seats; ``revision`` is the one that was read."""

    name = Text(longest=NAME_LIMIT, required=True)
    capacity = Whole(required=True, validate=between(1, MAX_CAPACITY))
    revision = Whole(load_default=None, allow_none=True, validate=between(0, HIGHEST))


class AppointIn(In):
    """The role in which somebody leads a run."""

    role = fields.Enum(
        Role,
        by_value=True,
        required=True,
        validate=validate.OneOf(
            [Role.FACILITATOR, Role.ORGANISER], error=_l("Choose facilitator or organiser.")
        ),
    )


class DismissIn(In):
    """What somebody is who leads a run no more; none: they leave it."""

    role = fields.Enum(
        Role,
        by_value=True,
        required=True,
        allow_none=True,
        validate=validate.OneOf(
            [Role.MEMBER, Role.OBSERVER, None], error=_l("Choose learner or observer.")
        ),
    )


class BreakOut(Out):
    """Days without teaching after a week of it."""

    after_week = fields.Integer(required=True)
    days = fields.Integer(required=True)
    note = fields.String(required=True)


class RunOut(Out):
    """A run one belongs to; ``slug`` and ``name`` are those of its space.

    ``weeks`` counts those of teaching. ``revision`` rises with each change.
    """

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
    breaks = fields.List(fields.Nested(BreakOut), required=True)
    revision = fields.Integer(required=True)


class RunPageOut(PageOut):
    """A page of runs."""

    items = fields.List(fields.Nested(RunOut), required=True)
