"""What the forms of a session and its room do."""

import uuid

from flask import flash, redirect, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from community.kernel.addresses import url_for
from community.kernel.doors import current_context, signed_in, takes
from community.kernel.errors import Conflict, Invalid
from community.kernel.keys import form_id
from community.kernel.schemas import load
from community.live import operations
from community.live.pages.blueprint import pages
from community.live.pages.room import room_page
from community.live.pages.session import session_page
from community.live.policy import find_session
from community.live.schemas import MessageIn, VideoLinkIn

_MESSAGE, _LINK = MessageIn(), VideoLinkIn()


@pages.route("/sessions/<uuid:session_id>/messages", methods=["POST"])
@signed_in
@takes("body", "nonce")
def say(session_id: uuid.UUID) -> Response:
    """Write a line; what cannot be taken comes back as it was typed."""
    ctx = current_context()
    typed = request.form.get("body", "")
    row = find_session(ctx, session_id)
    try:
        fields = load(_MESSAGE, {"body": typed})
        # Sent twice from one page it counts once.
        fields["client_id"] = form_id(request.form.get("nonce", ""), fields["body"])
        operations.post_message(ctx, session_id, **fields)
    except (Invalid, Conflict) as error:
        return room_page(ctx, row, error, body=typed)
    return _back_to_room(session_id, "say")


@pages.route("/sessions/<uuid:session_id>/hands", methods=["POST"])
@signed_in
def raise_hand(session_id: uuid.UUID) -> Response:
    """Raise one's hand."""
    operations.raise_hand(current_context(), session_id)
    return _back_to_room(session_id, "hands")


@pages.route("/sessions/<uuid:session_id>/hands/<uuid:user_id>/lower", methods=["POST"])
@signed_in
def lower_hand(session_id: uuid.UUID, user_id: uuid.UUID) -> Response:
    """Lower a hand."""
    operations.lower_hand(current_context(), session_id, user_id)
    return _back_to_room(session_id, "hands")


@pages.route("/sessions/<uuid:session_id>/start", methods=["POST"])
@signed_in
def start(session_id: uuid.UUID) -> Response:
    """Start a session, and go into its room; also when another facilitator was faster."""
    try:
        operations.start_session(current_context(), session_id)
    except Conflict as error:
        flash(str(error.message), "info")
    return _back_to_room(session_id)


@pages.route("/sessions/<uuid:session_id>/end", methods=["POST"])
@signed_in
def end(session_id: uuid.UUID) -> Response:
    """End a session; leads to who was there, also when another facilitator was faster."""
    try:
        operations.end_session(current_context(), session_id)
    except Conflict as error:
        flash(str(error.message), "info")
    else:
        flash(_("The session is over. Everybody's attendance is written."), "success")
    return redirect(url_for("live.session", session_id=session_id, _anchor="attendance"), 303)


@pages.route("/sessions/<uuid:session_id>/video-link", methods=["POST"])
@signed_in
@takes("url", "back")
def video_link(session_id: uuid.UUID) -> Response:
    """Set or take away the video link, from the session's page or from its room."""
    ctx = current_context()
    typed = request.form.get("url", "").strip()
    in_room = request.form.get("back") == "room"
    row = find_session(ctx, session_id)
    try:
        operations.set_video_link(ctx, session_id, **load(_LINK, {"url": typed}))
    except (Invalid, Conflict) as error:
        if in_room:
            return room_page(ctx, row, error, url=typed)
        return session_page(ctx, row, error, doing="url", typed={"url": typed})
    flash(_("The video link is saved.") if typed else _("The video link is gone."), "success")
    if in_room:
        return _back_to_room(session_id)
    return redirect(url_for("live.session", session_id=session_id), 303)


def _back_to_room(session_id: uuid.UUID, anchor: str | None = None) -> Response:
    return redirect(url_for("live.room", session_id=session_id, _anchor=anchor), 303)
