"""Planning a run by form, and the pictures of its course.

A run is opened and closed at its desk, which stands above.
"""

import uuid
from collections.abc import Mapping
from typing import Any

from flask import (
    Blueprint,
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from community.academy.models import Course, CourseVersion
from community.academy.policy import may_begin_run, visible_versions
from community.academy.queries import outline
from community.academy.rules import ASSETS, FILE_ROUTE
from community.accounts.pages import zone_options
from community.cohorts.operations import create_run
from community.cohorts.queries import course_file, run_line
from community.cohorts.rules import MAX_CAPACITY, MAX_WEEKS, NAME_LIMIT
from community.cohorts.schemas import RunIn
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.doors import current_context, signed_in
from community.kernel.errors import Conflict, Invalid, NotFound
from community.kernel.http import reader
from community.kernel.policy import find, require
from community.kernel.schemas import as_key, load

pages = Blueprint("cohorts", __name__)

RUN = RunIn()
DEFAULT_CAPACITY = 30
DRAWING_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""What a picture may do when it is opened as a page of its own: be drawn, and nothing else."""
KEPT_SECONDS = 365 * 24 * 3600


@pages.route("/runs/new", methods=["GET", "POST"])
@signed_in
def new_run() -> AnyResponse:
    """Ask what a run of ``?version=`` is to be like, and make it."""
    ctx = current_context()
    version = _version(ctx)
    if request.method == "GET":
        modules = len(outline(version.id).modules)
        defaults = {
            "name": version.title,
            "starts_on": "",
            "weeks": max(1, modules),
            "zone": reader().zone,
            "capacity": DEFAULT_CAPACITY,
        }
        return _form(version, defaults, {})
    typed = {name: text for name, text in request.form.items() if name != "csrf_token"}
    try:
        run = create_run(ctx, **load(RUN, {**typed, "version_id": str(version.id)}))
    except Invalid as error:
        return _form(version, typed, error.fields, 422)
    except Conflict as error:
        return _form(version, typed, {}, 409, problem=error.message)
    flash(_("The run is planned. Invite people, then open it."), "success")
    return redirect(url_for("home.desk", slug=run_line(ctx, run.id).slug), 303)


def _version(ctx: Context) -> CourseVersion:
    key = as_key(request.args.get("version", ""))
    if key is None:
        raise NotFound("There is nothing here, or it is not open to you.")
    version = find(visible_versions(ctx), key)
    require(may_begin_run, ctx, db.session.get_one(Course, version.course_id))
    return version


def _form(
    version: CourseVersion,
    typed: Mapping[str, Any],
    errors: Mapping[str, Any],
    status: int = 200,
    *,
    problem: str = "",
) -> Response:
    html = render_template(
        "cohorts/new_run.html",
        version=version,
        modules=len(outline(version.id).modules),
        typed=typed,
        errors=errors,
        problem=problem,
        zones=zone_options(str(typed.get("zone", ""))),
        limits={"name": NAME_LIMIT, "weeks": MAX_WEEKS, "capacity": MAX_CAPACITY},
    )
    return make_response(html, status)


@pages.route(FILE_ROUTE)
@signed_in
def file(version_id: uuid.UUID, path: str) -> AnyResponse:
    """Send a picture of a course that one keeps, or of a run's that one belongs to."""
    if not path.startswith(ASSETS):
        raise NotFound("There is nothing here, or it is not open to you.")
    found = course_file(current_context(), version_id, path)
    response = make_response(found.content)
    response.content_type = found.media_type
    response.set_etag(found.digest)
    response.headers["Content-Security-Policy"] = DRAWING_POLICY
    response.headers["Cache-Control"] = f"private, max-age={KEPT_SECONDS}, immutable"
    return response.make_conditional(request)
