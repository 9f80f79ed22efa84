"""Sessions and rooms over JSON."""

import datetime as dt

import pytest
from factories.live import make_attendance, make_lease, make_session

from community.kernel.keys import new_key
from community.live.models import SessionState

GOOD = {
    "title": "Question clinic",
    "plan": "Bring *one*.",
    "local_at": "2030-03-05T14:00",
    "zone": "Europe/Berlin",
    "minutes": 90,
}
VIDEO = "https://meet.example.org/room-9"


@pytest.fixture
def session_id(app, cast):
    return make_session(app, cast.space, cast.owner, state=SessionState.LIVE, video_url=VIDEO)


def url(session_id, rest=""):
    return f"/api/v1/sessions/{session_id}{rest}"


def sessions_url(cast):
    return f"/api/v1/spaces/{cast.space}/sessions"


def test_a_session_is_planned_listed_and_read(cast, browse):
    leader, member = browse(cast.facilitator), browse(cast.member)
    made = leader.post(sessions_url(cast), json=GOOD)
    assert made.status_code == 201
    assert made.json["starts_at"] == "2030-03-05T13:00:00+00:00"
    assert made.json["local_at"] == "2030-03-05T14:00:00"
    assert [row["id"] for row in member.get(sessions_url(cast)).json["items"]] == [made.json["id"]]
    assert member.get(url(made.json["id"])).json == made.json
    ahead = member.get("/api/v1/sessions").json["items"]
    assert [(row["title"], row["state"]) for row in ahead] == [("Question clinic", "scheduled")]
    assert browse(cast.outsider).get("/api/v1/sessions").json == {"items": []}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", " "),
        ("title", 7),
        ("local_at", "soon"),
        ("local_at", "2020-01-01T10:00"),
        ("local_at", "2030-03-05T14:00Z"),
        ("zone", "Mars"),
        ("minutes", 601),
        ("minutes", 1.5),
        ("colour", "red"),
    ],
)
def test_bad_input_is_named_and_plans_nothing(cast, browse, field, value):
    leader = browse(cast.facilitator)
    refused = leader.post(sessions_url(cast), json={**GOOD, field: value})
    assert refused.status_code == 422
    assert refused.content_type == "application/problem+json"
    assert field in refused.json["fields"]
    assert leader.get(sessions_url(cast)).json["items"] == []


def test_a_session_is_led_through_the_api(app, cast, browse):
    lobby = make_session(app, cast.space, cast.owner)
    leader = browse(cast.facilitator)
    assert leader.post(url(lobby, "/start")).json["state"] == "live"
    assert leader.post(url(lobby, "/start")).status_code == 409
    linked = leader.put(url(lobby, "/video-link"), json={"url": VIDEO})
    assert linked.json["video_url"] == VIDEO
    assert leader.put(url(lobby, "/video-link"), json={"url": "ftp://x.org"}).status_code == 422
    assert leader.put(url(lobby, "/video-link"), json={"url": None}).json["video_url"] is None
    assert leader.post(url(lobby, "/end")).json["state"] == "ended"
    assert leader.post(url(lobby, "/end")).status_code == 409


def test_one_writes_once_under_a_client_id_and_reads_page_by_page(cast, browse, session_id):
    member = browse(cast.member)
    first = member.post(url(session_id, "/messages"), json={"body": "A", "client_id": "abcdefgh"})
    again = member.post(url(session_id, "/messages"), json={"body": "A", "client_id": "abcdefgh"})
    assert (first.status_code, first.json) == (201, again.json)
    assert first.json["author"]["name"] == "Member Lind"
    for body in "BC":
        member.post(url(session_id, "/messages"), json={"body": body})
    page = member.get(url(session_id, "/messages?limit=2")).json
    rest = member.get(
        url(session_id, "/messages"), query_string={"limit": 2, "page": page["next"]}
    ).json
    assert [row["body"] for row in [*page["items"], *rest["items"]]] == ["C", "B", "A"]
    assert rest["next"] is None
    assert member.get(url(session_id, "/messages?page=x")).status_code == 422


def test_hands_go_up_and_down(cast, browse, session_id):
    member, leader = browse(cast.member), browse(cast.facilitator)
    raised = member.post(url(session_id, "/hands"), json={})
    assert raised.status_code == 201
    assert [row["person"]["name"] for row in raised.json["items"]] == ["Member Lind"]
    assert browse(cast.other).delete(url(session_id, f"/hands/{cast.member}")).status_code == 403
    assert leader.delete(url(session_id, f"/hands/{cast.member}")).status_code == 204
    assert leader.delete(url(session_id, f"/hands/{cast.member}")).status_code == 204
    assert member.get(url(session_id, "/hands")).json == {"items": []}


def test_people_in_the_room_are_counted_once(app, cast, browse, session_id):
    make_lease(app, session_id, cast.member)
    make_lease(app, session_id, cast.member)
    found = browse(cast.observer).get(url(session_id, "/people")).json
    assert found["count"] == 1
    assert [(p["person"]["name"], p["role"]) for p in found["people"]] == [
        ("Member Lind", "member")
    ]


def test_attendance_is_for_those_who_lead_and_mine_is_for_me(app, cast, browse):
    over = make_session(
        app, cast.space, cast.owner, state=SessionState.ENDED, ended_at=dt.datetime.now(dt.UTC)
    )
    make_attendance(app, over, cast.member, seconds=1800)
    [row] = browse(cast.organiser).get(url(over, "/attendance")).json["items"]
    assert (row["person"]["name"], row["seconds"]) == ("Member Lind", 1800)
    [stay] = row["intervals"]
    assert stay["start"] < stay["end"]
    assert browse(cast.member).get(url(over, "/attendance")).status_code == 403
    assert browse(cast.member).get(url(over, "/attendance/mine")).json == {"seconds": 1800}
    assert browse(cast.other).get(url(over, "/attendance/mine")).json == {"seconds": 0}


SURFACES = [
    ("GET", ""),
    ("POST", "/start"),
    ("POST", "/end"),
    ("PUT", "/video-link"),
    ("GET", "/messages"),
    ("POST", "/messages"),
    ("GET", "/hands"),
    ("POST", "/hands"),
    ("GET", "/people"),
    ("GET", "/attendance"),
    ("GET", "/attendance/mine"),
]
BODIES = {"/video-link": {"url": None}, "/messages": {"body": "Hi"}, "/hands": {}}


@pytest.mark.parametrize(("method", "rest"), SURFACES)
def test_hidden_equals_absent_on_every_surface(cast, browse, session_id, method, rest):
    stranger = browse(cast.outsider)
    body = {"json": BODIES[rest]} if method != "GET" and rest in BODIES else {}
    hidden = stranger.open(url(session_id, rest), method=method, **body)
    absent = stranger.open(url(new_key(), rest), method=method, **body)
    assert (hidden.status_code, hidden.json) == (404, absent.json)


def test_lists_cost_the_same_however_long_they_are(app, cast, browse, session_id, count_queries):
    client = browse(cast.facilitator)
    paths = [sessions_url(cast), url(session_id, "/people"), url(session_id, "/messages")]

    def cost():
        count_queries.clear()
        for path in paths:
            assert client.get(path).status_code == 200
        return len(count_queries)

    cost()
    few = cost()
    for _ in range(10):
        make_session(app, cast.space, cast.owner)
        make_lease(app, session_id, cast.other)
        client.post(url(session_id, "/messages"), json={"body": "Hi"})
    assert cost() == few <= 5 * len(paths)
