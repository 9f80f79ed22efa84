"""What everybody reads of a course's parts, its authors and its learners: one base for both."""

from marshmallow import fields, validate

from community.academy.kinds.builtin import KINDS
from community.academy.models import Phase
from community.kernel.schemas import Out


class ActivityLineOut(Out):
    """An activity in an outline, without its text."""

    id = fields.UUID(required=True)
    position = fields.Integer(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(sorted(KINDS)))
    title = fields.String(required=True)
    minutes = fields.Integer(required=True)
    required = fields.Boolean(required=True)
    phase = fields.Enum(Phase, by_value=True, required=True, allow_none=True)


class ModuleLineOut(Out):
    """A module in an outline."""

    id = fields.UUID(required=True)
    position = fields.Integer(required=True)
    title = fields.String(required=True)
    summary = fields.String(required=True)


class ActivityContentOut(Out):
    """An activity with its text; ``settings`` are as its kind shapes them for who reads it."""

    id = fields.UUID(required=True)
    module_id = fields.UUID(required=True)
    kind = fields.String(required=True)
    title = fields.String(required=True)
    minutes = fields.Integer(required=True)
    html = fields.String(required=True, metadata={"description": "Sanitised."})
    settings = fields.Dict(required=True, metadata={"description": "As its kind shapes them."})
