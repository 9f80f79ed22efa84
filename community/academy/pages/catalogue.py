"""Pages for those who keep courses: what there is, and how each activity reads."""

import uuid

from flask import render_template, request

from community.academy.kinds.builtin import KINDS
from community.academy.models import Course, CourseDraft
from community.academy.pages.blueprint import pages
from community.academy.policy import (
    keeps_courses,
    may_begin_run,
    may_edit_course,
    may_import_course,
    visible_drafts,
    visible_versions,
)
from community.academy.queries import (
    activity_content,
    courses,
    outline,
    quiz_questions,
)
from community.academy.queries import drafts as open_drafts
from community.kernel.db import db
from community.kernel.doors import current_context, signed_in
from community.kernel.errors import NotFound
from community.kernel.pages import part_of
from community.kernel.policy import find
from community.spaces.queries import space_by_slug


@pages.route("/courses")
@signed_in
def course_list() -> str:
    """Show the courses of the spaces one facilitates; ``?slug=`` those of one space."""
    ctx = current_context()
    slug = request.args.get("slug")
    space = space_by_slug(ctx, slug) if slug else None
    found = courses(ctx, space.id if space else None)
    drafts = {draft.course_id: draft for draft in open_drafts(ctx, space.id if space else None)}
    published = [
        {
            "course": course,
            "begin": may_begin_run(ctx, course),
            "edit": may_edit_course(ctx, course),
            "draft": drafts.pop(course.id, None),
        }
        for course in found
    ]
    return render_template(
        "academy/course_list.html",
        space=space,
        keeps=may_import_course(ctx, space) if space else keeps_courses(ctx),
        courses=published,
        unpublished=list(drafts.values()),
    )


@pages.route("/courses/<uuid:version_id>")
@signed_in
def course(version_id: uuid.UUID) -> str:
    """Show a version: what it is about, and its outline."""
    ctx = current_context()
    version = find(visible_versions(ctx), version_id)
    kept = db.session.get_one(Course, version.course_id)
    drafts = visible_drafts(ctx).where(CourseDraft.course_id == kept.id)
    return render_template(
        "academy/course.html",
        version=version,
        outline=outline(version_id),
        kinds=KINDS,
        begin=may_begin_run(ctx, kept),
        edit=may_edit_course(ctx, kept),
        draft=db.session.scalar(drafts),
        runs=part_of("course.runs", ctx, version),
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
