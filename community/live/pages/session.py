"""The page of one session."""

import uuid
from collections.abc import Mapping
from typing import Any

from flask import make_response, render_template, request
from werkzeug.wrappers import Response

from community.kernel import localtime
from community.kernel.context import Context
from community.kernel.doors import current_context, reader, signed_in
from community.kernel.errors import CommunityError
from community.kernel.frame import Person
from community.kernel.pages import errors_of
from community.kernel.policy import abilities
from community.live import queries, rules
from community.live.models import LiveSession, SessionState
from community.live.pages.blueprint import pages
from community.live.pages.timing import minutes_up
from community.live.pages.words import begins, moves
from community.live.policy import ABILITIES, find_session
from community.live.schemas import LINK, REASON
from community.spaces.models import SpaceKind

PEOPLE_A_PAGE = 100


@pages.route("/sessions/<uuid:session_id>")
@signed_in
def session(session_id: uuid.UUID) -> Response:
    """Show a session: when, its plan, the way in; after its end who was there."""
    ctx = current_context()
    return session_page(ctx, find_session(ctx, session_id))


def session_page(
    ctx: Context,
    row: LiveSession,
    error: CommunityError | None = None,
    *,
    doing: str = "",
    typed: Mapping[str, str] | None = None,
) -> Response:
    """Return the page of a session.

    ``error``: what was refused, of the form ``doing`` (url, move, call_off or reinstate), which
    comes back with what was ``typed``.
    """
    lapsed = queries.never_took_place(row, ctx.now)
    over = row.state is SessionState.ENDED and not lapsed
    can = abilities(ABILITIES, ctx, row)
    space = queries.space_of(ctx, row)
    html = render_template(
        "live/session.html",
        session=row,
        space=space,
        can=can,
        is_open=queries.is_open(row, ctx.now),
        lapsed=lapsed,
        elsewhere=_elsewhere(row),
        ends_at=rules.planned_end(row.starts_at, row.minutes),
        opens_at=rules.opens_at(row.starts_at),
        **(_who_was_there(ctx, row) if over and can["see_attendance"] else {}),
        my_minutes=minutes_up(queries.my_attendance(ctx, row.id)) if over else 0,
        length=minutes_up(_length(row)),
        minutes_of=minutes_up,
        begins=begins(row.starts_at, ctx.now),
        moves=() if row.called_off else moves(row),
        may_return=row.called_off and rules.planned_end(row.starts_at, row.minutes) > ctx.now,
        local_at=row.local_at.isoformat(timespec="minutes"),
        archived=space.archived_at is not None,
        link_length=LINK,
        reason_length=REASON,
        doing=doing,
        typed=typed or {},
        errors=errors_of(error, "url" if doing == "url" else "session"),
    )
    return make_response(html, error.status if error else 200)


def _who_was_there(ctx: Context, row: LiveSession) -> dict[str, Any]:
    """Return a page of who came; in a run also who of its learners did not."""
    space = queries.space_of(ctx, row)
    came, count = queries.attendance_page(ctx, row.id, PEOPLE_A_PAGE, request.args.get("page"))
    missing: list[Person] = []
    missed = 0
    if space.kind is SpaceKind.COHORT:
        missing, missed = queries.missing_from(row, PEOPLE_A_PAGE)
    return {"attendance": came, "came": count, "missing": missing, "missed": missed}


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
