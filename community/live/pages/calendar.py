"""The calendar of a space, and the page on which a session is planned."""

import itertools
from collections.abc import Sequence
from typing import Any

from flask import flash, make_response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from community.kernel.addresses import url_for
from community.kernel.doors import current_context, reader, signed_in, takes
from community.kernel.errors import CommunityError, Conflict, Invalid
from community.kernel.keys import form_id, new_key
from community.kernel.localtime import zone_options
from community.kernel.pages import errors_of, local_time
from community.kernel.policy import require
from community.kernel.schemas import load
from community.live import operations, queries
from community.live.models import LiveSession, SessionState
from community.live.pages.blueprint import pages
from community.live.pages.forms import PLANNED, given, typed
from community.live.pages.timing import minutes_up
from community.live.pages.words import begins, was
from community.live.policy import may_schedule_session
from community.live.schemas import PLAN, TITLE, SessionIn
from community.spaces.queries import space_by_slug

PAST_A_PAGE = 20

_SESSION = SessionIn()


@pages.route("/spaces/<slug>/sessions")
@signed_in
def session_list(slug: str) -> str:
    """Show what is live, what is to come by day, and what was, with one's own attendance."""
    ctx = current_context()
    space = space_by_slug(ctx, slug)
    ahead = queries.sessions_of(ctx, space.id)
    past = queries.sessions_page(
        queries.past_sessions(ctx, space.id), PAST_A_PAGE, request.args.get("page")
    )
    to_come = [row for row in ahead if row.state is not SessionState.LIVE]
    return render_template(
        "live/session_list.html",
        space=space,
        live=[row for row in ahead if row.state is SessionState.LIVE],
        days=_by_day(to_come),
        open_ids={row.id for row in to_come if queries.is_open(row, ctx.now)},
        past=past,
        mine=queries.my_seconds(ctx, [row.id for row in past.items]),
        may_schedule=may_schedule_session(ctx, space) and space.archived_at is None,
        minutes_of=minutes_up,
        begins=lambda row: begins(row.starts_at, ctx.now),
        was=was,
    )


def _by_day(sessions: Sequence[LiveSession]) -> list[tuple[str, list[LiveSession]]]:
    days = itertools.groupby(sessions, key=lambda row: local_time(row.starts_at, "day"))
    return [(day, list(rows)) for day, rows in days]


@pages.route("/spaces/<slug>/sessions/new", methods=["GET", "POST"])
@signed_in
@takes(*PLANNED, "nonce")
def new_session(slug: str) -> Response:
    """Schedule a session."""
    ctx = current_context()
    space = space_by_slug(ctx, slug)
    require(may_schedule_session, ctx, space)
    if request.method == "GET":
        zone = queries.usual_zone(space.id) or reader().zone
        return _page(space, {"zone": zone, "minutes": 60, "nonce": new_key().hex}, None)
    fields = typed(*PLANNED)
    nonce = request.form.get("nonce", "")
    plan = {**given(fields, "minutes"), "client_id": form_id(nonce, *fields.values())}
    try:
        made = operations.schedule_session(ctx, space.id, ahead=True, **load(_SESSION, plan))
    except (Invalid, Conflict) as error:
        return _page(space, {**fields, "nonce": nonce}, error)
    flash(_("The session is planned."), "success")
    return redirect(url_for("live.session", session_id=made.id), 303)


def _page(space: Any, fields: dict[str, Any], error: CommunityError | None) -> Response:
    html = render_template(
        "live/new_session.html",
        space=space,
        typed=fields,
        errors=errors_of(error, "title"),
        zones=zone_options(fields["zone"]),
        title_length=TITLE,
        plan_length=PLAN,
    )
    return make_response(html, error.status if error else 200)
