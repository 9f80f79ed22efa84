"""Drafts over JSON: begun, read, compared and published."""

import io
import uuid
from typing import Any

from community.academy.api.blueprint import api
from community.academy.models import CourseVersion, DraftAsset
from community.academy.operations import (
    add_file,
    add_picture,
    begin_course,
    begin_draft,
    discard_draft,
    edit_course,
    publish_draft,
    remove_file,
    remove_picture,
)
from community.academy.policy import visible_drafts
from community.academy.queries import (
    Difference,
    DraftOutline,
    FileLine,
    Preview,
    difference,
    draft_file,
    draft_lines,
    draft_outline,
    preview,
    problems,
)
from community.academy.schemas import (
    ActivityPreviewIn,
    CourseTextIn,
    CourseVersionOut,
    DraftDifferenceOut,
    DraftFileIn,
    DraftFileOut,
    DraftOut,
    DraftPageOut,
    DraftPictureIn,
    DraftPictureOut,
    DraftPreviewOut,
    DraftProblemsOut,
    EditsIn,
    NewCourseIn,
    PublishIn,
)
from community.kernel.doors import current_context, signed_in
from community.kernel.errors import Invalid
from community.kernel.paging import Page, PageIn, page_of
from community.kernel.policy import find


@api.route("/course-drafts")
@signed_in
@api.arguments(PageIn, location="query")
@api.response(200, DraftPageOut)
def drafts(paging: dict[str, Any]) -> Page:
    """List the drafts of the courses you may edit, the newest first."""
    return page_of(draft_lines(current_context()), **paging)


@api.route("/course-drafts", methods=["POST"])
@signed_in
@api.arguments(NewCourseIn)
@api.response(201, DraftOut)
def new_course(given: dict[str, Any]) -> DraftOutline:
    """Begin a course; with a ``client_id``, a repeat answers the draft that is there."""
    return draft_outline(begin_course(current_context(), **given).id)


@api.route("/courses/<uuid:course_id>/draft", methods=["POST"])
@signed_in
@api.response(200, DraftOut)
def new_draft(course_id: uuid.UUID) -> DraftOutline:
    """Begin the draft of a course's next version; answers the one that is there."""
    return draft_outline(begin_draft(current_context(), course_id).id)


@api.route("/course-drafts/<uuid:draft_id>")
@signed_in
@api.response(200, DraftOut)
def draft(draft_id: uuid.UUID) -> DraftOutline:
    """Read a draft with its outline."""
    return draft_outline(_found(draft_id))


@api.route("/course-drafts/<uuid:draft_id>", methods=["PUT"])
@signed_in
@api.arguments(CourseTextIn)
@api.response(200, DraftOut)
def write_course(given: dict[str, Any], draft_id: uuid.UUID) -> DraftOutline:
    """Write what the course says of itself; 409 holds what is kept where another was quicker."""
    edit_course(current_context(), draft_id, **given)
    return draft_outline(draft_id)


@api.route("/course-drafts/<uuid:draft_id>/discard", methods=["POST"])
@signed_in
@api.arguments(EditsIn)
@api.response(204)
def discard(given: dict[str, Any], draft_id: uuid.UUID) -> None:
    """Put a draft away, a course that was never published with it; 409 where it changed."""
    discard_draft(current_context(), draft_id, **given)


@api.route("/course-drafts/<uuid:draft_id>/problems")
@signed_in
@api.response(200, DraftProblemsOut)
def draft_problems(draft_id: uuid.UUID) -> dict[str, Any]:
    """Read what keeps a draft from being published."""
    return {"problems": problems(_found(draft_id))}


@api.route("/course-drafts/<uuid:draft_id>/difference")
@signed_in
@api.response(200, DraftDifferenceOut)
def draft_difference(draft_id: uuid.UUID) -> Difference:
    """Read what publishing a draft would change."""
    return difference(_found(draft_id))


@api.route("/course-drafts/<uuid:draft_id>/preview", methods=["POST"])
@signed_in
@api.arguments(ActivityPreviewIn)
@api.response(200, DraftPreviewOut)
def see(given: dict[str, Any], draft_id: uuid.UUID) -> Preview:
    """See a text as its readers will; nothing is kept."""
    return preview(_found(draft_id), **given)


@api.route("/course-drafts/<uuid:draft_id>/publish", methods=["POST"])
@signed_in
@api.arguments(PublishIn)
@api.response(201, CourseVersionOut)
def publish(given: dict[str, Any], draft_id: uuid.UUID) -> CourseVersion:
    """Publish a draft whose difference you have read; 422 names every problem by its file."""
    return publish_draft(current_context(), draft_id, **given)


@api.route("/course-drafts/<uuid:draft_id>/pictures", methods=["POST"])
@signed_in
@api.arguments(DraftPictureIn)
@api.response(201, DraftPictureOut)
def new_picture(given: dict[str, Any], draft_id: uuid.UUID) -> DraftAsset:
    """Add a picture (JPEG, PNG, WebP or SVG); it is drawn anew."""
    ctx = current_context()
    try:
        return add_picture(ctx, draft_id, **given)
    except Invalid as error:
        raise Invalid(error.message, fields={"data": error.fields["picture"]}) from error


@api.route("/course-drafts/pictures/<uuid:picture_id>", methods=["DELETE"])
@signed_in
@api.response(204)
def drop_picture(picture_id: uuid.UUID) -> None:
    """Take a picture out of its draft."""
    remove_picture(current_context(), picture_id)


@api.route("/course-drafts/<uuid:draft_id>/files", methods=["POST"])
@signed_in
@api.arguments(DraftFileIn)
@api.response(201, DraftFileOut)
def new_file(given: dict[str, Any], draft_id: uuid.UUID) -> FileLine:
    """Add a file to the course: a document, a film, a sound or captions."""
    source = io.BytesIO(given["data"])
    try:
        added = add_file(current_context(), draft_id, name=given["name"], source=source)
    except Invalid as error:
        raise Invalid(error.message, fields={"data": error.fields["upload"]}) from error
    return draft_file(draft_id, added.path)


@api.route("/course-drafts/files/<uuid:file_id>", methods=["DELETE"])
@signed_in
@api.response(204)
def drop_file(file_id: uuid.UUID) -> None:
    """Take a file out of its draft."""
    remove_file(current_context(), file_id)


def _found(draft_id: uuid.UUID) -> uuid.UUID:
    return find(visible_drafts(current_context()), draft_id).id
