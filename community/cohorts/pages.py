"""Planning a run by form.

A run is opened and closed at its desk, which stands above.
"""

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
from community.accounts.pages import zone_options
from community.cohorts.operations import create_run
from community.cohorts.queries import run_line
from community.cohorts.rules import MAX_CAPACITY, MAX_WEEKS, NAME_LIMIT
from community.cohorts.schemas import RunIn
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.doors import current_context, signed_in, takes
from community.kernel.errors import Conflict, Invalid, NotFound
from community.kernel.http import reader
from community.kernel.policy import find, require
from community.kernel.schemas import as_key, load

pages = Blueprint("cohorts", __name__)

RUN = RunIn()
DEFAULT_CAPACITY = 30


@pages.route("/runs/new", methods=["GET", "POST"])
@signed_in
@takes("name", "starts_on", "weeks", "zone", "capacity")
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
        raise NotFound
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
