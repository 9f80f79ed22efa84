"""What goes out about courses; nothing comes in but by the command line."""

from marshmallow import fields

from community.academy.schemas.outlines import ActivityContentOut, ActivityLineOut, ModuleLineOut
from community.kernel.paging import PageOut
from community.kernel.schemas import Out


class VersionFactsOut(Out):
    """What a version of a course says of itself in a line."""

    number = fields.Integer(required=True)
    title = fields.String(required=True)
    summary = fields.String(required=True)
    language = fields.String(required=True, metadata={"description": "BCP 47."})
    licence = fields.String(required=True, allow_none=True, metadata={"description": "SPDX."})


class CourseOut(VersionFactsOut):
    """A course with the facts of its newest version."""

    id = fields.UUID(required=True)
    slug = fields.String(required=True)
    space_id = fields.UUID(required=True)
    created_at = fields.AwareDateTime(required=True)
    version_id = fields.UUID(required=True)


class CoursePageOut(PageOut):
    """A page of courses."""

    items = fields.List(fields.Nested(CourseOut), required=True)


class CourseVersionOut(VersionFactsOut):
    """A version of a course; once published it does not change."""

    id = fields.UUID(required=True)
    published_at = fields.AwareDateTime(required=True, allow_none=True)


class CourseVersionPageOut(PageOut):
    """A page of a course's versions."""

    items = fields.List(fields.Nested(CourseVersionOut), required=True)


class OutlineActivityOut(ActivityLineOut):
    """An activity without its text."""

    slug = fields.String(required=True)


class OutlineModuleOut(ModuleLineOut):
    """A module with its activities; with ``opens_later`` it has none yet."""

    slug = fields.String(required=True)
    intro_html = fields.String(required=True)
    opens_later = fields.Boolean(required=True)
    release = fields.String(required=True)
    activities = fields.List(fields.Nested(OutlineActivityOut), required=True)


class CourseOutlineOut(VersionFactsOut):
    """A version with its modules, without the texts of their activities."""

    version_id = fields.UUID(required=True)
    course_id = fields.UUID(required=True)
    description_html = fields.String(required=True)
    modules = fields.List(fields.Nested(OutlineModuleOut), required=True)


class ActivitySourceOut(ActivityContentOut):
    """An activity as its author reads it: with its text, its settings and all solutions."""

    version_id = fields.UUID(required=True)
    body = fields.String(required=True, metadata={"description": "Markdown."})
