"""The desk of those who run a space: what needs them today, its lists, everybody's progress."""

import uuid
from collections.abc import Callable

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from community.cohorts.models import Run
from community.cohorts.operations import close_run, open_run
from community.cohorts.policy import may_close_run, may_edit_run, may_open_run
from community.cohorts.queries import run_of
from community.coursework.pages import closing
from community.home.pages import tables, words
from community.home.pages.blueprint import pages
from community.home.pages.words.times import rescue_words
from community.home.queries.desk import desk as desk_of
from community.home.queries.desk import desk_head
from community.kernel import sheets
from community.kernel.addresses import url_for
from community.kernel.context import Context
from community.kernel.doors import current_context, reader, signed_in, takes
from community.kernel.errors import Conflict, NotFound
from community.kernel.policy import abilities
from community.kernel.schemas import load
from community.progress.queries import SHOWS, matrix
from community.progress.schemas import SearchIn
from community.spaces.models import RESCUE_HOURS
from community.spaces.operations import set_rescue_time
from community.spaces.policy import organises
from community.spaces.queries import space_by_slug
from community.spaces.schemas import RescueIn

ABILITIES = {"open": may_open_run, "close": may_close_run, "edit": may_edit_run}
_SEARCH = SearchIn()
_RESCUE = RescueIn()


@pages.route("/spaces/<slug>/manage")
@signed_in
def desk(slug: str) -> str:
    """Show what a space needs, and the matrix of its run, by ``?show=`` and ``?q=``."""
    ctx = current_context()
    show, search = _asked()
    found = desk_of(
        ctx,
        slug,
        zone=reader().zone,
        show=show,
        search=search,
        page=request.args.get("page") or None,
    )
    run = found.run
    can = abilities(ABILITIES, ctx, run) if run else {}
    organising = organises(ctx, found.space.id)
    runs = [
        (mine, [words.line(need, mine.slug, mine.run, organising=False) for need in mine.needs])
        for mine in found.runs
    ]
    return render_template(
        "home/desk.html" if run else "home/network_desk.html",
        words=words,
        desk=found,
        runs=runs,
        lines=[words.line(need, slug, run, organising=organising) for need in found.needs],
        space=found.space,
        run=run,
        can=can,
        organising=organising,
        remark=tables.remark,
        closing=closing.words(found.hand_ins) if found.hand_ins else "",
    )


def _asked() -> tuple[str, str]:
    """Return which learners are asked for: a filter, and part of a name.

    A filter that is none shows everybody. Raises Invalid for a search that is too long.
    """
    show = request.args.get("show", "all")
    search: str = load(_SEARCH, {"search": request.args.get("q", "")})["search"]
    return show if show in SHOWS else "all", search


@pages.route("/spaces/<slug>/manage/<name>")
@signed_in
def desk_list(slug: str, name: str) -> str:
    """Show one of the lists behind the numbers of the desk."""
    ctx = current_context()
    if name not in tables.NAMES:
        raise NotFound
    head = desk_head(ctx, slug, of_run=name in tables.OF_RUNS)
    page = request.args.get("page") or None
    found = tables.table(ctx, head, name, limit=tables.A_PAGE, page=page)
    return render_template(
        "home/list.html",
        space=head.space,
        run=head.run,
        table=found,
        me=ctx.actor_id,
        rescue_times=[(hours, rescue_words(hours)) for hours in RESCUE_HOURS]
        if name == "questions" and organises(ctx, head.space.id)
        else (),
        file_url=lambda ending: url_for("home.desk_file", slug=slug, name=name, ending=ending),
    )


@pages.route("/spaces/<slug>/manage/<name>/<ending>")
@signed_in
def desk_file(slug: str, name: str, ending: str) -> Response:
    """Give a list or the matrix as a file: the same rows, in the same order and words."""
    ctx = current_context()
    if name not in {"matrix", *tables.NAMES} or ending not in sheets.ENDINGS:
        raise NotFound
    head = desk_head(ctx, slug, of_run=name in tables.OF_RUNS)
    if name != "matrix":
        found = tables.table(ctx, head, name, limit=tables.MOST)
        heads, rows = found.heads, [line.cells for line in found.lines]
    else:
        if head.run is None:
            raise NotFound
        show, search = _asked()
        whole = matrix(ctx, head.run, show=show, search=search, limit=tables.MOST)
        heads, rows = tables.matrix_heads(whole), tables.matrix_rows(whole)
    sheet = sheets.Sheet(name=f"{slug}-{name}", heads=heads, rows=rows)
    return sheets.answer(sheet, ending)


@pages.route("/spaces/<slug>/manage/open", methods=["POST"])
@signed_in
def open_the_run(slug: str) -> Response:
    """Open the run of a space: its threads and sessions are made."""
    return _turn(slug, open_run, _("The run is open. Its threads and sessions are in place."))


@pages.route("/spaces/<slug>/manage/close", methods=["POST"])
@signed_in
def close_the_run(slug: str) -> Response:
    """Close the run of a space: everything stays to be read, nothing more is counted."""
    done = _(
        "The run is closed. What is here stays to be read. You can reopen it in its settings,"
        " within a week."
    )
    return _turn(slug, close_run, done)


@pages.route("/spaces/<slug>/manage/rescue-time", methods=["POST"])
@signed_in
@takes("hours")
def rescue_time(slug: str) -> Response:
    """Say after how long without an answer the questions of a space stand on its desk."""
    ctx = current_context()
    space = space_by_slug(ctx, slug)
    given = load(_RESCUE, {"hours": request.form.get("hours", "")})
    try:
        set_rescue_time(ctx, space.id, **given)
    except Conflict as error:
        flash(str(error.message), "warning")
    else:
        flash(
            _(
                "A question stands here once nobody has answered it for %(time)s.",
                time=rescue_words(given["hours"]),
            ),
            "success",
        )
    return redirect(url_for("home.desk_list", slug=slug, name="questions"), 303)


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
