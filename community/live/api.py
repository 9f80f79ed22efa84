"""Sessions and their rooms over JSON."""

import uuid
from typing import Any

from community.kernel.api import ApiBlueprint
from community.kernel.doors import current_context, signed_in
from community.kernel.frame import Person
from community.kernel.paging import Page, PageIn, page_of
from community.kernel.policy import require
from community.live import operations, queries
from community.live.models import LiveSession
from community.live.policy import find_session, may_see_attendance
from community.live.schemas import (
    AttendancePageOut,
    CallOffIn,
    EditIn,
    HandIn,
    HandListOut,
    MessageIn,
    MessageOut,
    MessagePageOut,
    MoveIn,
    MyAttendanceOut,
    PeopleOut,
    ReinstateIn,
    SessionIn,
    SessionOut,
    SessionPageOut,
    UpcomingListOut,
    VideoLinkIn,
)
from community.spaces.policy import find_space

UPCOMING = 50

api = ApiBlueprint("live", "Live sessions and their rooms")


def _find(session_id: uuid.UUID) -> LiveSession:
    return find_session(current_context(), session_id)


# ---------- sessions ----------


@api.route("/sessions")
@signed_in
@api.response(200, UpcomingListOut)
def upcoming() -> dict[str, Any]:
    """List my sessions that are live or to come, at most 50; those that are live come first."""
    return {"items": queries.upcoming(current_context(), UPCOMING)}


@api.route("/spaces/<uuid:space_id>/sessions")
@signed_in
@api.arguments(PageIn, location="query")
@api.response(200, SessionPageOut)
def sessions(given: dict[str, Any], space_id: uuid.UUID) -> Page:
    """List all sessions of a space, the latest first."""
    ctx = current_context()
    find_space(ctx, space_id)
    return queries.sessions_page(queries.all_sessions(ctx, space_id), **given)


@api.route("/spaces/<uuid:space_id>/sessions", methods=["POST"])
@signed_in
@api.arguments(SessionIn)
@api.response(201, SessionOut)
def schedule(given: dict[str, Any], space_id: uuid.UUID) -> LiveSession:
    """Schedule a session in a space, as an organiser or facilitator.

    With a ``client_id``, a repeat answers the session that is there.
    """
    return operations.schedule_session(current_context(), space_id, ahead=True, **given)


@api.route("/sessions/<uuid:session_id>")
@signed_in
@api.response(200, SessionOut)
def session(session_id: uuid.UUID) -> LiveSession:
    """Read a session."""
    return _find(session_id)


@api.route("/sessions/<uuid:session_id>", methods=["PUT"])
@signed_in
@api.arguments(EditIn)
@api.response(200, SessionOut)
def edit(given: dict[str, Any], session_id: uuid.UUID) -> LiveSession:
    """Change what is planned of a session that has not begun; organisers and facilitators.

    409 when somebody else has changed it since ``edition``: nothing is overwritten.
    """
    return operations.edit_session(current_context(), session_id, **given)


@api.route("/sessions/<uuid:session_id>/move", methods=["POST"])
@signed_in
@api.arguments(MoveIn)
@api.response(200, SessionOut)
def move(given: dict[str, Any], session_id: uuid.UUID) -> LiveSession:
    """Move a session that has not begun to another time of the clock it goes by."""
    [moved] = operations.move_sessions(
        current_context(),
        {session_id: given["local_at"]},
        editions={session_id: given["edition"]},
    )
    return moved


@api.route("/sessions/<uuid:session_id>/call-off", methods=["POST"])
@signed_in
@api.arguments(CallOffIn)
@api.response(200, SessionOut)
def call_off(given: dict[str, Any], session_id: uuid.UUID) -> LiveSession:
    """Call off a session that has not begun, with a reason for its members."""
    return operations.call_off_session(current_context(), session_id, **given)


@api.route("/sessions/<uuid:session_id>/reinstate", methods=["POST"])
@signed_in
@api.arguments(ReinstateIn, required=False)
@api.response(200, SessionOut)
def reinstate(given: dict[str, Any], session_id: uuid.UUID) -> LiveSession:
    """Hold a session after all that was called off, at its time or at another."""
    return operations.reinstate_session(current_context(), session_id, **given)


@api.route("/sessions/<uuid:session_id>/video-link", methods=["PUT"])
@signed_in
@api.arguments(VideoLinkIn)
@api.response(200, SessionOut)
def video_link(given: dict[str, Any], session_id: uuid.UUID) -> LiveSession:
    """Say where picture and sound are, or that they are nowhere; organisers and facilitators."""
    return operations.set_video_link(current_context(), session_id, **given)


@api.route("/sessions/<uuid:session_id>/start", methods=["POST"])
@signed_in
@api.response(200, SessionOut)
def start(session_id: uuid.UUID) -> LiveSession:
    """Start a session; organisers and facilitators."""
    return operations.start_session(current_context(), session_id)


@api.route("/sessions/<uuid:session_id>/end", methods=["POST"])
@signed_in
@api.response(200, SessionOut)
def end(session_id: uuid.UUID) -> LiveSession:
    """End a session and write everybody's attendance; organisers and facilitators."""
    return operations.end_session(current_context(), session_id)


# ---------- the room ----------


@api.route("/sessions/<uuid:session_id>/messages")
@signed_in
@api.arguments(PageIn, location="query")
@api.response(200, MessagePageOut)
def messages(given: dict[str, Any], session_id: uuid.UUID) -> Page:
    """List what was said in a room, the last line first."""
    _find(session_id)
    page = page_of(queries.messages_of(current_context(), session_id), **given)
    return Page([queries.said_message(row) for row in page.items], page.next, page.previous)


@api.route("/sessions/<uuid:session_id>/messages", methods=["POST"])
@signed_in
@api.arguments(MessageIn)
@api.response(201, MessageOut)
def say(given: dict[str, Any], session_id: uuid.UUID) -> queries.SaidMessage:
    """Write a line to a room; with a ``client_id``, a repeat answers the line that is there."""
    message = operations.post_message(current_context(), session_id, **given)
    return queries.messages_by_id([message.id])[message.id]


@api.route("/sessions/<uuid:session_id>/hands")
@signed_in
@api.response(200, HandListOut)
def hands(session_id: uuid.UUID) -> dict[str, Any]:
    """List the raised hands, the longest raised first."""
    return {"items": queries.raised_hands(_find(session_id).id)}


@api.route("/sessions/<uuid:session_id>/hands", methods=["POST"])
@signed_in
@api.arguments(HandIn, required=False)
@api.response(201, HandListOut)
def raise_hand(given: dict[str, Any], session_id: uuid.UUID) -> dict[str, Any]:
    """Raise my hand; answers the queue."""
    operations.raise_hand(current_context(), session_id, **given)
    return {"items": queries.raised_hands(session_id)}


@api.route("/sessions/<uuid:session_id>/hands/<uuid:user_id>", methods=["DELETE"])
@signed_in
@api.response(204)
def lower_hand(session_id: uuid.UUID, user_id: uuid.UUID) -> None:
    """Lower my hand; facilitators lower anybody's. A hand that is down stays down."""
    operations.lower_hand(current_context(), session_id, user_id)


@api.route("/sessions/<uuid:session_id>/people")
@signed_in
@api.response(200, PeopleOut)
def people(session_id: uuid.UUID) -> dict[str, Any]:
    """Say who is in the room now; the list holds the first 100, the count is of all."""
    found = queries.people_in([_find(session_id).id], current_context().now)[session_id]
    return {"count": len(found), "people": found[: queries.PEOPLE_SHOWN]}


# ---------- attendance ----------


@api.route("/sessions/<uuid:session_id>/attendance")
@signed_in
@api.arguments(PageIn, location="query")
@api.response(200, AttendancePageOut)
def attendance(given: dict[str, Any], session_id: uuid.UUID) -> Page:
    """List who attended and when, by name; organisers and facilitators."""
    ctx = current_context()
    require(may_see_attendance, ctx, _find(session_id))
    page = page_of(queries.attendance_rows(ctx, session_id), **given)
    items = [
        {
            "person": Person(row.user_id, row.name, row.face),
            "seconds": row.seconds,
            "intervals": [{"start": start, "end": end} for start, end in row.intervals],
        }
        for row in page.items
    ]
    return Page(items, page.next, page.previous)


@api.route("/sessions/<uuid:session_id>/attendance/mine")
@signed_in
@api.response(200, MyAttendanceOut)
def my_attendance(session_id: uuid.UUID) -> dict[str, Any]:
    """Say how long I attended: 0 seconds for a session I was not in, or that has not ended."""
    return {"seconds": queries.my_attendance(current_context(), _find(session_id).id)}
