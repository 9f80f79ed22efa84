"""What people do in a room, and that its log says all of it."""

import contextlib
import datetime as dt

import pytest
import sqlalchemy as sa
from conftest import NOW, acting
from factories.accounts import make_user
from factories.live import make_lease, make_session
from factories.spaces import join, make_space
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from community.kernel import log
from community.kernel.db import WRITE, db, snapshot
from community.kernel.errors import Conflict, Forbidden, NotFound
from community.live import queries, rules
from community.live.models import LiveSession, Presence, RoomMessage, SessionState
from community.live.operations import (
    call_off_session,
    end_session,
    lower_hand,
    move_sessions,
    post_message,
    raise_hand,
    reinstate_session,
    set_video_link,
    start_session,
)
from community.live.schemas import catch_up
from community.live.schemas.room import RoomOut
from community.live.schemas.stream import replayed
from community.spaces.models import Role
from community.spaces.operations import change_role, remove_member

pytestmark = pytest.mark.usefixtures("inside")


def at(person, seconds: float = 0):
    return acting(person, now=NOW + dt.timedelta(seconds=seconds))


@pytest.fixture
def session_id(app, cast):
    return make_session(app, cast.space, cast.owner, starts_at=NOW, state=SessionState.LIVE)


@pytest.fixture
def lobby_id(app, cast):
    return make_session(app, cast.space, cast.owner, starts_at=NOW + dt.timedelta(minutes=30))


def hands(session_id):
    return [hand.person.id for hand in queries.raised_hands(session_id)]


def lines():
    return db.session.scalar(sa.select(sa.func.count()).select_from(RoomMessage))


# ---------- writing ----------


def test_a_line_is_kept_and_numbered(cast, session_id):
    said = post_message(at(cast.member), session_id, body="Good morning")
    assert said.body == "Good morning"
    assert log.head(session_id) == 1


def test_a_repeat_under_the_same_client_id_counts_once(cast, session_id):
    first = post_message(at(cast.member), session_id, body="Once", client_id="abcdefgh")
    again = post_message(at(cast.member, 5), session_id, body="Once", client_id="abcdefgh")
    other = post_message(at(cast.other, 6), session_id, body="Mine", client_id="abcdefgh")
    assert first.id == again.id != other.id
    assert (lines(), log.head(session_id)) == (2, 2)
    with pytest.raises(Conflict):
        post_message(at(cast.member, 7), session_id, body="Something else", client_id="abcdefgh")


def test_a_repeat_that_arrives_after_the_end_is_still_answered(cast, session_id):
    first = post_message(at(cast.member), session_id, body="Just in time", client_id="abcdefgh")
    end_session(at(cast.owner, 1), session_id)
    again = post_message(at(cast.member, 2), session_id, body="Just in time", client_id="abcdefgh")
    assert again.id == first.id
    with pytest.raises(Conflict):
        post_message(at(cast.member, 3), session_id, body="Too late", client_id="ijklmnop")


@pytest.mark.parametrize(("who", "error"), [("observer", Forbidden), ("outsider", NotFound)])
def test_only_who_takes_part_writes_and_raises_a_hand(cast, session_id, who, error):
    person = getattr(cast, who)
    with pytest.raises(error):
        post_message(at(person), session_id, body="Hello")
    with pytest.raises(error):
        raise_hand(at(person), session_id)
    post_message(at(cast.member), session_id, body="Hello")
    raise_hand(at(cast.member), session_id)
    assert (lines(), hands(session_id)) == (1, [cast.member])


def test_the_lobby_takes_lines_but_no_hands_and_opens_half_an_hour_before(cast, lobby_id):
    with pytest.raises(Conflict):
        post_message(at(cast.member, -1), lobby_id, body="Too early")
    post_message(at(cast.member), lobby_id, body="First here")
    with pytest.raises(Conflict):
        raise_hand(at(cast.member), lobby_id)
    assert (lines(), hands(lobby_id)) == (1, [])


def test_a_room_whose_session_never_began_says_that_it_did_not_take_place(cast, lobby_id):
    two_days = 2 * 24 * 3600
    with pytest.raises(Conflict, match="did not take place"):
        post_message(at(cast.member, two_days), lobby_id, body="Hello?")


# ---------- hands ----------


def test_hands_queue_in_the_order_they_went_up_and_twice_is_once(cast, session_id):
    raise_hand(at(cast.other, 1), session_id)
    raise_hand(at(cast.member, 2), session_id)
    raise_hand(at(cast.other, 3), session_id)
    assert hands(session_id) == [cast.other, cast.member]
    lower_hand(at(cast.other, 4), session_id, cast.other)
    lower_hand(at(cast.other, 5), session_id, cast.other)
    raise_hand(at(cast.other, 6), session_id)
    assert hands(session_id) == [cast.member, cast.other]
    assert log.head(session_id) == 4


def test_a_repeated_raise_does_not_undo_the_facilitators_lowering(cast, session_id):
    raise_hand(at(cast.member), session_id, client_id="abcdefgh")
    lower_hand(at(cast.facilitator, 1), session_id, cast.member)
    raise_hand(at(cast.member, 2), session_id, client_id="abcdefgh")
    assert hands(session_id) == []


def test_one_client_id_for_two_acts_is_refused_and_not_taken_for_a_retry(cast, session_id):
    post_message(at(cast.member), session_id, body="A line", client_id="abcdefgh")
    with pytest.raises(Conflict):
        raise_hand(at(cast.member, 1), session_id, client_id="abcdefgh")
    raise_hand(at(cast.member, 2), session_id, client_id="ijklmnop")
    with pytest.raises(Conflict):
        lower_hand(at(cast.member, 3), session_id, cast.member, client_id="ijklmnop")
    assert hands(session_id) == [cast.member]


def test_only_a_facilitator_lowers_the_hand_of_somebody_else(cast, session_id):
    raise_hand(at(cast.member), session_id)
    with pytest.raises(Forbidden):
        lower_hand(at(cast.other, 1), session_id, cast.member)
    with pytest.raises(NotFound):
        lower_hand(at(cast.outsider, 1), session_id, cast.member)
    assert hands(session_id) == [cast.member]
    lower_hand(at(cast.facilitator, 1), session_id, cast.member)
    assert hands(session_id) == []


def test_the_end_lowers_all_hands(cast, session_id):
    raise_hand(at(cast.member), session_id)
    end_session(at(cast.owner, 1), session_id)
    assert hands(session_id) == []


# ---------- losing access ----------


def test_who_is_removed_is_out_of_the_room_at_once(app, cast, session_id):
    lease = make_lease(app, session_id, cast.member)
    raise_hand(at(cast.member), session_id)
    remove_member(acting(cast.owner), cast.space, cast.member)
    assert hands(session_id) == []
    assert db.session.get(Presence, lease).left_at is not None
    assert queries.people_in([session_id], acting(None).now)[session_id] == []
    with pytest.raises(NotFound):
        post_message(at(cast.member, 2), session_id, body="Still here")


def test_who_becomes_an_observer_has_no_hand_up_and_stays_in_the_room(app, cast, session_id):
    lease = make_lease(app, session_id, cast.member)
    raise_hand(at(cast.member), session_id)
    change_role(acting(cast.owner), cast.space, cast.member, role=Role.OBSERVER)
    assert hands(session_id) == []
    assert db.session.get(Presence, lease).left_at is None


# ---------- the log says it all ----------


class Client:
    """What a browser makes of the events of a room, from the first on."""

    def __init__(self, starts_at):
        self.room = {
            "head": 0,
            "state": "scheduled",
            "starts_at": starts_at.isoformat(),
            "opens_at": (starts_at - rules.OPENS_BEFORE).isoformat(),
            "minutes": 60,
            "edition": 0,
            "started_at": None,
            "ended_at": None,
            "video_url": None,
            "hands": [],
            "messages": [],
        }

    def apply(self, event):
        room, data = self.room, event["data"]
        assert event["seq"] == room["head"] + 1
        room["head"] = event["seq"]
        match event["name"]:
            case "room.moved" | "room.changed" | "room.called_off" | "room.reinstated":
                room.update({name: value for name, value in data.items() if name != "at"})
            case "room.started":
                room.update(state="live", started_at=data["at"])
            case "room.ended":
                room.update(state="ended", ended_at=data["at"], hands=[])
            case "room.video_link_changed":
                room["video_url"] = data["video_url"]
            case "room.message_posted":
                room["messages"] = [*room["messages"], data][-queries.MESSAGES_SHOWN :]
            case "room.hand_raised":
                room["hands"] = [*room["hands"], data]
            case "room.hand_lowered":
                gone = data["person"]["id"]
                room["hands"] = [h for h in room["hands"] if h["person"]["id"] != gone]


ACTS = {
    "say": lambda ctx, key, n, _cast: post_message(ctx, key, body=f"Line {n}"),
    "raise": lambda ctx, key, _n, _cast: raise_hand(ctx, key),
    "lower": lambda ctx, key, _n, _cast: lower_hand(ctx, key, ctx.person),
    "lower other": lambda ctx, key, _n, cast: lower_hand(ctx, key, cast.member),
    "link": lambda ctx, key, n, _cast: set_video_link(
        ctx, key, url=f"https://meet.example.org/{n}"
    ),
    "move": lambda ctx, key, n, _cast: move_sessions(
        ctx, {key: NOW.replace(tzinfo=None) + dt.timedelta(minutes=n)}
    ),
    "call off": lambda ctx, key, _n, _cast: call_off_session(ctx, key, reason="A storm."),
    "reinstate": lambda ctx, key, _n, _cast: reinstate_session(ctx, key),
    "start": lambda ctx, key, _n, _cast: start_session(ctx, key),
    "end": lambda ctx, key, _n, _cast: end_session(ctx, key),
}

acts = st.lists(
    st.tuples(
        st.sampled_from(sorted(ACTS)),
        st.sampled_from(["facilitator", "member", "other"]),
    ),
    max_size=25,
)


def do(cast, session_id, act, who, seconds):
    ctx = at(getattr(cast, who), seconds)
    with contextlib.suppress(Conflict, Forbidden):  # refused, so nothing happened
        ACTS[act](ctx, session_id, seconds, cast)


@hypothesis_settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(acts)
def test_replaying_the_log_gives_the_snapshot(app, cast, sequence):
    session_id = make_session(app, cast.space, cast.owner, starts_at=NOW)
    client = Client(NOW)
    for seconds, (act, who) in enumerate(sequence):
        do(cast, session_id, act, who, seconds)
    for event in replayed(at(cast.member), log.since(session_id, 0)):
        client.apply(event)
    snapshot = RoomOut().dump(queries.room_of(at(cast.member), session_id))
    assert snapshot == client.room


def session_of(session_id):
    return db.session.get_one(LiveSession, session_id)


def test_who_is_a_little_behind_gets_events_and_who_is_new_gets_a_snapshot(cast, session_id):
    for number in range(3):
        post_message(at(cast.member, number), session_id, body=f"Line {number}")
    session = session_of(session_id)
    ctx = at(cast.other)
    behind = catch_up(ctx, session, 1)
    assert [event["seq"] for event in behind["events"]] == [2, 3]
    assert [event["data"]["body"] for event in behind["events"]] == ["Line 1", "Line 2"]
    assert catch_up(ctx, session, 3) == {"head": 3, "events": []}
    assert [m["body"] for m in catch_up(ctx, session, None)["snapshot"]["messages"]] == [
        "Line 0",
        "Line 1",
        "Line 2",
    ]
    assert catch_up(ctx, session, 99)["snapshot"]["head"] == 3  # ahead of a restored database


def test_who_is_too_far_behind_gets_a_snapshot(app, cast, session_id):
    for number in range(log.REPLAY_LIMIT + 1):
        raise_hand(at(cast.member, number), session_id)
        lower_hand(at(cast.member, number), session_id, cast.member)
        if number == log.REPLAY_LIMIT // 2:
            break
    head = log.head(session_id)
    session = session_of(session_id)
    assert len(catch_up(at(cast.other), session, head - log.REPLAY_LIMIT)["events"]) == 500
    assert "snapshot" in catch_up(at(cast.other), session, head - log.REPLAY_LIMIT - 1)


def test_a_snapshot_costs_the_same_however_much_it_holds(app, cast, session_id, count_queries):
    def cost():
        count_queries.clear()
        queries.room_of(at(cast.member, 100), session_id)
        return len(count_queries)

    cost()
    few = cost()
    space = make_space(app)
    for number in range(30):
        person = make_user(app, f"Person {number}")
        join(app, space, person)
        make_lease(app, session_id, person, last_seen_at=NOW)
        post_message(at(cast.member, number), session_id, body=f"Line {number}")
    assert cost() == few <= 8


def test_a_snapshot_is_of_one_moment(session_id):
    """Another connection writes between two statements of the snapshot; it is not seen."""
    with snapshot():
        before = log.head(session_id)
        with db.engines[WRITE].begin() as connection:
            connection.execute(sa.update(log.Stream).values(head=41))
        assert log.head(session_id) == before == 0
    assert log.head(session_id) == 41
