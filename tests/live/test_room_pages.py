"""The page of a room, without scripts: plan, talk, hands and people."""

import datetime as dt
import html
import re

import pytest
from conftest import acting
from factories.live import VIDEO, make_lease, make_session
from page_text import text_of as words

from community.kernel.db import db
from community.kernel.keys import new_key
from community.kernel.operation import unit_of_work
from community.live import queries
from community.live.models import LiveSession, RoomMessage, SessionState
from community.live.operations import post_message, raise_hand


def now():
    return dt.datetime.now(dt.UTC)


def stored(app, session_id):
    with app.app_context():
        return db.session.get_one(LiveSession, session_id)


def test_the_room_shows_plan_talk_hands_and_people(app, cast, browse, live_id):
    make_lease(app, live_id, cast.other)
    with app.app_context():
        post_message(acting(cast.other), live_id, body="Hello <b>all</b>")
        raise_hand(acting(cast.other), live_id)
    response = browse(cast.member).get(f"/sessions/{live_id}/room")
    page = words(response)
    assert "Hello &lt;b&gt;all" in response.text
    assert "In the room, 1" in page
    assert "Lower : Other Lind" not in page
    assert "Arrive" in page
    assert 'data-head="2"' in response.text
    assert "End the session" not in page
    lead = words(browse(cast.facilitator).get(f"/sessions/{live_id}/room"))
    assert "End the session" in lead
    assert "Lower : Other Lind" in lead


def chat_of(response):
    """Return the items of a room's chat: whether it goes on, and its words."""
    chat = response.text.partition("data-chat")[2].partition("</ol>")[0]
    items = re.findall(r"<li(.*?)</li>", chat, re.DOTALL)
    return [
        ("goes-on" in item, " ".join(re.sub(r"<[^>]+>", " ", f"<li{item}").split()))
        for item in items
    ]


def test_the_chat_folds_one_persons_lines_and_tells_what_everybody_saw_happen(app, cast, browse):
    began = dt.datetime(2026, 3, 3, 14, 0, tzinfo=dt.UTC)
    ended = began + dt.timedelta(minutes=20)
    times = {"starts_at": began, "ended_at": ended}
    room = make_session(app, cast.space, cast.owner, state=SessionState.ENDED, **times)
    said = [
        (-1, "member", "Early"),
        (1, "member", "One"),
        (4, "member", "Two"),
        (7, "member", "Six"),
    ]
    with app.app_context(), unit_of_work(acting(None)):
        for minute, who, body in [*said, (8, "other", "See www.example.org.")]:
            at = began + dt.timedelta(minutes=minute)
            values = {"author_id": getattr(cast, who), "body": body, "created_at": at}
            db.session.add(RoomMessage(id=new_key(), session_id=room, **values))
    response = browse(cast.member).get(f"/sessions/{room}/room")
    assert chat_of(response) == [
        (False, "ML Member Lind 16:59 Early"),
        (False, "The session started, 17:00"),
        (False, "ML Member Lind 17:01 One"),
        (True, "ML Member Lind 17:04 Two"),
        (False, "ML Member Lind 17:07 Six"),
        (False, "OL Other Lind 17:08 See www.example.org ."),
        (False, "The session ended, 17:20"),
    ]
    assert '<a href="https://www.example.org" rel="nofollow noopener noreferrer">' in response.text
    assert "Go on in Talk" in response.text


def test_what_the_end_left_unsent_can_be_carried_into_talk(app, cast, browse, slug, over_id):
    client = browse(cast.member)
    late = client.post(f"/sessions/{over_id}/messages", data={"body": "One more thing"})
    form = late.text.partition('id="say"')[2].partition("</form>")[0]
    assert "hidden" not in form.partition(">")[0]
    assert "readonly>\nOne more thing</textarea>" in form
    [way] = re.findall(r'href="([^"]+)" data-carry', form)
    assert "Last week" in client.get(html.unescape(way)).text
    assert way.startswith(f"/spaces/{slug}/threads/new")


def test_only_a_room_that_counts_attendance_warns_who_has_no_scripts(
    cast, browse, live_id, over_id
):
    client = browse(cast.member)
    assert "<noscript>" in client.get(f"/sessions/{live_id}/room").text
    assert "<noscript>" not in client.get(f"/sessions/{over_id}/room").text


def test_one_writes_and_raises_a_hand_by_plain_forms(app, cast, browse, live_id):
    client = browse(cast.member)
    typed = {"body": "From a form", "nonce": "1"}
    assert client.post(f"/sessions/{live_id}/messages", data=typed).status_code == 303
    assert client.post(f"/sessions/{live_id}/messages", data=typed).status_code == 303
    assert client.post(f"/sessions/{live_id}/hands").status_code == 303
    page = words(client.get(f"/sessions/{live_id}/room"))
    assert page.count("From a form") == 1  # sent twice from one page
    with app.app_context():
        assert [h.person.id for h in queries.raised_hands(live_id)] == [cast.member]
    down = client.post(f"/sessions/{live_id}/hands/{cast.member}/lower")
    assert down.status_code == 303
    with app.app_context():
        assert queries.raised_hands(live_id) == []


def test_a_line_that_cannot_be_taken_comes_back_as_it_was_typed(app, cast, browse, over_id):
    client = browse(cast.member)
    late = client.post(f"/sessions/{over_id}/messages", data={"body": "One more thing"})
    assert late.status_code == 409
    assert "One more thing" in late.text
    live = make_session(app, cast.space, cast.owner, state=SessionState.LIVE)
    long = client.post(f"/sessions/{live}/messages", data={"body": "x" * 2001})
    assert long.status_code == 422
    assert "x" * 2001 in long.text


def test_an_observer_reads_along(cast, browse, live_id):
    client = browse(cast.observer)
    page = client.get(f"/sessions/{live_id}/room")
    assert "You observe this space" in words(page)
    assert 'data-act="say"' not in page.text
    assert client.post(f"/sessions/{live_id}/messages", data={"body": "Hi"}).status_code == 403
    assert client.post(f"/sessions/{live_id}/hands").status_code == 403


def test_the_lobby_has_a_code_of_conduct_and_the_facilitators_start(cast, browse, lobby_id):
    page = words(browse(cast.member).get(f"/sessions/{lobby_id}/room"))
    assert "One voice at a time" in page
    assert "Start the session" not in page
    client = browse(cast.facilitator)
    assert "Start the session" in words(client.get(f"/sessions/{lobby_id}/room"))
    assert client.post(f"/sessions/{lobby_id}/start").status_code == 303
    assert 'data-state="live"' in client.get(f"/sessions/{lobby_id}/room").text
    again = client.post(f"/sessions/{lobby_id}/start")  # a second click, or another facilitator
    assert again.status_code == 303
    assert "This session has already started." in words(client.get(again.location))


def test_ending_leads_to_who_was_there(app, cast, browse):
    began = now() - dt.timedelta(minutes=30)
    live_id = make_session(
        app, cast.space, cast.owner, state=SessionState.LIVE, starts_at=began, started_at=began
    )
    make_lease(app, live_id, cast.other, joined_at=now() - dt.timedelta(seconds=80))
    client = browse(cast.facilitator)
    assert browse(cast.member).post(f"/sessions/{live_id}/end").status_code == 403
    ended = client.post(f"/sessions/{live_id}/end")
    assert ended.status_code == 303
    page = words(client.get(ended.location))
    assert "Everybody's attendance is written" in page
    assert "Other Lind 2 1" in page
    again = client.post(f"/sessions/{live_id}/end")
    assert again.location == ended.location
    assert "This session is over." in words(client.get(again.location))
    room = client.get(f"/sessions/{live_id}/room").text
    assert 'data-state="ended"' in room


@pytest.mark.parametrize("back", ["", "room"])
def test_the_video_link_is_set_and_refused_where_it_was_typed(app, cast, browse, live_id, back):
    client = browse(cast.facilitator)
    address = f"/sessions/{live_id}/video-link"
    bad = client.post(address, data={"url": "http://meet.example.org", "back": back})
    assert bad.status_code == 422
    assert "http://meet.example.org" in bad.text
    assert ("room-top" in bad.text) is bool(back)
    assert stored(app, live_id).video_url == VIDEO
    assert client.post(address, data={"url": "", "back": back}).status_code == 303
    assert stored(app, live_id).video_url is None
    assert browse(cast.member).post(address, data={"url": VIDEO}).status_code == 403


def test_a_long_chat_can_be_read_from_its_end_to_its_beginning(app, cast, browse, live_id):
    with app.app_context():
        for number in range(105):
            post_message(acting(cast.member), live_id, body=f"Line {number};")
    client = browse(cast.other)
    room = words(client.get(f"/sessions/{live_id}/room"))
    assert "Line 104;" in room
    assert "Line 4;" not in room
    last = client.get(f"/sessions/{live_id}/room?page=last")
    assert "Line 104;" in words(last)
    [earlier] = re.findall(r'rel="prev" href="([^"]+)"', last.text)
    first = words(client.get(html.unescape(earlier)))
    assert "Line 0;" in first
    assert "Line 104;" not in first
    assert client.get(f"/sessions/{live_id}/room?page=nonsense").status_code == 422
