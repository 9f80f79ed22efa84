"""Where a draft begins: a new course, or the next version of one that is there."""

import uuid
from typing import Any

from flask import flash, make_response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from community.academy.operations import begin_course, begin_draft, discard_draft
from community.academy.pages.blueprint import pages
from community.academy.pages.languages import language_options
from community.academy.pages.typed import edits_looked_at, line
from community.academy.policy import course_spaces, may_import_course
from community.academy.schemas import NewCourseIn
from community.kernel.addresses import url_for
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.doors import current_context, reader, signed_in, takes
from community.kernel.errors import CommunityError, Conflict, Forbidden, Invalid
from community.kernel.keys import form_id, new_key
from community.kernel.pages import errors_of
from community.kernel.schemas import load
from community.spaces.models import Space

_BEGUN = NewCourseIn()


@pages.route("/courses/new", methods=["GET", "POST"])
@signed_in
@takes("title", "space_id", "language", "nonce")
def new_course() -> Response:
    """Begin a course with a title; its draft opens in the studio."""
    ctx = current_context()
    if request.method == "GET":
        spaces = _spaces(ctx)
        asked = request.args.get("space")
        chosen = next((space for space in spaces if space.slug == asked), spaces[0])
        typed = {
            "title": "",
            "space_id": str(chosen.id),
            "language": reader().language.split("_")[0],
            "nonce": new_key().hex,
        }
        return _page(spaces, typed, None)
    typed = {name: line(name) for name in ("title", "space_id", "language", "nonce")}
    given = {
        "space_id": typed["space_id"],
        "title": typed["title"],
        "language": typed["language"],
        "client_id": form_id(typed["nonce"], typed["title"], typed["language"]),
    }
    try:
        fields = load(_BEGUN, given)
        draft = begin_course(ctx, fields.pop("space_id"), **fields)
    except (Invalid, Conflict) as error:
        return _page(_spaces(ctx), typed, error)
    return redirect(url_for("academy.studio", draft_id=draft.id), 303)


def _spaces(ctx: Context) -> list[Space]:
    found = db.session.scalars(course_spaces(ctx).order_by(Space.kind.desc(), Space.name))
    spaces = [space for space in found if may_import_course(ctx, space)]
    if not spaces:
        raise Forbidden(_("Organisers of a space write its courses."))
    return spaces


def _page(spaces: list[Space], typed: dict[str, Any], error: CommunityError | None) -> Response:
    html = render_template(
        "academy/new_course.html",
        spaces=[(str(space.id), space.name) for space in spaces],
        languages=language_options(typed["language"]),
        typed=typed,
        errors=errors_of(error, "title"),
    )
    return make_response(html, error.status if error else 200)


@pages.route("/courses/<uuid:course_id>/studio", methods=["POST"])
@signed_in
def begin(course_id: uuid.UUID) -> Response:
    """Open the draft of a course, made of its newest version where there is none."""
    draft = begin_draft(current_context(), course_id)
    return redirect(url_for("academy.studio", draft_id=draft.id), 303)


@pages.route("/studio/<uuid:draft_id>/discard", methods=["POST"])
@signed_in
@takes("edits")
def discard(draft_id: uuid.UUID) -> Response:
    """Put a draft away with all that was written in it."""
    try:
        discard_draft(current_context(), draft_id, edits=edits_looked_at())
    except Conflict as error:
        flash(str(error.message), "error")
        return redirect(url_for("academy.studio", draft_id=draft_id), 303)
    flash(_("The draft is discarded."), "success")
    return redirect(url_for("academy.course_list"), 303)
