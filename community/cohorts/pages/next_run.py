"""The next run: asked for, shown as it would be, and made."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from flask import flash, make_response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from community.academy.policy import may_begin_run
from community.academy.queries import outline
from community.cohorts.models import Run
from community.cohorts.operations import copy_run
from community.cohorts.pages import words
from community.cohorts.pages.blueprint import pages
from community.cohorts.pages.settings import run_to_settle
from community.cohorts.pages.typed import given, keys, plain, rows_of, said, typed_breaks
from community.cohorts.queries import run_line
from community.cohorts.queries.copies import Copy, copy_of
from community.cohorts.queries.people import course_of, leads_of
from community.cohorts.rules import MAX_CAPACITY, MAX_WEEKS, NAME_LIMIT, NOTE_LIMIT, RunPlan
from community.cohorts.schemas import CopyIn
from community.kernel.addresses import url_for
from community.kernel.context import Context
from community.kernel.doors import current_context, reader, signed_in, takes
from community.kernel.errors import CommunityError, Conflict, Invalid
from community.kernel.keys import form_id, new_key
from community.kernel.localtime import in_zone, zone_options
from community.kernel.policy import require
from community.kernel.schemas import load
from community.spaces.models import Space

COPY = CopyIn()
FIELDS = ("name", "starts_on", "weeks", "zone", "capacity")
LIMITS = {"name": NAME_LIMIT, "weeks": MAX_WEEKS, "note": NOTE_LIMIT, "capacity": MAX_CAPACITY}
WEEK = dt.timedelta(days=7)


@pages.route("/spaces/<slug>/manage/run/next", methods=["GET", "POST"])
@signed_in
@takes(*FIELDS, "break.", "lead", "seen", "nonce")
def next_run(slug: str) -> Response:
    """Ask what the next run is to be like, show what would be made, and make it."""
    ctx = current_context()
    space, run = run_to_settle(ctx, slug)
    require(may_begin_run, ctx, course_of(run))
    if request.method == "GET" and "starts_on" not in request.args:
        return _page(space, run, _proposed(ctx, run))
    breaks, leads = typed_breaks(), keys("lead")
    nonce = given().get("nonce", "")[:64] or new_key().hex
    fields = plain(FIELDS)
    typed = {**fields, "breaks": rows_of(breaks), "leads": leads, "nonce": nonce}
    copy = None
    try:
        wanted = load(COPY, {**fields, "breaks": breaks, "leads": [str(key) for key in leads]})
        copy = _copy(ctx, run, wanted)
        if request.method == "POST":
            act = form_id(
                nonce, slug, *fields.values(), *(v for row in breaks for v in row.values())
            )
            seen = request.form.get("seen", "")
            made = copy_run(ctx, run.id, **wanted, seen=seen, client_id=act)
            flash(_("The next run is planned. Invite people, then open it."), "success")
            return redirect(url_for("home.desk", slug=run_line(ctx, made.id).slug), 303)
    except (Invalid, Conflict) as error:
        if copy is not None:  # somebody was quicker: this is what would be made now
            space, run = run_to_settle(ctx, slug)
            copy = _copy(ctx, run, wanted)
        return _page(space, run, typed, copy, error)
    return _page(space, run, typed, copy)


def _proposed(ctx: Context, run: Run) -> dict[str, Any]:
    """Return what the form holds at first: like the run, from the same weekday after it is over."""
    today = in_zone(ctx.now, run.zone).date()
    start = run.starts_on
    while start <= max(run.timeline.ends_on, today):
        start += WEEK
    return {
        "name": "",
        "starts_on": start.isoformat(),
        "weeks": run.weeks,
        "zone": run.zone,
        "capacity": run.capacity,
        "breaks": rows_of(run.breaks),
        "leads": {lead.person.id for lead in leads_of(run) if not lead.left},
        "nonce": new_key().hex,
    }


def _copy(ctx: Context, run: Run, wanted: Mapping[str, Any]) -> Copy:
    values = {name: wanted[name] for name in FIELDS}
    plan = RunPlan(**values, breaks=tuple(sorted(wanted["breaks"])))
    return copy_of(ctx, run, plan, wanted["leads"])


def _page(
    space: Space,
    run: Run,
    typed: Mapping[str, Any],
    copy: Copy | None = None,
    error: CommunityError | None = None,
) -> Response:
    errors = said(error.fields) if isinstance(error, Invalid) else {}
    html = render_template(
        "cohorts/next_run.html",
        words=words,
        space=space,
        run=run,
        course=outline(run.version_id),
        typed=typed,
        copy=copy,
        leads=[lead for lead in leads_of(run) if lead.person.id != reader().id],
        errors=errors,
        problem="" if errors or error is None else error.message,
        zones=zone_options(str(typed["zone"])),
        limits=LIMITS,
    )
    return make_response(html, error.status if error else 200)
