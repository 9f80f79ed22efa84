"""The pages of sessions: the calendar of a space, one session, its room, a new one.

A room reads and can be written in without scripts; what is live by nature (who is there, and
attendance, which counts connections) needs them, and the page says so.
"""

import hashlib
import itertools
import re
import uuid
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from community.kernel import localtime, markdown
from community.kernel.context import Context
from community.kernel.doors import current_context, signed_in, takes
from community.kernel.errors import CommunityError, Conflict, Invalid
from community.kernel.http import reader
from community.kernel.keys import new_key
from community.kernel.pages import local_time
from community.kernel.paging import page_of
from community.kernel.policy import abilities, require
from community.kernel.schemas import load
from community.live import operations, queries, rules
from community.live.models import LiveSession, SessionState
from community.live.policy import ABILITIES, find_session, may_schedule_session
from community.live.schemas import (
    LINK,
    MESSAGE,
    PLAN,
    TITLE,
    MessageIn,
    SessionIn,
    VideoLinkIn,
    dump_people,
)
from community.spaces.policy import takes_part
from community.spaces.queries import space_by_slug

PAST_A_PAGE = 20
LINES_SHOWN = 100
LINES_A_PAGE = 100

_SESSION, _MESSAGE, _LINK = SessionIn(), MessageIn(), VideoLinkIn()
_STEP_TITLE = re.compile(r"\A(?P<title>\*\*[^*]+\*\*|[^.*_`\[]{1,60}\.)\s+(?P<rest>.+)\Z")

pages = Blueprint("live", __name__)


# ------------------------------------------------------------------ the calendar


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
    to_come = [row for row in ahead if row.state is SessionState.SCHEDULED]
    return render_template(
        "live/session_list.html",
        space=space,
        live=[row for row in ahead if row.state is SessionState.LIVE],
        days=_by_day(to_come),
        open_ids={row.id for row in to_come if queries.is_open(row, ctx.now)},
        past=past,
        mine=queries.my_seconds(ctx, [row.id for row in past.items]),
        may_schedule=may_schedule_session(ctx, space) and space.archived_at is None,
        minutes_of=_minutes,
    )


def _by_day(sessions: Sequence[LiveSession]) -> list[tuple[str, list[LiveSession]]]:
    days = itertools.groupby(sessions, key=lambda row: local_time(row.starts_at, "day"))
    return [(day, list(rows)) for day, rows in days]


def _minutes(seconds: int) -> int:
    """Return seconds as whole minutes, as people count them: a minute that was begun is one."""
    return -(-seconds // 60)


# ------------------------------------------------------------------ a new one


@pages.route("/spaces/<slug>/sessions/new", methods=["GET", "POST"])
@signed_in
@takes("title", "plan", "local_at", "zone", "minutes")
def new_session(slug: str) -> Response:
    """Schedule a session."""
    ctx = current_context()
    space = space_by_slug(ctx, slug)
    require(may_schedule_session, ctx, space)
    if request.method == "GET":
        return _new_session_page(space, {"zone": reader().zone, "minutes": 60}, None)
    typed = {name: request.form.get(name, "") for name in _SESSION.fields}
    try:
        made = operations.schedule_session(
            ctx, space.id, ahead=True, **load(_SESSION, _given(typed))
        )
    except (Invalid, Conflict) as error:
        return _new_session_page(space, typed, error)
    flash(_("The session is planned."), "success")
    return redirect(url_for("live.session", session_id=made.id), 303)


def _given(typed: dict[str, str]) -> dict[str, Any]:
    """Return what a form sends, its number as one."""
    minutes = typed["minutes"].strip()
    digits = minutes.isascii() and minutes.isdigit() and len(minutes) <= 4
    return {**typed, "minutes": int(minutes) if digits else minutes}


def _new_session_page(space: Any, typed: dict[str, Any], error: CommunityError | None) -> Response:
    html = render_template(
        "live/new_session.html",
        space=space,
        typed=typed,
        errors=_errors(error, "title"),
        zones=[(name, name.replace("_", " ")) for name in localtime.PLACES],
        title_length=TITLE,
        plan_length=PLAN,
    )
    return make_response(html, error.status if error else 200)


# ------------------------------------------------------------------ one session


@pages.route("/sessions/<uuid:session_id>")
@signed_in
def session(session_id: uuid.UUID) -> Response:
    """Show a session: when, its plan, the way in; after its end who was there."""
    ctx = current_context()
    return _session_page(ctx, find_session(ctx, session_id))


def _session_page(
    ctx: Context, row: LiveSession, error: CommunityError | None = None, link: str | None = None
) -> Response:
    over = row.state is SessionState.ENDED
    can = abilities(ABILITIES, ctx, row)
    html = render_template(
        "live/session.html",
        session=row,
        space=queries.space_of(ctx, row),
        can=can,
        is_open=queries.is_open(row, ctx.now),
        lapsed=_lapsed(row, ctx),
        elsewhere=_elsewhere(row),
        ends_at=rules.planned_end(row.starts_at, row.minutes),
        opens_at=rules.opens_at(row.starts_at),
        attendance=queries.attendance_table(ctx, row.id) if over and can["see_attendance"] else [],
        my_minutes=_minutes(queries.my_attendance(ctx, row.id)) if over else 0,
        length=_minutes(_length(row)),
        minutes_of=_minutes,
        link=row.video_url if link is None else link,
        link_length=LINK,
        errors=_errors(error, "url"),
    )
    return make_response(html, error.status if error else 200)


def _lapsed(row: LiveSession, ctx: Context) -> bool:
    """Whether a session never began, and cannot any more."""
    return row.state is SessionState.SCHEDULED and rules.has_lapsed(row.starts_at, ctx.now)


def _length(row: LiveSession) -> int:
    if row.started_at is None or row.ended_at is None:
        return 0
    return int((row.ended_at - row.started_at).total_seconds())


def _elsewhere(row: LiveSession) -> str | None:
    """Return when the session is by the clock it was planned on, if the reader's is another."""
    who = reader()
    if localtime.in_zone(row.starts_at, who.zone).replace(tzinfo=None) == row.local_at:
        return None
    return localtime.say(row.starts_at, row.zone, who.language)


# ------------------------------------------------------------------ the room


@pages.route("/sessions/<uuid:session_id>/room")
@signed_in
def room(session_id: uuid.UUID) -> Response:
    """Show the room: plan, chat, hands and people; ``?page=`` shows earlier lines."""
    ctx = current_context()
    row = find_session(ctx, session_id)
    if request.args.get("page"):
        return _earlier_lines(ctx, row)
    return _room_page(ctx, row)


def _room_page(
    ctx: Context, row: LiveSession, error: CommunityError | None = None, **typed: str
) -> Response:
    shown = queries.room_of(ctx, row.id, messages=LINES_SHOWN + 1)
    began = max(row.starts_at, shown.started_at or row.starts_at)
    agenda = rules.agenda(row.plan, row.minutes)
    html = render_template(
        "live/room.html",
        session=row,
        room=shown,
        lines=shown.messages[-LINES_SHOWN:],
        has_earlier=len(shown.messages) > LINES_SHOWN,
        people=dump_people(shown.people),
        occupants=shown.people[: queries.PEOPLE_SHOWN],
        space=queries.space_of(ctx, row),
        can=abilities(ABILITIES, ctx, row),
        observer=not takes_part(ctx, row.space_id),
        is_open=queries.is_open(row, ctx.now),
        lapsed=_lapsed(row, ctx),
        opens_at=rules.opens_at(row.starts_at),
        ends_at=rules.planned_end(began, row.minutes),
        began=began,
        agenda=agenda,
        before=markdown.render(agenda.before, lowest_heading=3),
        steps=[(step, *_words(step.text)) for step in agenda.steps],
        after=markdown.render(agenda.after, lowest_heading=3),
        step_at=lambda step: rules.planned_end(began, step.start),
        zone=reader().zone,
        me=ctx.person,
        my_hand=any(hand.person.id == ctx.person for hand in shown.hands),
        nonce=new_key().hex,
        message_length=MESSAGE,
        link_length=LINK,
        typed=typed,
        errors=_errors(error, "body"),
    )
    return make_response(html, error.status if error else 200)


def _words(text: str) -> tuple[str, str]:
    """Return the title of a step and what else it says, as HTML.

    The title is what the line begins with in bold, else its first sentence.
    """
    found = _STEP_TITLE.match(text)
    if found is None:
        return _inline(text), ""
    return _inline(found["title"].strip("*").removesuffix(".")), _inline(found["rest"])


def _inline(text: str) -> str:
    """Return one line of Markdown as HTML, without the paragraph around it."""
    html = markdown.render(text).strip()
    if html.startswith("<p>") and html.endswith("</p>") and html.count("<p>") == 1:
        return html.removeprefix("<p>").removesuffix("</p>")
    return html


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
        lines=[queries.said_message(line) for line in reversed(found.items)],
        earlier=found.next,
        later=found.previous,
    )
    return make_response(html)


# ------------------------------------------------------------------ what its forms do


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
        act = "\0".join((request.form.get("nonce", ""), fields["body"]))
        fields["client_id"] = hashlib.sha256(act.encode()).hexdigest()
        operations.post_message(ctx, session_id, **fields)
    except (Invalid, Conflict) as error:
        return _room_page(ctx, row, error, body=typed)
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
            return _room_page(ctx, row, error, url=typed)
        return _session_page(ctx, row, error, link=typed)
    flash(_("The video link is saved.") if typed else _("The video link is gone."), "success")
    if in_room:
        return _back_to_room(session_id)
    return redirect(url_for("live.session", session_id=session_id), 303)


def _back_to_room(session_id: uuid.UUID, anchor: str | None = None) -> Response:
    return redirect(url_for("live.room", session_id=session_id, _anchor=anchor), 303)


def _errors(error: CommunityError | None, field: str) -> dict[str, Any]:
    """Return an error's fields; one of the whole form stands at ``field``."""
    if error is None:
        return {}
    return error.fields if isinstance(error, Invalid) else {field: [str(error.message)]}
