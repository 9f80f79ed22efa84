"""A checklist under the text of its activity."""

from flask import request
from werkzeug.wrappers import Response as AnyResponse

from community.academy.kinds.builtin import CHECKLIST
from community.coursework.operations import tick
from community.coursework.pages.blueprint import ACTIVITY, drawn, pages, shown_as
from community.coursework.queries import items_of, ticked_items
from community.coursework.schemas import TicksIn
from community.kernel.context import Context
from community.kernel.doors import current_context, signed_in, takes
from community.kernel.errors import CommunityError, Conflict, Invalid
from community.kernel.feature import Part
from community.kernel.schemas import load
from community.progress.pages.activity import VERSION, Shown, activity_page, back_to

_TICKS = TicksIn()


def part(ctx: Context, what: Shown, *, refused: CommunityError | None = None) -> Part:
    """Draw the list with what the reader has ticked."""
    mine = what.enrolment_id
    return drawn(
        "checklist.html",
        what,
        script="checklist.js",
        items=items_of(what.line.id),
        ticked=ticked_items(mine, what.line.id) if mine else frozenset(),
        problem=str(refused.message) if refused else "",
    )


@pages.route(f"{ACTIVITY}/checklist", methods=["POST"])
@signed_in
@takes("client_id", "items", VERSION)
def save_checklist(slug: str, module: int, activity: int) -> AnyResponse:
    """Keep which items are ticked."""
    ctx = current_context()
    what = shown_as(CHECKLIST.name, slug, module, activity)
    form = request.form
    try:
        sent = {"items": form.getlist("items"), "client_id": form.get("client_id", "")}
        tick(ctx, what.run.id, what.line.id, **load(_TICKS, sent))
    except (Invalid, Conflict) as error:
        return activity_page(what, part=part(ctx, what, refused=error), status=error.status)
    return back_to(what, "checklist")
