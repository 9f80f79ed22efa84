"""A run's dates: looked at as they would be, then changed.

What would happen is a page of its own address, made from its query; nothing is done before it has
been seen.
"""

from collections.abc import Mapping
from typing import Any

from flask import flash, make_response, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from community.academy.queries import outline
from community.cohorts.models import Run
from community.cohorts.operations import reschedule_run, shift_run
from community.cohorts.pages import words
from community.cohorts.pages.blueprint import pages
from community.cohorts.pages.settings import run_to_settle
from community.cohorts.pages.typed import plain, rows_of, said, typed_breaks
from community.cohorts.queries.changes import Change, change_of, shift_of
from community.cohorts.rules import MAX_SHIFT, MAX_WEEKS, NOTE_LIMIT, Dates, Timeline
from community.cohorts.schemas import DatesIn, DayIn, ShiftIn
from community.kernel.addresses import url_for
from community.kernel.context import Context
from community.kernel.doors import current_context, signed_in, takes
from community.kernel.errors import CommunityError, Conflict, Invalid
from community.kernel.localtime import zone_options
from community.kernel.schemas import load
from community.spaces.models import Space

DATES, SHIFT, DAY = DatesIn(), ShiftIn(), DayIn()
WEEKS = ("starts_on", "weeks", "zone")
BY = ("days", "way", "to", "from_week", "note")
LIMITS = {"weeks": MAX_WEEKS, "note": NOTE_LIMIT, "days": MAX_SHIFT}


@pages.route("/spaces/<slug>/manage/run/dates", methods=["GET", "POST"])
@signed_in
@takes(*WEEKS, "break.", "seen")
def dates(slug: str) -> Response:
    """Ask for other weeks of a run, show what that does, and do it."""
    ctx = current_context()
    space, run = run_to_settle(ctx, slug)
    if request.method == "GET" and "starts_on" not in request.args:
        kept = {"starts_on": run.starts_on.isoformat(), "weeks": run.weeks, "zone": run.zone}
        return _dates_page(space, run, {**kept, "breaks": rows_of(run.breaks)})
    breaks = typed_breaks()
    typed = {**plain(WEEKS), "breaks": rows_of(breaks)}
    change = None
    try:
        wanted = load(DATES, {**plain(WEEKS), "breaks": breaks})
        change = _change(ctx, run, wanted)
        if request.method == "POST":
            reschedule_run(ctx, run.id, **wanted, seen=request.form.get("seen", ""))
            flash(_("The run has its new dates."), "success")
            return redirect(url_for("cohorts.settings", slug=slug), 303)
    except (Invalid, Conflict) as error:
        if change is not None:  # somebody was quicker: this is what would happen now
            space, run = run_to_settle(ctx, slug)
            change = _change_now(ctx, run, wanted)
        return _dates_page(space, run, typed, change, error)
    return _dates_page(space, run, typed, change)


def _change(ctx: Context, run: Run, wanted: Mapping[str, Any]) -> Change:
    timeline = Timeline(wanted["starts_on"], wanted["weeks"], tuple(sorted(wanted["breaks"])))
    return change_of(ctx, run, Dates(timeline, wanted["zone"]))


def _change_now(ctx: Context, run: Run, wanted: Mapping[str, Any]) -> Change | None:
    try:
        return _change(ctx, run, wanted)
    except Invalid:
        return None  # what somebody else did is just this


def _dates_page(
    space: Space,
    run: Run,
    typed: Mapping[str, Any],
    change: Change | None = None,
    error: CommunityError | None = None,
) -> Response:
    html = render_template(
        "cohorts/dates.html",
        words=words,
        space=space,
        run=run,
        typed=typed,
        change=change,
        modules=len(outline(run.version_id).modules),
        zones=zone_options(str(typed["zone"])),
        limits=LIMITS,
        **_told(error),
    )
    return make_response(html, error.status if error else 200)


@pages.route("/spaces/<slug>/manage/run/shift", methods=["GET", "POST"])
@signed_in
@takes(*BY, "seen")
def shift(slug: str) -> Response:
    """Ask by how many days a run moves, show what that does, and do it."""
    ctx = current_context()
    space, run = run_to_settle(ctx, slug)
    if request.method == "GET" and not ({"days", "to"} & set(request.args)):
        typed = {"days": "", "way": "later", "to": "", "note": ""}
        return _shift_page(space, run, {**typed, "from_week": request.args.get("from_week", "1")})
    typed = plain(BY)
    change = None
    try:
        wanted = _wanted(run, typed)
        change = _shifted(ctx, run, wanted)
        if request.method == "POST":
            shift_run(ctx, run.id, **wanted, seen=request.form.get("seen", ""))
            return _done(slug, wanted)
    except (Invalid, Conflict) as error:
        if change is not None:
            space, run = run_to_settle(ctx, slug)
            try:
                change = _shifted(ctx, run, wanted)
            except Invalid:
                change = None
        return _shift_page(space, run, typed, change, error)
    return _shift_page(space, run, typed, change)


def _wanted(run: Run, typed: Mapping[str, str]) -> dict[str, Any]:
    """Return what was typed as a shift: so many days later or earlier, or to a day.

    Raises Invalid for what is none, for both at once, and for neither.
    """
    if typed["days"] and typed["to"]:
        message = _("Give days or a day, not both.")
        raise Invalid(message, fields={"days": [message]})
    if not typed["days"] and not typed["to"]:
        message = _("Say by how many days, or to which day.")
        raise Invalid(message, fields={"days": [message]})
    given = {"days": typed["days"], "from_week": typed["from_week"] or "1", "note": typed["note"]}
    if typed["to"]:
        day = load(DAY, {"to": typed["to"]})["to"]
        week = load(SHIFT, {**given, "days": 0})["from_week"]
        given["days"] = str((day - run.timeline.week_start(week)).days)
    elif typed["way"] == "earlier" and not typed["days"].startswith("-"):
        given["days"] = f"-{typed['days']}"
    return load(SHIFT, given)


def _shifted(ctx: Context, run: Run, wanted: Mapping[str, Any]) -> Change:
    return change_of(ctx, run, shift_of(run, **wanted))


def _done(slug: str, wanted: Mapping[str, Any]) -> Response:
    days, week = wanted["days"], wanted["from_week"]
    length = ngettext("%(num)d day", "%(num)d days", abs(days))
    if days > 0:
        flash(_("Everything from week %(week)d on is %(days)s later.", week=week, days=length))
    else:
        flash(_("Everything from week %(week)d on is %(days)s earlier.", week=week, days=length))
    return redirect(url_for("cohorts.settings", slug=slug, moved=days, from_week=week), 303)


def _shift_page(
    space: Space,
    run: Run,
    typed: Mapping[str, Any],
    change: Change | None = None,
    error: CommunityError | None = None,
) -> Response:
    modules = {module.position: module.title for module in outline(run.version_id).modules}
    weeks = [(1, _("the whole run"))]
    weeks += [
        (
            week,
            _(
                "from week %(week)d on (%(day)s: %(what)s)",
                week=week,
                day=words.day(run.timeline.week_start(week), run.zone),
                what=modules.get(week, _("time to catch up")),
            ),
        )
        for week in range(2, run.weeks + 1)
    ]
    html = render_template(
        "cohorts/shift.html",
        words=words,
        space=space,
        run=run,
        typed=typed,
        change=change,
        weeks=weeks,
        limits=LIMITS,
        **_told(error),
    )
    return make_response(html, error.status if error else 200)


def _told(error: CommunityError | None) -> dict[str, Any]:
    """Return what a page says of an error: by field where it names one, else above the form."""
    errors = said(error.fields) if isinstance(error, Invalid) else {}
    return {"errors": errors, "problem": "" if errors or error is None else error.message}
