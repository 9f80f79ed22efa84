"""A film above the text of its activity."""

from werkzeug.wrappers import Response as AnyResponse

from community.academy.kinds.film.chapters import clock
from community.coursework.operations import say_watched
from community.coursework.pages.blueprint import ACTIVITY, drawn, pages
from community.coursework.queries import film_of, watching
from community.kernel.context import Context
from community.kernel.doors import current_context, signed_in, takes
from community.kernel.errors import CommunityError, Conflict, Unavailable
from community.kernel.feature import Part
from community.progress.pages.activity import VERSION, Shown, activity_page, back_to, shown


def part(_ctx: Context, what: Shown, *, refused: CommunityError | None = None) -> Part:
    """Draw the film where the reader left it; one that is away leaves its text to be read."""
    try:
        film = film_of(what.line.id)
    except Unavailable as error:
        film, refused = None, refused or error
    return drawn(
        "film.html",
        what,
        script="film.js",
        above=True,
        film=film,
        mine=watching(what.enrolment_id, what.line.id),
        clock=clock,
        problem=str(refused.message) if refused else "",
    )


@pages.route(f"{ACTIVITY}/watched", methods=["POST"])
@signed_in
@takes(VERSION)
def say_it(slug: str, module: int, activity: int) -> AnyResponse:
    """Take somebody's word that they watched it elsewhere, or read its text."""
    ctx = current_context()
    what = shown(slug, module, activity)
    try:
        say_watched(ctx, what.run.id, what.line.id)
    except Conflict as error:
        return activity_page(what, part=part(ctx, what, refused=error), status=error.status)
    return back_to(what, "film")
