"""Rooms over the socket: joined, left, caught up, closed when access goes; presence kept true."""

import datetime as dt
import uuid

import pytest
from conftest import acting
from factories.live import make_lease, make_session
from realtime_client import open_door

from community.kernel.db import db
from community.kernel.installed import installed
from community.live import queries, sockets
from community.live.models import LiveSession, Presence, SessionState
from community.live.operations import end_session, post_message, set_video_link
from community.spaces.models import Role
from community.spaces.operations import change_role, remove_member


@pytest.fixture
def door(app, settings, browse):
    with open_door(settings, browse) as opened:
        yield opened


@pytest.fixture
def session_id(app, cast):
    return make_session(app, cast.space, cast.owner, state=SessionState.LIVE)


@pytest.fixture
def enter(door, session_id):
    """Connect somebody and join the room; returns the socket and the answer."""

    def go(person, since=None):
        member = door.connect(person)
        return member, member.ask("room.join", room(session_id, since=since))

    return go


def room(session_id, **more):
    return {"session_id": str(session_id), **more}


def leases(door, session_id):
    """Return ``{user: [left_at of each lease]}``."""
    with door.app.app_context():
        rows = db.session.query(Presence).filter_by(session_id=session_id).order_by(Presence.id)
        found: dict[uuid.UUID, list[dt.datetime | None]] = {}
        for row in rows:
            found.setdefault(row.user_id, []).append(row.left_at)
        return found


def tick(door, watch=None):
    """Do once what the room's loops do all the time."""
    with door.app.app_context():
        node = installed().node_id
        sockets.keep_leases(acting(None), node)
        (watch or sockets.PeopleWatch())(acting(None), node)


# ---------- joining and leaving ----------


def test_whoever_joins_is_present_and_told_the_state_of_the_room(door, cast, session_id, enter):
    _, answer = enter(cast.observer)
    assert answer["people"]["count"] == 1
    assert answer["people"]["people"][0]["role"] == "observer"
    assert answer["snapshot"]["state"] == "live"
    assert answer["head"] == answer["snapshot"]["head"] == 0
    assert dt.datetime.fromisoformat(answer["now"])
    assert leases(door, session_id) == {cast.observer: [None]}


@pytest.mark.parametrize("event", ["room.join", "room.sync", "room.say", "room.raise_hand"])
def test_an_outsider_does_not_learn_that_the_room_exists(door, cast, session_id, event):
    stranger = door.connect(cast.outsider)
    body = {"body": "Hi"} if event == "room.say" else {}
    hidden = stranger.refused(event, room(session_id, **body))
    missing = stranger.refused(event, room(uuid.uuid4(), **body))
    assert hidden == missing
    assert hidden["status"] == 404
    assert leases(door, session_id) == {}


def test_nobody_in_particular_is_not_let_in(door):
    assert not door.connect(None).connected


def test_two_tabs_are_one_person_until_both_are_closed(door, cast, session_id, enter):
    first, _ = enter(cast.member)
    second, answer = enter(cast.member)
    assert answer["people"]["count"] == 1
    first.leave()
    assert [left is None for left in leases(door, session_id)[cast.member]] == [False, True]
    second.ask("room.leave", room(session_id))
    assert None not in leases(door, session_id)[cast.member]


def test_joining_twice_on_one_socket_is_being_there_once(door, cast, session_id, enter):
    member, _ = enter(cast.member)
    member.ask("room.join", room(session_id))
    assert leases(door, session_id) == {cast.member: [None]}


def test_who_comes_too_early_waits_and_is_let_in_when_the_room_opens(app, door, cast):
    early = make_session(
        app, cast.space, cast.owner, starts_at=acting(None).now + dt.timedelta(minutes=31)
    )
    member = door.connect(cast.member)
    assert member.ask("room.join", room(early))["people"]["count"] == 0
    tick(door)
    assert leases(door, early) == {}
    move(app, early, minutes=20)
    tick(door)
    assert leases(door, early) == {cast.member: [None]}
    member.leave()
    assert None not in leases(door, early)[cast.member]


def move(app, session_id, *, minutes):
    from_now = acting(None).now + dt.timedelta(minutes=minutes)
    with app.app_context(), db.engines["write"].begin() as connection:
        connection.execute(
            LiveSession.__table__.update()
            .where(LiveSession.id == session_id)
            .values(starts_at=from_now)
        )


def test_an_ended_room_is_read_without_being_in_it(app, door, cast):
    over = make_session(
        app, cast.space, cast.owner, state=SessionState.ENDED, ended_at=acting(None).now
    )
    member = door.connect(cast.member)
    assert member.ask("room.join", room(over))["snapshot"]["state"] == "ended"
    assert leases(door, over) == {}


def test_one_socket_is_in_a_few_rooms_only(app, door, cast):
    member = door.connect(cast.member)
    rooms = [
        make_session(app, cast.space, cast.owner, state=SessionState.LIVE)
        for _ in range(sockets.MAX_ROOMS + 1)
    ]
    for one in rooms[:-1]:
        member.ask("room.join", room(one))
    assert member.refused("room.join", room(rooms[-1]))["status"] == 429


# ---------- what is pushed ----------


def test_everything_said_and_raised_reaches_the_room_in_order(door, cast, session_id, enter):
    member, _ = enter(cast.member)
    leader, _ = enter(cast.facilitator)
    said = member.ask("room.say", room(session_id, body="Hello", client_id="abcdefgh"))
    again = member.ask("room.say", room(session_id, body="Hello", client_id="abcdefgh"))
    assert said == again
    member.ask("room.raise_hand", room(session_id))
    leader.ask("room.lower_hand", room(session_id, user_id=str(cast.member)))
    leader.ask("room.end", room(session_id))
    pushed = [
        (got["name"], got["args"][0]["seq"])
        for got in leader.client.get_received()
        if got["name"].startswith("room.") and "seq" in got["args"][0]
    ]
    assert pushed == [
        ("room.message_posted", 1),
        ("room.hand_raised", 2),
        ("room.hand_lowered", 3),
        ("room.ended", 4),
    ]
    caught_up = member.ask("room.sync", room(session_id, since=0))
    assert [(e["name"], e["seq"]) for e in caught_up["events"]] == pushed


def test_what_is_pushed_is_what_catching_up_gives(door, cast, session_id, enter):
    listener, _ = enter(cast.other)
    with door.app.app_context():
        post_message(acting(cast.member), session_id, body="Hello")
        set_video_link(acting(cast.owner), session_id, url="https://meet.example.org/9")
    names = ("room.message_posted", "room.video_link_changed")
    pushed = [g["args"][0] for g in listener.client.get_received() if g["name"] in names]
    replayed = listener.ask("room.sync", room(session_id, since=0))["events"]
    assert [p["data"] for p in pushed] == [e["data"] for e in replayed]
    assert [p["seq"] for p in pushed] == [e["seq"] for e in replayed] == [1, 2]


def test_the_video_link_reaches_nobody_outside_the_room(door, cast, session_id, enter):
    inside, _ = enter(cast.member)
    stranger = door.connect(cast.outsider)
    stranger.refused("room.join", room(session_id))
    with door.app.app_context():
        set_video_link(acting(cast.owner), session_id, url="https://meet.example.org/9")
    assert len(inside.heard("room.video_link_changed")) == 1
    assert stranger.client.get_received() == []


def test_who_missed_a_push_is_told_by_the_head(door, cast, session_id, enter):
    member, _ = enter(cast.member)
    door.look()
    member.client.get_received()
    with_no_push = acting(cast.other)
    with door.app.app_context():
        kept, installed().announce = installed().announce, lambda ctx, events: None
        post_message(with_no_push, session_id, body="Lost on the way")
        installed().announce = kept
    assert member.heard("room.message_posted") == []
    door.look()
    assert member.heard("stream.head")[-1]["seq"] == 1
    assert member.ask("room.sync", room(session_id, since=0))["head"] == 1


# ---------- roles ----------


@pytest.mark.parametrize(
    ("event", "more"),
    [
        ("room.say", {"body": "Hi"}),
        ("room.raise_hand", {}),
        ("room.start", {}),
        ("room.end", {}),
    ],
)
def test_an_observer_only_watches(door, cast, session_id, enter, event, more):
    observer, _ = enter(cast.observer)
    assert observer.refused(event, room(session_id, **more))["status"] == 403


def test_a_role_that_changed_counts_from_the_next_event_on(door, cast, session_id, enter):
    member, _ = enter(cast.member)
    member.ask("room.say", room(session_id, body="Hello"))
    with door.app.app_context():
        change_role(acting(cast.owner), cast.space, cast.member, role=Role.OBSERVER)
    assert member.refused("room.say", room(session_id, body="Again"))["status"] == 403


def test_who_is_removed_is_thrown_out_and_hears_no_more(door, cast, session_id, enter):
    member, _ = enter(cast.member)
    with door.app.app_context():
        remove_member(acting(cast.owner), cast.space, cast.member)
    assert member.refused("room.say", room(session_id, body="Still here"))["status"] == 404
    door.look()
    assert not member.connected
    tick(door)
    assert None not in leases(door, session_id)[cast.member]


@pytest.mark.parametrize(
    ("event", "fields", "named"),
    [
        ("room.join", {"session_id": "x"}, "session_id"),
        ("room.join", {"since": -1}, "since"),
        ("room.join", {"since": "many"}, "since"),
        ("room.say", {"body": ""}, "body"),
        ("room.say", {"body": "x" * 2001}, "body"),
        ("room.say", {"body": "a\x07"}, "body"),
        ("room.say", {"body": "Hi", "client_id": "short"}, "client_id"),
        ("room.say", {"body": "Hi", "colour": "red"}, "colour"),
        ("room.lower_hand", {"user_id": 7}, "user_id"),
    ],
)
def test_bad_input_is_named_and_changes_nothing(door, cast, session_id, event, fields, named):
    member = door.connect(cast.member)
    problem = member.refused(event, {**room(session_id), **fields})
    assert problem["status"] == 422
    assert named in problem["fields"]
    assert leases(door, session_id) == {}


def test_who_writes_too_fast_is_slowed_down(door, cast, session_id, enter):
    member, _ = enter(cast.member)
    answers = [
        member.client.emit("room.say", room(session_id, body="Spam"), callback=True)
        for _ in range(20)
    ]
    refused = [answer["error"]["status"] for answer in answers if not answer["ok"]]
    assert set(refused) == {429}
    assert 5 <= len(refused) <= 15


# ---------- presence kept true ----------


def test_people_are_told_when_they_change_and_only_then(door, cast, session_id, enter):
    watch = sockets.PeopleWatch()
    member, _ = enter(cast.member)
    tick(door, watch)
    assert [told["count"] for told in member.heard("room.people")] == [1]
    tick(door, watch)
    assert member.heard("room.people") == []
    enter(cast.facilitator)
    tick(door, watch)
    [told] = member.heard("room.people")
    assert [p["role"] for p in told["people"]] == ["facilitator", "member"]
    assert told["stream"] == str(session_id)


def test_a_dropped_line_is_not_said_to_be_left_at_once(door, cast, session_id, enter):
    watch = sockets.PeopleWatch()
    member, _ = enter(cast.member)
    other, _ = enter(cast.other)
    tick(door, watch)
    member.heard("room.people")
    other.leave()
    tick(door, watch)
    assert member.heard("room.people") == []


def test_leases_are_renewed_by_their_node_and_a_dead_nodes_are_reaped(
    app, door, cast, session_id, enter
):
    enter(cast.member)
    long_ago = acting(None).now - dt.timedelta(seconds=40)
    dead = make_lease(app, session_id, cast.other, joined_at=long_ago, last_seen_at=long_ago)
    age(app, cast.member, seconds=20)
    tick(door)
    with door.app.app_context():
        assert db.session.get_one(Presence, dead).left_at == long_ago
        mine = db.session.query(Presence).filter_by(user_id=cast.member).one()
        assert acting(None).now - mine.last_seen_at < dt.timedelta(seconds=10)


def age(app, user_id, *, seconds):
    before = acting(None).now - dt.timedelta(seconds=seconds)
    with app.app_context(), db.engines["write"].begin() as connection:
        connection.execute(
            Presence.__table__.update()
            .where(Presence.user_id == user_id)
            .values(last_seen_at=before)
        )


def test_a_node_that_was_stalled_takes_new_leases_for_its_sockets(
    app, door, cast, session_id, enter
):
    member, _ = enter(cast.member)
    age(app, cast.member, seconds=60)
    tick(door)  # reaped, and entered again
    assert [left is None for left in leases(door, session_id)[cast.member]] == [False, True]
    member.leave()
    assert None not in leases(door, session_id)[cast.member]


def test_a_lease_whose_socket_is_gone_without_a_farewell_is_closed(
    app, door, cast, session_id, enter
):
    enter(cast.member)
    make_lease(app, session_id, cast.other, node_id=node_of(door))
    tick(door)
    found = leases(door, session_id)
    assert found[cast.member] == [None]
    assert None not in found[cast.other]


def node_of(door):
    with door.app.app_context():
        return installed().node_id


def test_after_the_end_nobody_is_let_in_again_and_attendance_is_written(
    door, cast, session_id, enter
):
    member, _ = enter(cast.member)
    with door.app.app_context():
        ctx = acting(cast.owner, now=acting(None).now + dt.timedelta(seconds=10))
        end_session(ctx, session_id)
        assert set(queries.attendance_of(session_id)) == {cast.member}
    tick(door)
    assert len(leases(door, session_id)[cast.member]) == 1
    assert member.heard("room.ended")[0]["data"]["state"] == "ended"
