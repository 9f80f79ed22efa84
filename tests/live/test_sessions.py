"""The life of a session, and the attendance written at its end."""

import datetime as dt

import pytest
import sqlalchemy as sa
from conftest import NOW, acting
from factories.live import make_lease, make_session
from factories.spaces import join, make_space

from community.kernel.db import db
from community.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from community.kernel.keys import new_key
from community.kernel.log import EventRow
from community.live import queries
from community.live.models import Attendance, LiveSession, Presence, SessionState
from community.live.operations import (
    end_forgotten_sessions,
    end_session,
    enter_room,
    leave_room,
    raise_hand,
    reap_dead_leases,
    renew_leases,
    schedule_session,
    set_video_link,
    start_session,
)
from community.spaces.models import Role

pytestmark = pytest.mark.usefixtures("inside")
NODE = new_key()


local = dt.datetime.fromisoformat


def later(minutes: float) -> dt.datetime:
    return NOW + dt.timedelta(minutes=minutes)


def at(person, minutes: float = 0):
    return acting(person, now=later(minutes))


def schedule(ctx, space, **more):
    given = {
        "title": "A circle of failures",
        "plan": "**Bring** one.",
        "local_at": local("2026-03-03T13:00"),
        "zone": "Africa/Nairobi",  # 10:00 UTC, which is NOW
        "minutes": 60,
        **more,
    }
    return schedule_session(ctx, space, **given)


def names(session_id):
    return db.session.scalars(
        sa.select(EventRow.name).where(EventRow.stream_id == session_id).order_by(EventRow.seq)
    ).all()


def stored(session_id) -> LiveSession:
    return db.session.scalars(
        sa.select(LiveSession)
        .where(LiveSession.id == session_id)
        .execution_options(populate_existing=True)
    ).one()


# ---------- scheduling ----------


def test_a_session_keeps_its_local_time_and_derives_the_instant(cast):
    session = schedule(at(cast.facilitator, -60), cast.space)
    assert session.local_at == local("2026-03-03T13:00")
    assert session.starts_at == NOW
    assert "<strong>Bring</strong>" in session.plan_html
    assert names(session.id) == ["live.session_scheduled"]


def test_a_plan_is_rendered_while_nobody_waits_for_the_unit_of_work(cast, renderings):
    schedule(at(cast.facilitator, -60), cast.space)
    assert renderings == ["outside"]


def test_a_time_the_clocks_skip_moves_forward(cast):
    session = schedule(
        at(cast.owner), cast.space, local_at=local("2026-03-29T02:30"), zone="Europe/Belgrade"
    )
    assert session.starts_at == dt.datetime(2026, 3, 29, 1, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("who", "error"), [("member", Forbidden), ("observer", Forbidden), ("outsider", NotFound)]
)
def test_only_who_facilitates_schedules(cast, who, error):
    with pytest.raises(error):
        schedule(at(getattr(cast, who), -60), cast.space)
    assert schedule(at(cast.facilitator, -60), cast.space).state is SessionState.SCHEDULED


def test_people_plan_ahead_and_within_five_years(cast):
    with pytest.raises(Invalid) as past:
        schedule(at(cast.owner, 61), cast.space, ahead=True)
    assert set(past.value.fields) == {"local_at"}
    with pytest.raises(Invalid):
        schedule(at(cast.owner), cast.space, local_at=local("2032-01-01T09:00"))
    assert schedule(at(cast.owner, 61), cast.space).starts_at == NOW


def test_an_archived_space_takes_no_new_session(app, cast):
    archived = make_space(app, "Cohort 1", archived_at=NOW)
    join(app, archived, cast.owner, Role.OWNER)
    with pytest.raises(Conflict):
        schedule(at(cast.owner, -60), archived)


# ---------- starting and ending ----------


def test_a_session_starts_once_and_ends_once(cast):
    session = schedule(at(cast.facilitator, -60), cast.space)
    start_session(at(cast.facilitator, -5), session.id)
    with pytest.raises(Conflict):
        start_session(at(cast.owner, -4), session.id)
    end_session(at(cast.facilitator, 55), session.id)
    with pytest.raises(Conflict):
        end_session(at(cast.facilitator, 56), session.id)
    with pytest.raises(Conflict):
        start_session(at(cast.facilitator, 57), session.id)
    after = stored(session.id)
    assert (after.state, after.started_at, after.ended_at) == ("ended", later(-5), later(55))
    assert names(session.id) == [
        "live.session_scheduled",
        "live.session_started",
        "live.session_ended",
    ]


@pytest.mark.parametrize("minutes", [-31, 240])
def test_a_session_does_not_start_outside_its_window(cast, minutes):
    session = schedule(at(cast.facilitator, -60), cast.space)
    with pytest.raises(Conflict):
        start_session(at(cast.facilitator, minutes), session.id)
    assert start_session(at(cast.facilitator, -30), session.id).state is SessionState.LIVE


def test_a_session_that_did_not_start_cannot_end(cast):
    session = schedule(at(cast.facilitator, -60), cast.space)
    with pytest.raises(Conflict):
        end_session(at(cast.facilitator), session.id)


@pytest.mark.parametrize(
    ("who", "error"), [("member", Forbidden), ("observer", Forbidden), ("outsider", NotFound)]
)
def test_only_who_facilitates_starts_ends_and_sets_the_link(cast, who, error):
    session = schedule(at(cast.facilitator, -60), cast.space)
    person = getattr(cast, who)
    with pytest.raises(error):
        start_session(at(person), session.id)
    with pytest.raises(error):
        set_video_link(at(person), session.id, url="https://meet.example.org/9")
    start_session(at(cast.organiser), session.id)
    with pytest.raises(error):
        end_session(at(person, 1), session.id)
    assert stored(session.id).state is SessionState.LIVE
    assert stored(session.id).video_url is None


# ---------- the video link ----------


def test_the_video_link_is_kept_changed_and_taken_away_and_each_change_is_told_once(cast):
    session = schedule(at(cast.facilitator, -60), cast.space)
    for url in ("https://meet.example.org/9", "https://meet.example.org/9", None, ""):
        set_video_link(at(cast.facilitator), session.id, url=url)
    assert stored(session.id).video_url is None
    assert names(session.id).count("live.video_link_changed") == 2


def test_a_link_that_is_no_https_address_changes_nothing(cast):
    session = schedule(at(cast.facilitator, -60), cast.space)
    with pytest.raises(Invalid) as refused:
        set_video_link(at(cast.facilitator), session.id, url="http://meet.example.org/9")
    assert set(refused.value.fields) == {"url"}
    assert stored(session.id).video_url is None


# ---------- attendance ----------


def running(cast, start: float = 0):
    session = schedule(at(cast.facilitator, -60), cast.space)
    start_session(at(cast.facilitator, start), session.id)
    return session


def rows_of(session_id) -> dict:
    rows = db.session.scalars(sa.select(Attendance).where(Attendance.session_id == session_id))
    return {row.user_id: row for row in rows}


def test_attendance_is_the_union_of_stays_within_the_session(cast):
    session = schedule(at(cast.facilitator, -60), cast.space)
    early = enter_room(at(cast.member, -20), session.id, node_id=NODE)
    start_session(at(cast.facilitator), session.id)
    second = enter_room(at(cast.member, 10), session.id, node_id=NODE)  # another tab
    leave_room(at(cast.member, 20), early)
    leave_room(at(cast.member, 30), second)
    third = enter_room(at(cast.member, 40), session.id, node_id=NODE)
    renew_leases(at(None, 59.9), NODE)
    end_session(at(cast.facilitator, 60), session.id)
    row = rows_of(session.id)[cast.member]
    assert row.seconds == 50 * 60
    assert row.intervals == [
        [later(0).isoformat(), later(30).isoformat()],
        [later(40).isoformat(), later(60).isoformat()],
    ]
    assert db.session.get(Presence, third).left_at == later(60)


def test_who_was_only_in_the_lobby_has_no_attendance(cast):
    session = schedule(at(cast.facilitator, -60), cast.space)
    lease = enter_room(at(cast.member, -20), session.id, node_id=NODE)
    leave_room(at(cast.member, -10), lease)
    start_session(at(cast.facilitator), session.id)
    end_session(at(cast.facilitator, 60), session.id)
    assert rows_of(session.id) == {}


def test_those_still_connected_count_to_the_end_and_those_of_a_killed_node_while_it_lived(cast):
    session = running(cast)
    dead, alive = new_key(), new_key()
    enter_room(at(cast.member, 1), session.id, node_id=dead)
    enter_room(at(cast.other, 1), session.id, node_id=alive)
    renew_leases(at(None, 20), dead)
    renew_leases(at(None, 59.8), alive)
    end_session(at(cast.facilitator, 60), session.id)
    assert queries.attendance_of(session.id) == {cast.member: 19 * 60, cast.other: 59 * 60}


def test_after_a_node_died_its_people_count_again_from_where_they_came_back(cast):
    session = running(cast)
    dead, alive = new_key(), new_key()
    enter_room(at(cast.member), session.id, node_id=dead)
    renew_leases(at(None, 20), dead)
    enter_room(at(cast.member, 21.75), session.id, node_id=alive)
    assert reap_dead_leases(at(None, 22)) == 1
    renew_leases(at(None, 59.9), alive)
    end_session(at(cast.facilitator, 60), session.id)
    assert rows_of(session.id)[cast.member].seconds == (20 + 38.25) * 60


def test_reaping_leaves_the_living_alone_and_closes_the_dead_at_last_sight(cast):
    session = running(cast)
    dead, alive = new_key(), new_key()
    gone = enter_room(at(cast.member), session.id, node_id=dead)
    stays = enter_room(at(cast.other), session.id, node_id=alive)
    assert renew_leases(at(None, 1), alive) == 1
    assert reap_dead_leases(at(None, 1)) == 1
    assert reap_dead_leases(at(None, 1)) == 0
    assert db.session.get(Presence, gone).left_at == later(0)
    assert db.session.get(Presence, stays).left_at is None


def test_a_session_that_ended_reopens_no_lease(cast):
    session = running(cast)
    lease = enter_room(at(cast.member), session.id, node_id=NODE)
    renew_leases(at(None, 9.9), NODE)
    end_session(at(cast.facilitator, 10), session.id)
    assert renew_leases(at(None, 11), NODE) == 0
    leave_room(at(cast.member, 12), lease)
    assert db.session.get(Presence, lease).left_at == later(10)
    with pytest.raises(Conflict):
        enter_room(at(cast.member, 12), session.id, node_id=NODE)


def test_nobody_gives_back_the_lease_of_somebody_else(cast):
    session = running(cast)
    lease = enter_room(at(cast.member), session.id, node_id=NODE)
    leave_room(at(cast.other, 1), lease)
    assert db.session.get(Presence, lease).left_at is None


def test_a_session_nobody_ended_ends_by_itself_and_counts_to_its_planned_length(cast):
    session = running(cast, start=-5)
    enter_room(at(cast.member, 10), session.id, node_id=NODE)
    renew_leases(at(None, 60 + 239), NODE)
    raise_hand(at(cast.member, 60), session.id)
    assert end_forgotten_sessions(at(None, 60 + 239)) == 0
    assert end_forgotten_sessions(at(None, 60 + 240)) == 1
    assert end_forgotten_sessions(at(None, 60 + 241)) == 0
    after = stored(session.id)
    assert (after.state, after.ended_at) == (SessionState.ENDED, later(60))
    assert queries.attendance_of(session.id) == {cast.member: 50 * 60}
    assert queries.raised_hands(session.id) == []
    assert names(session.id)[-1] == "live.session_ended"


# ---------- calendars ----------


def test_what_is_ahead_begins_with_what_is_live_and_leaves_out_what_never_began(app, cast):
    make_session(app, cast.space, cast.owner, title="Lapsed", starts_at=later(-241))
    make_session(app, cast.space, cast.owner, title="Tomorrow", starts_at=later(24 * 60))
    make_session(app, cast.space, cast.owner, title="Soon", starts_at=later(60))
    make_session(
        app, cast.space, cast.owner, title="Now", starts_at=later(-600), state=SessionState.LIVE
    )
    ended = {"state": SessionState.ENDED, "ended_at": NOW}
    make_session(app, cast.space, cast.owner, title="Over", starts_at=later(-90), **ended)
    ctx = at(cast.member)
    assert [s.title for s in queries.sessions_of(ctx, cast.space)] == ["Now", "Soon", "Tomorrow"]
    assert [s.title for s in queries.upcoming(ctx, 2)] == ["Now", "Soon"]
    assert [s.title for s in db.session.scalars(queries.past_sessions(ctx, cast.space))] == [
        "Over",
        "Lapsed",
    ]
    assert queries.sessions_of(at(cast.outsider), cast.space) == []
    assert queries.upcoming(at(cast.outsider), 9) == []


def test_people_in_a_room_are_counted_once_and_stay_through_a_short_break(app, cast):
    session_id = make_session(app, cast.space, cast.owner, starts_at=NOW)
    seen = {"joined_at": NOW, "last_seen_at": NOW}
    make_lease(app, session_id, cast.facilitator, **seen)
    make_lease(app, session_id, cast.member, **seen)
    make_lease(app, session_id, cast.member, **seen)
    make_lease(app, session_id, cast.other, left_at=NOW, **seen)

    def there(seconds):
        moment = NOW + dt.timedelta(seconds=seconds)
        return [o.person.id for o in queries.people_in([session_id], moment)[session_id]]

    assert there(10) == [cast.facilitator, cast.member, cast.other]
    assert there(20) == [cast.facilitator, cast.member]
    assert there(30) == []  # nobody renewed
