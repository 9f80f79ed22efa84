"""The page of a room, and the pages of what was said there earlier."""

import uuid

from flask import make_response, render_template, request
from werkzeug.wrappers import Response

from community.kernel.context import Context
from community.kernel.doors import current_context, reader, signed_in
from community.kernel.errors import CommunityError
from community.kernel.keys import new_key
from community.kernel.pages import errors_of
from community.kernel.paging import page_of
from community.kernel.policy import abilities
from community.live import queries, rules
from community.live.models import LiveSession
from community.live.pages.blueprint import pages
from community.live.pages.lines import chat_markup
from community.live.pages.plan import shown_plan
from community.live.pages.words import moves
from community.live.policy import ABILITIES, find_session
from community.live.schemas import LINK, MESSAGE, dump_people
from community.spaces.policy import silence_in, takes_part

LINES_SHOWN = 100
LINES_A_PAGE = 100


@pages.route("/sessions/<uuid:session_id>/room")
@signed_in
def room(session_id: uuid.UUID) -> Response:
    """Show the room: plan, chat, hands and people; ``?page=`` shows earlier lines."""
    ctx = current_context()
    row = find_session(ctx, session_id)
    if request.args.get("page"):
        return _earlier_lines(ctx, row)
    return room_page(ctx, row)


def room_page(
    ctx: Context, row: LiveSession, error: CommunityError | None = None, **typed: str
) -> Response:
    """Return the page of a room; ``error`` and ``typed``: what was refused, as it was typed."""
    shown = queries.room_of(ctx, row.id, messages=LINES_SHOWN + 1)
    began = max(row.starts_at, shown.started_at or row.starts_at)
    html = render_template(
        "live/room.html",
        session=row,
        room=shown,
        lines=chat_markup(
            shown.messages[-LINES_SHOWN:], {"started": shown.started_at, "ended": shown.ended_at}
        ),
        has_earlier=len(shown.messages) > LINES_SHOWN,
        people=dump_people(shown.people),
        occupants=shown.people[: queries.PEOPLE_SHOWN],
        space=queries.space_of(ctx, row),
        can=abilities(ABILITIES, ctx, row),
        observer=not takes_part(ctx, row.space_id),
        silence=silence_in(ctx, row.space_id),
        is_open=queries.is_open(row, ctx.now),
        lapsed=queries.never_took_place(row, ctx.now),
        moves=moves(row),
        opens_at=rules.opens_at(row.starts_at),
        ends_at=rules.planned_end(began, row.minutes),
        began=began,
        plan=shown_plan(row.plan, row.minutes),
        step_at=lambda step: rules.planned_end(began, step.start),
        zone=reader().zone,
        me=ctx.person,
        my_hand=any(hand.person.id == ctx.person for hand in shown.hands),
        nonce=new_key().hex,
        message_length=MESSAGE,
        link_length=LINK,
        typed=typed,
        errors=errors_of(error, "body"),
    )
    return make_response(html, error.status if error else 200)


def _earlier_lines(ctx: Context, row: LiveSession) -> Response:
    """Show the chat on a page of its own, from one bookmark on; ``last`` is where it ends."""
    asked = request.args["page"]
    found = page_of(
        queries.messages_of(ctx, row.id),
        limit=LINES_A_PAGE,
        page=None if asked == "last" else asked,
    )
    html = render_template(
        "live/lines.html",
        session=row,
        space=queries.space_of(ctx, row),
        lines=chat_markup([queries.said_message(line) for line in reversed(found.items)]),
        earlier=found.next,
        later=found.previous,
    )
    return make_response(html)
