"""Pages for those who keep courses: what there is, and how each activity reads."""

import uuid

from flask import Blueprint, render_template, request

from community.academy.kinds.builtin import KINDS
from community.academy.models import Course
from community.academy.policy import (
    keeps_courses,
    may_begin_run,
    may_import_course,
    visible_versions,
)
from community.academy.queries import (
    activity_content,
    courses,
    outline,
    quiz_questions,
)
from community.kernel.db import db
from community.kernel.doors import current_context, signed_in
from community.kernel.errors import NotFound
from community.kernel.policy import find
from community.spaces.queries import space_by_slug

pages = Blueprint("academy", __name__)


@pages.route("/courses")
@signed_in
def course_list() -> str:
    """Show the courses of the spaces one facilitates; ``?slug=`` those of one space."""
    ctx = current_context()
    slug = request.args.get("slug")
    space = space_by_slug(ctx, slug) if slug else None
    found = courses(ctx, space.id if space else None)
    return render_template(
        "academy/course_list.html",
        space=space,
        keeps=may_import_course(ctx, space) if space else keeps_courses(ctx),
        courses=[{"course": course, "begin": may_begin_run(ctx, course)} for course in found],
    )


@pages.route("/courses/<uuid:version_id>")
@signed_in
def course(version_id: uuid.UUID) -> str:
    """Show a version: what it is about, and its outline."""
    ctx = current_context()
    version = find(visible_versions(ctx), version_id)
    return render_template(
        "academy/course.html",
        version=version,
        outline=outline(version_id),
        kinds=KINDS,
        begin=may_begin_run(ctx, db.session.get_one(Course, version.course_id)),
    )


@pages.route("/courses/<uuid:version_id>/<int:module>/<int:activity>")
@signed_in
def activity(version_id: uuid.UUID, module: int, activity: int) -> str:
    """Show one activity as text, with everything its author wrote."""
    find(visible_versions(current_context()), version_id)
    plan = outline(version_id)
    part = plan.module(module)
    line = next((a for a in part.activities if a.position == activity), None) if part else None
    if part is None or line is None:
        raise NotFound
    order = plan.activities
    at = order.index(line)
    places = {m.id: m.position for m in plan.modules}
    return render_template(
        "academy/activity.html",
        plan=plan,
        module=part,
        activity=line,
        kind=KINDS[line.kind],
        content=activity_content(line.id),
        questions=quiz_questions(line.id),
        before=order[at - 1] if at else None,
        after=order[at + 1] if at + 1 < len(order) else None,
        places=places,
    )
