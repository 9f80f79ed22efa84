"""What is planned changes: sessions are edited, moved, called off and held after all."""

import datetime as dt

import pytest
import sqlalchemy as sa
from conftest import NOW, acting
from factories.live import make_lease, make_session
from factories.spaces import join, make_space

from community.kernel.db import db
from community.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from community.kernel.log import EventRow
from community.kernel.operation import unit_of_work
from community.live import queries
from community.live.models import Attendance, LiveSession, Presence, SessionState
from community.live.operations import (
    call_off_session,
    call_off_sessions,
    edit_session,
    end_session,
    enter_room,
    move_sessions,
    post_message,
    reinstate_session,
    schedule_session,
    start_session,
)
from community.spaces.models import Role, Space

pytestmark = pytest.mark.usefixtures("inside")

local = dt.datetime.fromisoformat
PLANNED = local("2026-03-10T13:00")  # in Nairobi: a week after NOW


def at(person, minutes: float = 0):
    return acting(person, now=NOW + dt.timedelta(minutes=minutes))


def plan(ctx, space, **more):
    given = {
        "title": "A circle of failures",
        "plan": "**Bring** one.",
        "local_at": PLANNED,
        "zone": "Africa/Nairobi",
        "minutes": 60,
        **more,
    }
    return schedule_session(ctx, space, **given)


def edit(ctx, session, **more):
    given = {name: getattr(session, name) for name in ("title", "plan", "local_at", "zone")}
    given |= {"minutes": session.minutes, "edition": session.edition, **more}
    return edit_session(ctx, session.id, **given)


def stored(session_id) -> LiveSession:
    return db.session.scalars(
        sa.select(LiveSession)
        .where(LiveSession.id == session_id)
        .execution_options(populate_existing=True)
    ).one()


def news(session_id) -> list:
    """What happened to a session after it was planned: names of events, and their numbers."""
    rows = db.session.scalars(
        sa.select(EventRow).where(EventRow.stream_id == session_id).order_by(EventRow.seq)
    )
    return [(row.name.removeprefix("live.session_"), row.payload.get("sequence")) for row in rows][
        1:
    ]


# ---------- moving ----------


def test_a_moved_session_keeps_its_clock_and_says_where_it_was(cast):
    session = plan(at(cast.facilitator), cast.space, zone="Europe/London")
    before = session.starts_at
    to = local("2026-03-31T13:00")  # London has put its clocks forward by then
    [moved] = move_sessions(at(cast.facilitator), {session.id: to})
    assert (moved.local_at, moved.starts_at) == (to, dt.datetime(2026, 3, 31, 12, tzinfo=dt.UTC))
    assert (moved.sequence, moved.edition, moved.moved_from) == (1, 1, before)
    assert news(session.id) == [("moved", 1)]


def test_several_move_in_one_act_or_none_does(cast):
    first, second = (plan(at(cast.owner), cast.space) for _ in range(2))
    to = {first.id: local("2026-03-11T13:00"), second.id: local("2026-03-12T13:00")}
    moved = move_sessions(at(cast.owner), to)
    assert [(row.id, row.local_at) for row in moved] == sorted(to.items())
    start_session(at(cast.owner, 9 * 24 * 60), second.id)
    with pytest.raises(Conflict, match="has begun"):
        move_sessions(at(cast.owner), {first.id: PLANNED, second.id: PLANNED})
    assert stored(first.id).local_at == to[first.id]
    assert stored(first.id).sequence == 1


def test_what_moves_to_where_it_is_stays_as_it_is(cast):
    session = plan(at(cast.owner), cast.space)
    [same] = move_sessions(at(cast.owner), {session.id: PLANNED})
    assert (same.sequence, same.edition, same.moved_from) == (0, 0, None)
    assert news(session.id) == []


def test_nothing_is_moved_into_the_past_or_far_away_or_in_an_archived_space(cast):
    session = plan(at(cast.owner), cast.space)
    for when in (local("2026-03-03T11:59"), local("2032-01-01T09:00")):
        with pytest.raises(Invalid) as refused:
            move_sessions(at(cast.owner), {session.id: when})
        assert set(refused.value.fields) == {"local_at"}
    with unit_of_work(at(cast.owner)):
        db.session.get_one(Space, cast.space).archived_at = NOW
    with pytest.raises(Conflict):
        move_sessions(at(cast.owner), {session.id: local("2026-03-11T13:00")})
    assert stored(session.id).sequence == 0


def test_a_session_that_nobody_began_gets_another_time(cast):
    session = plan(at(cast.owner), cast.space)
    missed = at(cast.owner, 8 * 24 * 60)
    assert queries.sessions_of(missed, cast.space) == []
    move_sessions(missed, {session.id: local("2026-03-17T13:00")})
    assert [row.id for row in queries.sessions_of(missed, cast.space)] == [session.id]


def test_who_waits_in_the_lobby_of_a_session_that_moves_away_waits_there_no_more(app, cast):
    key = make_session(app, cast.space, cast.owner, starts_at=NOW + dt.timedelta(minutes=20))
    lease = make_lease(app, key, cast.member, joined_at=NOW, last_seen_at=NOW)
    move_sessions(at(cast.owner), {key: local("2026-03-03T10:25")})
    assert db.session.get_one(Presence, lease).left_at is None
    move_sessions(at(cast.owner), {key: local("2026-03-04T10:20")})
    assert db.session.scalar(sa.select(Presence.left_at)) == NOW


@pytest.mark.parametrize(
    ("who", "refusal"), [("member", Forbidden), ("observer", Forbidden), ("outsider", NotFound)]
)
def test_only_who_leads_changes_what_is_planned(app, cast, who, refusal):
    session = plan(at(cast.facilitator), cast.space)
    elsewhere = make_space(app, "Elsewhere")
    join(app, elsewhere, getattr(cast, who), Role.OWNER)
    mine = plan(at(getattr(cast, who)), elsewhere)
    to = local("2026-03-11T13:00")
    for act in (
        lambda ctx: move_sessions(ctx, {session.id: to}),
        lambda ctx: move_sessions(ctx, {mine.id: to, session.id: to}),
        lambda ctx: edit(ctx, session, title="Mine"),
        lambda ctx: call_off_session(ctx, session.id, reason="Mine"),
        lambda ctx: reinstate_session(ctx, session.id),
    ):
        with pytest.raises(refusal):
            act(at(getattr(cast, who)))
    assert news(session.id) == []
    assert news(mine.id) == []


# ---------- editing ----------


def test_a_title_is_no_news_for_calendars_and_a_length_is(cast):
    session = plan(at(cast.owner), cast.space)
    session = edit(at(cast.owner), session, title="A circle of successes", plan="*Bring* two.")
    assert (session.sequence, session.edition) == (0, 1)
    assert "<em>Bring</em>" in session.plan_html
    session = edit(at(cast.owner), session, minutes=90)
    assert (session.sequence, session.edition, session.moved_from_minutes) == (1, 2, 60)
    session = edit(at(cast.owner), session, title="Both", local_at=local("2026-03-10T14:00"))
    assert (session.sequence, session.edition) == (2, 3)
    assert news(session.id) == [("changed", 0), ("moved", 1), ("moved", 2), ("changed", 2)]


def test_another_clock_that_shows_the_same_moment_is_no_move(cast):
    session = plan(at(cast.owner), cast.space)
    same = edit(at(cast.owner), session, zone="UTC", local_at=local("2026-03-10T10:00"))
    assert (same.zone, same.local_at, same.sequence) == ("UTC", local("2026-03-10T10:00"), 0)
    assert (same.moved_from, news(session.id)) == (None, [("changed", 0)])


def test_the_second_of_two_who_edit_is_told_and_overwrites_nothing(cast):
    session = plan(at(cast.owner), cast.space)
    read = session.edition
    edit(at(cast.owner), session, title="The first")
    with pytest.raises(Conflict, match="Somebody else"):
        edit(at(cast.facilitator), session, title="The second", edition=read)
    with pytest.raises(Conflict, match="Somebody else"):
        move_sessions(
            at(cast.facilitator),
            {session.id: local("2026-03-11T13:00")},
            editions={session.id: read},
        )
    assert stored(session.id).title == "The first"


def test_the_same_edit_sent_twice_counts_once(cast):
    session = plan(at(cast.owner), cast.space)
    for _ in range(2):
        edit(at(cast.owner), session, title="Once", edition=0)
    assert stored(session.id).edition == 1
    assert news(session.id) == [("changed", 0)]


def test_a_plan_is_rendered_while_nobody_waits_for_the_unit_of_work(cast, renderings):
    session = plan(at(cast.owner), cast.space)
    edit(at(cast.owner), session, plan="*Bring* two.")
    assert renderings == ["outside", "outside"]


@pytest.mark.parametrize("state", ["live", "over", "called off"])
def test_what_has_begun_is_over_or_called_off_is_not_changed(cast, state):
    session = plan(at(cast.owner, -60), cast.space, local_at=local("2026-03-03T13:00"))
    match state:
        case "live":
            start_session(at(cast.owner), session.id)
        case "over":
            start_session(at(cast.owner), session.id)
            end_session(at(cast.owner, 1), session.id)
        case _:
            call_off_session(at(cast.owner), session.id, reason="A storm.")
    now = stored(session.id)
    for change in (
        lambda: edit(at(cast.owner, 2), now, title="Too late"),
        lambda: move_sessions(at(cast.owner, 2), {session.id: PLANNED}),
    ):
        with pytest.raises(Conflict):
            change()
    assert stored(session.id).title == "A circle of failures"


# ---------- calling off ----------


def test_a_session_is_called_off_with_a_reason_and_its_room_closes(app, cast):
    session = plan(at(cast.owner, -60), cast.space, local_at=local("2026-03-03T13:00"))
    lease = enter_room(at(cast.member, -10), session.id, node_id=cast.space)
    call_off_session(at(cast.facilitator, -9), session.id, reason="A storm.")
    after = stored(session.id)
    assert (after.state, after.called_off, after.called_off_reason) == ("ended", True, "A storm.")
    assert (after.started_at, after.ended_at, after.sequence) == (None, None, 1)
    assert db.session.get_one(Presence, lease).left_at is not None
    assert db.session.scalars(sa.select(Attendance)).all() == []
    for refused in (
        lambda ctx: start_session(ctx, session.id),
        lambda ctx: post_message(ctx, session.id, body="Hello?"),
        lambda ctx: enter_room(ctx, session.id, node_id=cast.space),
    ):
        with pytest.raises(Conflict):
            refused(at(cast.facilitator))
    assert queries.upcoming(at(cast.member), 9) == []


def test_calling_off_twice_keeps_the_first_reason(cast):
    session = plan(at(cast.owner), cast.space)
    call_off_session(at(cast.owner), session.id, reason="A storm.")
    again = call_off_session(at(cast.facilitator), session.id, reason="The host is ill.")
    assert again.called_off_reason == "A storm."
    assert news(session.id) == [("called_off", 1)]


@pytest.mark.parametrize("minutes", [0, 60, 241])
def test_what_runs_or_is_over_or_was_never_begun_is_not_called_off(cast, minutes):
    session = plan(at(cast.owner, -60), cast.space, local_at=local("2026-03-03T13:00"))
    if minutes < 240:
        start_session(at(cast.owner), session.id)
    if minutes == 60:
        end_session(at(cast.owner, 59), session.id)
    with pytest.raises(Conflict):
        call_off_session(at(cast.owner, minutes), session.id, reason="Too late.")
    assert not stored(session.id).called_off


def test_a_session_that_was_called_off_takes_place_after_all(cast):
    session = plan(at(cast.owner), cast.space)
    call_off_session(at(cast.owner), session.id, reason="A storm.")
    back = reinstate_session(at(cast.facilitator), session.id)
    assert (back.state, back.called_off, back.called_off_reason) == ("scheduled", False, "")
    assert (back.local_at, back.sequence, back.edition) == (PLANNED, 2, 2)
    with pytest.raises(Conflict):
        reinstate_session(at(cast.facilitator), session.id)
    assert news(session.id) == [("called_off", 1), ("reinstated", 2)]
    assert [row.id for row in queries.upcoming(at(cast.member), 9)] == [session.id]


def test_it_takes_place_at_its_time_while_that_has_not_passed_or_at_another(cast):
    session = plan(at(cast.owner), cast.space)
    call_off_session(at(cast.owner), session.id, reason="A storm.")
    late = at(cast.owner, 8 * 24 * 60)
    with pytest.raises(Invalid) as refused:
        reinstate_session(late, session.id)
    assert set(refused.value.fields) == {"local_at"}
    assert stored(session.id).called_off
    back = reinstate_session(late, session.id, local_at=local("2026-03-17T13:00"))
    assert (back.local_at, back.sequence) == (local("2026-03-17T13:00"), 2)
    assert back.moved_from == dt.datetime(2026, 3, 10, 10, tzinfo=dt.UTC)
    assert news(session.id) == [("called_off", 1), ("reinstated", 2)]


def test_what_is_planned_in_a_space_is_called_off_at_once_and_what_was_missed_stays(app, cast):
    planned = make_session(app, cast.space, cast.owner, starts_at=NOW + dt.timedelta(minutes=10))
    missed = make_session(app, cast.space, cast.owner, starts_at=NOW - dt.timedelta(days=2))
    other = make_session(app, make_space(app), cast.owner, starts_at=NOW + dt.timedelta(minutes=10))
    make_lease(app, planned, cast.member, joined_at=NOW, last_seen_at=NOW)  # in the lobby
    assert call_off_sessions(at(cast.facilitator), cast.space) == 1
    assert stored(planned).called_off
    assert news(planned) == []  # the first of its stream, which the factory left empty
    assert db.session.scalars(sa.select(Presence.left_at)).all() == [NOW]
    assert [stored(key).state for key in (missed, other)] == [SessionState.SCHEDULED] * 2
    assert [row.id for row in queries.sessions_of(at(cast.member), cast.space)] == [planned]
    assert queries.sessions_of(at(cast.member, 251), cast.space) == []  # its time has passed
    assert queries.upcoming(at(cast.member), 9) == []
    past = db.session.scalars(queries.past_sessions(at(cast.member), cast.space))
    assert [row.id for row in past] == [missed]
    past = db.session.scalars(queries.past_sessions(at(cast.member, 251), cast.space))
    assert [row.id for row in past] == [planned, missed]


@pytest.mark.parametrize(("who", "refusal"), [("member", Forbidden), ("outsider", NotFound)])
def test_only_who_leads_calls_off_what_is_planned(app, cast, who, refusal):
    planned = make_session(app, cast.space, cast.owner, starts_at=NOW + dt.timedelta(minutes=10))
    with pytest.raises(refusal):
        call_off_sessions(at(getattr(cast, who)), cast.space)
    assert stored(planned).state is SessionState.SCHEDULED
