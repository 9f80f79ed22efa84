"""The first page of a space: of the network, or of a run."""

from flask import render_template

from community.academy.queries import courses
from community.cohorts.queries import my_runs
from community.home.pages import words
from community.home.pages.blueprint import pages
from community.home.queries.overview import overview, space_with_my_run
from community.kernel.doors import current_context, signed_in
from community.spaces.models import SpaceKind
from community.spaces.policy import facilitates, organises, takes_part

COURSES_SHOWN = 5


@pages.route("/spaces/<slug>")
@signed_in
def space(slug: str) -> str:
    """Show a space at a glance."""
    ctx = current_context()
    found, mine = space_with_my_run(ctx, slug)
    values = {
        "words": words,
        "space": found,
        "around": overview(ctx, found, with_leads=mine is not None),
        "may_write": takes_part(ctx, found.id),
        "leads_here": facilitates(ctx, found.id),
    }
    if mine is not None:
        return render_template("home/run.html", mine=mine, run=mine.run, **values)
    network = found.kind is SpaceKind.NETWORK
    organising = network and organises(ctx, found.id)
    return render_template(
        "home/space.html",
        runs=my_runs(ctx) if network else [],
        organising=organising,
        courses=courses(ctx, found.id)[:COURSES_SHOWN] if organising else [],
        **values,
    )
