"""Planning a run by form, and what is said of it to whoever may join.

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
from flask_babel import ngettext
from werkzeug.wrappers import Response as AnyResponse

from community.academy.models import Course, CourseVersion
from community.academy.policy import may_begin_run, visible_versions
from community.academy.queries import Outline, outline
from community.cohorts.models import RunState
from community.cohorts.operations import create_run
from community.cohorts.queries import run_in, run_line
from community.cohorts.rules import MAX_CAPACITY, MAX_WEEKS, NAME_LIMIT, ends_on
from community.cohorts.schemas import RunIn
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.doors import current_context, reader, signed_in, takes
from community.kernel.errors import Conflict, Invalid, NotFound
from community.kernel.feature import Joining
from community.kernel.keys import form_id, new_key
from community.kernel.localtime import duration, span, zone_options
from community.kernel.policy import find, require
from community.kernel.schemas import as_key, load

pages = Blueprint("cohorts", __name__)

RUN = RunIn()
FIELDS = ("name", "starts_on", "weeks", "zone", "capacity")
DEFAULT_CAPACITY = 30


@pages.route("/runs/new", methods=["GET", "POST"])
@signed_in
@takes(*FIELDS, "nonce")
def new_run() -> AnyResponse:
    """Ask what a run of ``?version=`` is to be like, and make it."""
    ctx = current_context()
    version = _version(ctx)
    if request.method == "GET":
        defaults = {
            "name": "",
            "starts_on": "",
            "weeks": max(1, len(outline(version.id).modules)),
            "zone": reader().zone,
            "capacity": DEFAULT_CAPACITY,
            "nonce": new_key().hex,
        }
        return _form(version, defaults, {})
    given = {field: request.form.get(field, "") for field in FIELDS}
    nonce = request.form.get("nonce", "")
    typed = {**given, "nonce": nonce}
    act = {"version_id": str(version.id), "client_id": form_id(nonce, *given.values())}
    try:
        run = create_run(ctx, **load(RUN, {**given, **act}))
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
    plan = outline(version.id)
    html = render_template(
        "cohorts/new_run.html",
        version=version,
        modules=len(plan.modules),
        filled=len(plan.filled),
        typed=typed,
        errors=errors,
        problem=problem,
        zones=zone_options(str(typed.get("zone", ""))),
        limits={"name": NAME_LIMIT, "weeks": MAX_WEEKS, "capacity": MAX_CAPACITY},
    )
    return make_response(html, status)


# ------------------------------------------------------------------ whoever may join


def joining(space_id: uuid.UUID) -> Joining | None:
    """Say when the run of a space is, how much it asks, and whether a seat is free."""
    run = run_in(space_id)
    if run is None:
        return None
    free = run.capacity - run.enrolled
    refusal = ""
    if run.state is RunState.CLOSED:
        refusal = _("This run is over.")
    elif not free:
        refusal = _("All seats are taken.")
    weeks = ngettext("%(num)d week", "%(num)d weeks", run.weeks)
    a_week = duration(_minutes_a_week(outline(run.version_id)))
    return Joining(
        facts=(
            (_("When"), span(run.starts_on, ends_on(run.starts_on, run.weeks), reader().language)),
            (_("How much"), _("%(weeks)s, about %(time)s a week", weeks=weeks, time=a_week)),
            (_("Seats"), _("%(free)d of %(num)d free", free=free, num=run.capacity)),
        ),
        seats=0 if refusal else free,
        refusal=refusal,
    )


def _minutes_a_week(plan: Outline) -> int:
    """Return what a module that holds activities asks on average, to the half hour, 30 or more."""
    return max(1, round(plan.minutes / max(1, len(plan.filled)) / 30)) * 30
