"""What goes out about courses; nothing comes in but by the command line."""

from marshmallow import fields

from community.academy.models import Phase
from community.kernel.paging import PageOut
from community.kernel.schemas import Out


class CourseOut(Out):
    """A course with the facts of its newest version."""

    id = fields.UUID(required=True)
    slug = fields.String(required=True)
    space_id = fields.UUID(required=True)
    created_at = fields.AwareDateTime(required=True)
    version_id = fields.UUID(required=True)
    number = fields.Integer(required=True)
    title = fields.String(required=True)
    summary = fields.String(required=True)
    language = fields.String(required=True, metadata={"description": "BCP 47."})
    licence = fields.String(required=True, allow_none=True, metadata={"description": "SPDX."})


class CoursePageOut(PageOut):
    """A page of courses."""

    items = fields.List(fields.Nested(CourseOut), required=True)


class CourseVersionOut(Out):
    """A version of a course; once published it does not change."""

    id = fields.UUID(required=True)
    number = fields.Integer(required=True)
    title = fields.String(required=True)
    summary = fields.String(required=True)
    language = fields.String(required=True)
    licence = fields.String(required=True, allow_none=True)
    published_at = fields.AwareDateTime(required=True, allow_none=True)


class CourseVersionPageOut(PageOut):
    """A page of a course's versions."""

    items = fields.List(fields.Nested(CourseVersionOut), required=True)


class OutlineActivityOut(Out):
    """An activity without its text."""

    id = fields.UUID(required=True)
    position = fields.Integer(required=True)
    slug = fields.String(required=True)
    kind = fields.String(required=True)
    title = fields.String(required=True)
    minutes = fields.Integer(required=True)
    required = fields.Boolean(required=True)
    phase = fields.Enum(Phase, by_value=True, required=True, allow_none=True)


class OutlineModuleOut(Out):
    """A module with its activities; with ``opens_later`` it has none yet."""

    id = fields.UUID(required=True)
    position = fields.Integer(required=True)
    slug = fields.String(required=True)
    title = fields.String(required=True)
    summary = fields.String(required=True)
    intro_html = fields.String(required=True)
    opens_later = fields.Boolean(required=True)
    activities = fields.List(fields.Nested(OutlineActivityOut), required=True)


class CourseOutlineOut(Out):
    """A version with its modules, without the texts of their activities."""

    version_id = fields.UUID(required=True)
    course_id = fields.UUID(required=True)
    number = fields.Integer(required=True)
    title = fields.String(required=True)
    summary = fields.String(required=True)
    language = fields.String(required=True)
    licence = fields.String(required=True, allow_none=True)
    description_html = fields.String(required=True)
    modules = fields.List(fields.Nested(OutlineModuleOut), required=True)


class ActivitySourceOut(Out):
    """An activity as its author reads it: with its text, its settings and all solutions."""

    id = fields.UUID(required=True)
    version_id = fields.UUID(required=True)
    module_id = fields.UUID(required=True)
    kind = fields.String(required=True)
    title = fields.String(required=True)
    minutes = fields.Integer(required=True)
    settings = fields.Dict(required=True, metadata={"description": "As its kind shapes them."})
    body = fields.String(required=True, metadata={"description": "Markdown."})
    html = fields.String(required=True)
