"""The desk of those who run a space: what needs them today, the numbers, everybody's progress."""

import uuid
from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from community.cohorts.models import Run
from community.cohorts.operations import close_run, open_run
from community.cohorts.policy import may_close_run, may_open_run
from community.cohorts.queries import run_of
from community.home.pages import words
from community.home.pages.blueprint import pages
from community.home.queries.desk import desk as desk_of
from community.home.queries.desk import questions as waiting_questions
from community.kernel.context import Context
from community.kernel.doors import current_context, signed_in
from community.kernel.errors import Conflict, NotFound
from community.kernel.policy import abilities
from community.progress.queries import SHOWS
from community.spaces.policy import organises
from community.spaces.queries import space_by_slug

ABILITIES = {"open": may_open_run, "close": may_close_run}


@pages.route("/spaces/<slug>/manage")
@signed_in
def desk(slug: str) -> str:
    """Show what a space needs, and the matrix of its run, filtered by ``?show=``."""
    ctx = current_context()
    show = request.args.get("show", "all")
    found = desk_of(
        ctx, slug, show=show if show in SHOWS else "all", page=request.args.get("page") or None
    )
    run = found.run
    return render_template(
        "home/desk.html" if run else "home/network_desk.html",
        words=words,
        desk=found,
        space=found.space,
        run=run,
        can=abilities(ABILITIES, ctx, run) if run else {},
        organising=organises(ctx, found.space.id),
    )


@pages.route("/spaces/<slug>/manage/questions")
@signed_in
def questions(slug: str) -> str:
    """List the questions that wait for an answer, and no others."""
    space, waiting = waiting_questions(current_context(), slug)
    return render_template("home/questions.html", space=space, questions=waiting)


@pages.route("/spaces/<slug>/manage/open", methods=["POST"])
@signed_in
def open_the_run(slug: str) -> Response:
    """Open the run of a space: its threads and sessions are made."""
    return _turn(slug, open_run, _("The run is open. Its threads and sessions are in place."))


@pages.route("/spaces/<slug>/manage/close", methods=["POST"])
@signed_in
def close_the_run(slug: str) -> Response:
    """Close the run of a space: everything stays to be read, nothing more is counted."""
    return _turn(slug, close_run, _("The run is closed. What is here stays to be read."))


def _turn(slug: str, act: Callable[[Context, uuid.UUID], Run], done: str) -> Response:
    """Open or close the run of a space and go back to its desk; a second click says why not."""
    ctx = current_context()
    run = run_of(ctx, space_by_slug(ctx, slug).id)
    if run is None:
        raise NotFound
    try:
        act(ctx, run.id)
    except Conflict as error:
        flash(str(error.message), "warning")
    else:
        flash(done, "success")
    return redirect(url_for("home.desk", slug=slug), 303)
