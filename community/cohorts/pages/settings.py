"""The settings of a run, on one page in its Manage area."""

from collections.abc import Mapping
from typing import Any

from flask import flash, make_response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from community.academy.policy import may_begin_run
from community.academy.queries import outline
from community.accounts.rules import SEARCH_LONGEST
from community.cohorts.models import Run, RunState
from community.cohorts.operations import edit_run, reopen_run, withdraw_run
from community.cohorts.pages import words
from community.cohorts.pages.blueprint import pages
from community.cohorts.pages.typed import plain, said
from community.cohorts.policy import may_edit_run, may_reopen_run, may_withdraw_run
from community.cohorts.queries import space_with_run
from community.cohorts.queries.ending import has_joined, sessions_to_call_off
from community.cohorts.queries.people import could_lead, leads_of
from community.cohorts.queries.versions import course_and_newest
from community.cohorts.rules import MAX_CAPACITY, NAME_LIMIT, reopens_until
from community.cohorts.schemas import RunEditIn
from community.kernel import localtime
from community.kernel.addresses import url_for
from community.kernel.context import Context
from community.kernel.doors import current_context, signed_in, takes
from community.kernel.errors import Conflict, Invalid
from community.kernel.pages import part_of
from community.kernel.policy import abilities, require
from community.kernel.schemas import load
from community.spaces.models import Role, Space
from community.spaces.policy import Grant, may_grant

EDIT = RunEditIn()
FIELDS = ("name", "capacity", "revision")
MAY = {"withdraw": may_withdraw_run, "reopen": may_reopen_run}


@pages.route("/spaces/<slug>/manage/run", methods=["GET", "POST"])
@signed_in
@takes(*FIELDS)
def settings(slug: str) -> Response:
    """Show what can be settled about a run, and change its name and seats."""
    ctx = current_context()
    space, run = run_to_settle(ctx, slug)
    if request.method == "GET":
        return settings_page(ctx, space, run)
    typed = plain(FIELDS)
    try:
        edit_run(ctx, run.id, **load(EDIT, typed))
    except (Invalid, Conflict) as error:
        errors = error.fields if isinstance(error, Invalid) else {}
        problem = "" if errors else error.message
        space, run = run_to_settle(ctx, slug)  # as they are after all
        return settings_page(
            ctx, space, run, error.status, typed=typed, errors=errors, problem=problem
        )
    flash(_("Saved."), "success")
    return redirect(url_for("cohorts.settings", slug=slug), 303)


def run_to_settle(ctx: Context, slug: str) -> tuple[Space, Run]:
    """Return a space by its slug and the run in it, which the actor may change.

    Raises NotFound where there is no run to see, Forbidden.
    """
    space, run = space_with_run(ctx, slug)
    require(may_edit_run, ctx, run)
    return space, run


def settings_page(
    ctx: Context,
    space: Space,
    run: Run,
    status: int = 200,
    *,
    typed: Mapping[str, Any] | None = None,
    errors: Mapping[str, Any] | None = None,
    problem: str = "",
) -> Response:
    """Show the settings; ``typed``, ``errors`` and ``problem`` are of a form that came back."""
    course = outline(run.version_id)
    search = request.args.get("q", "")[:SEARCH_LONGEST]
    today = localtime.in_zone(ctx.now, run.zone).date()
    kept, newest = course_and_newest(run)
    leads = leads_of(run)
    html = render_template(
        "cohorts/settings.html",
        words=words,
        space=space,
        run=run,
        course=course,
        stretches=words.stretches(run.timeline, [m.title for m in course.modules], today),
        today_at=words.today_at(run.timeline, today),
        typed=typed or {"name": space.name, "capacity": run.capacity, "revision": run.revision},
        errors=said(errors or {}),
        problem=problem,
        limits={"name": NAME_LIMIT, "capacity": MAX_CAPACITY},
        newest=newest if run.state is not RunState.CLOSED and newest > course.number else None,
        leads=leads,
        search=search,
        found=could_lead(ctx, run, search),
        roles=_roles(ctx, run),
        calls_off=sessions_to_call_off(ctx, run) if run.state is RunState.OPEN else [],
        closing=part_of("run.closing", ctx, run) if run.state is RunState.OPEN else None,
        joined=run.state is RunState.PLANNED and has_joined(run),
        reopens_until=reopens_until(run.closed_at) if run.closed_at else None,
        can=abilities(MAY, ctx, run),
        may_copy=may_begin_run(ctx, kept),
        undo=_undo(run),
    )
    return make_response(html, status)


def _roles(ctx: Context, run: Run) -> list[tuple[str, str]]:
    names = ((Role.FACILITATOR, _("facilitator")), (Role.ORGANISER, _("organiser")))
    return [(role.value, name) for role, name in names if may_grant(ctx, Grant(run.space_id, role))]


def _undo(run: Run) -> dict[str, Any] | None:
    """Return how to take back the shift that brought the reader here."""
    try:
        days, week = int(request.args.get("moved", "")), int(request.args.get("from_week", "1"))
    except ValueError:
        return None
    if run.state is RunState.CLOSED or not days:
        return None
    return {"days": abs(days), "way": "earlier" if days > 0 else "later", "from_week": week}


# ------------------------------------------------------------------ how it ends


@pages.route("/spaces/<slug>/manage/run/withdraw", methods=["POST"])
@signed_in
def withdraw(slug: str) -> Response:
    """Take back a planned run that nobody has joined."""
    ctx = current_context()
    space, run = run_to_settle(ctx, slug)
    name = space.name
    try:
        withdraw_run(ctx, run.id)
    except Conflict as error:
        flash(error.message, "warning")
        return redirect(url_for("cohorts.settings", slug=slug), 303)
    flash(_("“%(run)s” is withdrawn.", run=name), "success")
    return redirect(url_for("home.week"), 303)


@pages.route("/spaces/<slug>/manage/run/reopen", methods=["POST"])
@signed_in
def reopen(slug: str) -> Response:
    """Take back the closing of a run."""
    ctx = current_context()
    _space, run = run_to_settle(ctx, slug)
    try:
        reopen_run(ctx, run.id)
    except Conflict as error:
        flash(error.message, "warning")
    else:
        flash(_("The run is open again, with its sessions that are still ahead."), "success")
    return redirect(url_for("cohorts.settings", slug=slug), 303)
