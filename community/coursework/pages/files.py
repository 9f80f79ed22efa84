"""What there is to open, under the text of its activity."""

from flask import make_response, redirect, render_template
from werkzeug.wrappers import Response as AnyResponse

from community.coursework.operations import open_file
from community.coursework.pages.blueprint import ACTIVITY, drawn, pages
from community.coursework.queries import opens
from community.kernel.addresses import site_path
from community.kernel.context import Context
from community.kernel.doors import current_context, signed_in, takes
from community.kernel.errors import CommunityError, Conflict
from community.kernel.feature import Part
from community.progress.pages.activity import VERSION, Shown, activity_page, shown


def part(_ctx: Context, what: Shown, *, refused: CommunityError | None = None) -> Part:
    """Draw the way to the file or the link, with how large it is."""
    problem = str(refused.message) if refused else ""
    return drawn("file.html", what, script="file.js", opens=opens(what.line.id), problem=problem)


@pages.route(f"{ACTIVITY}/open", methods=["POST"])
@signed_in
@takes(VERSION)
def open_it(slug: str, module: int, activity: int) -> AnyResponse:
    """Count that it is opened, and lead on to it.

    To an address elsewhere by a page of ours: no form of ours leads away (``form-action``).
    """
    ctx = current_context()
    what = shown(slug, module, activity)
    try:
        open_file(ctx, what.run.id, what.line.id)
    except Conflict as error:
        return activity_page(what, part=part(ctx, what, refused=error), status=error.status)
    found = opens(what.line.id)
    if found.is_file:
        return redirect(site_path(found.address), 303)
    html = render_template("coursework/leading_on.html", what=what, opens=found)
    return make_response(html)
