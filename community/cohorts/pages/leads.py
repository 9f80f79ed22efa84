"""Who leads a run: chosen, and released, on the page of its settings."""

import uuid

from flask import flash, redirect, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from community.cohorts.operations import appoint_lead, dismiss_lead
from community.cohorts.pages.blueprint import pages
from community.cohorts.pages.settings import run_to_settle, settings_page
from community.cohorts.schemas import AppointIn, DismissIn
from community.kernel.addresses import url_for
from community.kernel.doors import current_context, signed_in, takes
from community.kernel.errors import Conflict, Invalid
from community.kernel.schemas import load

APPOINT, DISMISS = AppointIn(), DismissIn()


@pages.route("/spaces/<slug>/manage/run/leads/<uuid:user_id>", methods=["POST"])
@signed_in
@takes("role")
def appoint(slug: str, user_id: uuid.UUID) -> Response:
    """Let somebody lead the run."""
    ctx = current_context()
    space, run = run_to_settle(ctx, slug)
    try:
        appoint_lead(ctx, run.id, user_id, **load(APPOINT, {"role": request.form.get("role", "")}))
    except (Conflict, Invalid) as error:
        return settings_page(ctx, space, run, error.status, problem=error.message)
    flash(_("They lead the run from now on."), "success")
    return redirect(url_for("cohorts.settings", slug=slug, _anchor="leads"), 303)


@pages.route("/spaces/<slug>/manage/run/leads/<uuid:user_id>/end", methods=["POST"])
@signed_in
@takes("role")
def dismiss(slug: str, user_id: uuid.UUID) -> Response:
    """Let somebody lead the run no more."""
    ctx = current_context()
    space, run = run_to_settle(ctx, slug)
    given = {"role": request.form.get("role", "") or None}
    try:
        dismiss_lead(ctx, run.id, user_id, **load(DISMISS, given))
    except (Conflict, Invalid) as error:
        return settings_page(ctx, space, run, error.status, problem=error.message)
    if user_id == ctx.actor_id:
        flash(_("You lead this run no more."), "success")
        return redirect(url_for("home.week"), 303)
    flash(_("They lead the run no more."), "success")
    return redirect(url_for("cohorts.settings", slug=slug, _anchor="leads"), 303)
