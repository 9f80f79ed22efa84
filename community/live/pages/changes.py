"""What the forms do that change what is planned: edit, move, call off, hold after all."""

import uuid

from flask import flash, make_response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from community.kernel.addresses import url_for
from community.kernel.context import Context
from community.kernel.doors import current_context, signed_in, takes
from community.kernel.errors import CommunityError, Conflict, Invalid
from community.kernel.localtime import zone_options
from community.kernel.pages import errors_of
from community.kernel.policy import require
from community.kernel.schemas import load
from community.live import operations, queries
from community.live.models import LiveSession
from community.live.operations.planning import why_fixed
from community.live.pages.blueprint import pages
from community.live.pages.forms import PLANNED, given, typed
from community.live.pages.session import session_page
from community.live.policy import find_session, may_edit_session
from community.live.schemas import PLAN, TITLE, CallOffIn, EditIn, MoveIn, ReinstateIn

_EDIT, _MOVE, _CALL_OFF, _REINSTATE = EditIn(), MoveIn(), CallOffIn(), ReinstateIn()


@pages.route("/sessions/<uuid:session_id>/edit", methods=["GET", "POST"])
@signed_in
@takes(*PLANNED, "edition")
def edit(session_id: uuid.UUID) -> Response:
    """Change what is planned; whoever is second is told, and keeps what was typed."""
    ctx = current_context()
    row = find_session(ctx, session_id)
    require(may_edit_session, ctx, row)
    if request.method == "GET":
        planned = {name: getattr(row, name) for name in PLANNED}
        planned["local_at"] = _typed_time(row)
        return _edit_page(ctx, row, planned, None)
    fields = typed(*PLANNED, "edition")
    before = row.sequence
    try:
        row = operations.edit_session(
            ctx, session_id, **load(_EDIT, given(fields, "minutes", "edition"))
        )
    except (Invalid, Conflict) as error:
        return _edit_page(ctx, find_session(ctx, session_id), fields, error)
    told = row.sequence > before
    flash(_("The session is moved.") if told else _("The changes are saved."), "success")
    return _back(session_id)


@pages.route("/sessions/<uuid:session_id>/move", methods=["POST"])
@signed_in
@takes("local_at", "edition")
def move(session_id: uuid.UUID) -> Response:
    """Move a session to another time of the clock it goes by."""
    ctx = current_context()
    row = find_session(ctx, session_id)
    fields = typed("local_at", "edition")
    try:
        to = load(_MOVE, given(fields, "edition"))
        [row] = operations.move_sessions(
            ctx, {session_id: to["local_at"]}, editions={session_id: to["edition"]}
        )
    except (Invalid, Conflict) as error:
        now = find_session(ctx, session_id)
        return session_page(ctx, now, error, doing="move", typed=fields)
    same = str(row.edition) == fields["edition"]
    flash(_("It is at this time already.") if same else _("The session is moved."), "info")
    return _back(session_id)


@pages.route("/sessions/<uuid:session_id>/call-off", methods=["POST"])
@signed_in
@takes("reason")
def call_off(session_id: uuid.UUID) -> Response:
    """Call a session off; its members read why."""
    ctx = current_context()
    find_session(ctx, session_id)
    fields = typed("reason")
    try:
        operations.call_off_session(ctx, session_id, **load(_CALL_OFF, fields))
    except (Invalid, Conflict) as error:
        now = find_session(ctx, session_id)
        return session_page(ctx, now, error, doing="call_off", typed=fields)
    flash(_("The session is called off. Until its time you can hold it after all."), "success")
    return _back(session_id)


@pages.route("/sessions/<uuid:session_id>/reinstate", methods=["POST"])
@signed_in
@takes("local_at")
def reinstate(session_id: uuid.UUID) -> Response:
    """Hold a session after all that was called off."""
    ctx = current_context()
    find_session(ctx, session_id)
    fields = typed("local_at")
    try:
        at = load(_REINSTATE, fields if fields["local_at"] else {})
        operations.reinstate_session(ctx, session_id, **at)
    except (Invalid, Conflict) as error:
        now = find_session(ctx, session_id)
        return session_page(ctx, now, error, doing="reinstate", typed=fields)
    flash(_("The session takes place after all."), "success")
    return _back(session_id)


def _edit_page(
    ctx: Context, row: LiveSession, fields: dict[str, str], error: CommunityError | None
) -> Response:
    """Return the form; where somebody was faster also what they made of it, to decide between."""
    outdated = isinstance(error, Conflict) and "edition" in error.details
    html = render_template(
        "live/edit_session.html",
        session=row,
        space=queries.space_of(ctx, row),
        typed=fields,
        edition=row.edition if outdated else fields.get("edition", row.edition),
        outdated=outdated,
        closed=why_fixed(row),
        errors=errors_of(error, "session"),
        zones=zone_options(fields["zone"]),
        title_length=TITLE,
        plan_length=PLAN,
    )
    return make_response(html, error.status if error else 200)


def _typed_time(row: LiveSession) -> str:
    """Return the planned time as a field of a form holds it."""
    return row.local_at.isoformat(timespec="minutes")


def _back(session_id: uuid.UUID) -> Response:
    return redirect(url_for("live.session", session_id=session_id), 303)
