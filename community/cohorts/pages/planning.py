"""Planning a run by form.

A run is opened and closed at its desk, which stands above.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from flask import Response, flash, make_response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from community.academy.models import Course, CourseVersion
from community.academy.policy import may_begin_run, visible_versions
from community.academy.queries import outline
from community.cohorts.operations import create_run
from community.cohorts.pages.blueprint import pages
from community.cohorts.pages.typed import rows_of, said, typed_breaks
from community.cohorts.queries import RunLine, run_line
from community.cohorts.rules import MAX_CAPACITY, MAX_WEEKS, NAME_LIMIT, NOTE_LIMIT
from community.cohorts.schemas import RunIn
from community.kernel import localtime
from community.kernel.addresses import url_for
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.doors import current_context, reader, signed_in, takes
from community.kernel.errors import Conflict, Invalid, NotFound
from community.kernel.keys import form_id, new_key
from community.kernel.localtime import zone_options
from community.kernel.policy import find, require
from community.kernel.schemas import as_key, load

RUN = RunIn()
FIELDS = ("name", "starts_on", "weeks", "zone", "capacity")
DEFAULT_CAPACITY = 30


@pages.route("/runs/new", methods=["GET", "POST"])
@signed_in
@takes(*FIELDS, "nonce", "break.")
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
            "breaks": rows_of(()),
        }
        return _form(version, defaults, {})
    given = {field: request.form.get(field, "") for field in FIELDS}
    nonce, breaks = request.form.get("nonce", ""), typed_breaks()
    typed = {**given, "nonce": nonce, "breaks": rows_of(breaks)}
    rests = [value for row in breaks for value in row.values()]
    act = {
        "version_id": str(version.id),
        "breaks": breaks,
        "client_id": form_id(nonce, *given.values(), *rests),
    }
    try:
        run = create_run(ctx, **load(RUN, {**given, **act}))
    except Invalid as error:
        return _form(version, typed, error.fields, 422)
    except Conflict as error:
        return _form(version, typed, {}, 409, problem=error.message)
    flash(_("The run is planned. Invite people, then open it."), "success")
    planned = run_line(ctx, run.id)
    late = _begun_already(planned, localtime.in_zone(ctx.now, planned.zone).date())
    if late:
        flash(late, "warning")
    return redirect(url_for("home.desk", slug=planned.slug), 303)


def _begun_already(run: RunLine, today: dt.date) -> str:
    """Return what a first day in the past means; nothing for one that is to come."""
    if run.starts_on >= today:
        return ""
    week = run.timeline.week_of(today)
    over: str = _("Its last day is in the past: sessions before today will not be held.")
    begun: str = _(
        "Week %(week)d is running already; sessions before today will not be held.", week=week
    )
    return over if week > run.weeks else begun


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
        errors=said(errors),
        problem=problem,
        zones=zone_options(str(typed.get("zone", ""))),
        limits={
            "name": NAME_LIMIT,
            "weeks": MAX_WEEKS,
            "capacity": MAX_CAPACITY,
            "note": NOTE_LIMIT,
        },
    )
    return make_response(html, status)
