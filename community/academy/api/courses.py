"""Published courses over JSON. Learners read through their run."""

import uuid
from typing import Any

from community.academy.api.blueprint import api
from community.academy.policy import visible_courses, visible_versions
from community.academy.queries import (
    Content,
    Outline,
    content_in,
    course_lines,
    outline,
    version_lines,
)
from community.academy.schemas import (
    ActivitySourceOut,
    CourseOutlineOut,
    CoursePageOut,
    CourseVersionPageOut,
)
from community.kernel.doors import current_context, signed_in
from community.kernel.paging import Page, PageIn, page_of
from community.kernel.policy import find


@api.route("/courses")
@signed_in
@api.arguments(PageIn, location="query")
@api.response(200, CoursePageOut)
def courses(paging: dict[str, Any]) -> Page:
    """List the courses of the spaces you facilitate, the newest first."""
    return page_of(course_lines(current_context()), **paging)


@api.route("/courses/<uuid:course_id>/versions")
@signed_in
@api.arguments(PageIn, location="query")
@api.response(200, CourseVersionPageOut)
def versions(paging: dict[str, Any], course_id: uuid.UUID) -> Page:
    """List the versions of a course, the newest first."""
    ctx = current_context()
    find(visible_courses(ctx), course_id)
    return page_of(version_lines(ctx, course_id), **paging)


@api.route("/course-versions/<uuid:version_id>")
@signed_in
@api.response(200, CourseOutlineOut)
def version(version_id: uuid.UUID) -> Outline:
    """Read the outline of a version."""
    find(visible_versions(current_context()), version_id)
    return outline(version_id)


@api.route("/course-versions/<uuid:version_id>/activities/<uuid:activity_id>")
@signed_in
@api.response(200, ActivitySourceOut)
def activity(version_id: uuid.UUID, activity_id: uuid.UUID) -> Content:
    """Read an activity as its author does: text, settings and solutions."""
    find(visible_versions(current_context()), version_id)
    return content_in(version_id, activity_id)
