"""The pages of sessions, as people of each role see them, with and without scripts."""

import datetime as dt
import html
import re

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.accounts import make_user
from factories.forms import without_token
from factories.live import make_attendance, make_lease, make_session
from factories.spaces import join, make_space

from community.accounts.models import User
from community.kernel.db import db
from community.kernel.keys import new_key
from community.kernel.operation import unit_of_work
from community.live import queries
from community.live.models import Attendance, LiveSession, RoomMessage, SessionState
from community.live.operations import post_message, raise_hand, set_video_link
from community.spaces.models import Membership, Role, Space

VIDEO = "https://meet.example.org/room-9"
AGENDA = "Bring one.\n\n| Minute | What |\n| --- | --- |\n| 0 to 10 | **Arrive.** Say hello. |\n"


def now():
    return dt.datetime.now(dt.UTC)


def words(response):
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.text)))


@pytest.fixture
def slug(app, cast):
    with app.app_context():
        return db.session.get_one(Space, cast.space).slug


@pytest.fixture
def live_id(app, cast):
    return make_session(
        app,
        cast.space,
        cast.owner,
        state=SessionState.LIVE,
        plan=AGENDA,
        plan_html="<p>Bring one.</p>",
        video_url=VIDEO,
    )


@pytest.fixture
def lobby_id(app, cast):
    return make_session(
        app, cast.space, cast.owner, title="Clinic", starts_at=now() + dt.timedelta(minutes=5)
    )


@pytest.fixture
def over_id(app, cast):
    return make_session(
        app,
        cast.space,
        cast.owner,
        title="Last week",
        starts_at=now() - dt.timedelta(days=7),
        state=SessionState.ENDED,
        ended_at=now() - dt.timedelta(days=7) + dt.timedelta(minutes=58),
    )


def stored(app, session_id):
    with app.app_context():
        return db.session.get_one(LiveSession, session_id)


# ---------- who sees what ----------


@pytest.mark.parametrize("path", ["", "/room"])
def test_members_see_a_session_and_for_others_it_does_not_exist(app, cast, browse, live_id, path):
    nothing = browse(cast.outsider).get(f"/sessions/{new_key()}{path}")
    hidden = browse(cast.outsider).get(f"/sessions/{live_id}{path}")
    seen = browse(cast.observer).get(f"/sessions/{live_id}{path}")
    assert (seen.status_code, hidden.status_code) == (200, 404)
    assert without_token(hidden) == without_token(nothing)
    assert VIDEO in seen.text
    assert VIDEO not in hidden.text


def test_a_space_one_is_not_in_has_no_calendar(cast, browse, slug):
    assert browse(cast.outsider).get(f"/spaces/{slug}/sessions").status_code == 404
    assert browse(cast.outsider).get(f"/spaces/{slug}/sessions/new").status_code == 404
    assert browse(cast.member).get(f"/spaces/{slug}/sessions/new").status_code == 403


def test_the_video_link_opens_elsewhere_and_tells_nobody_where_from(cast, browse, live_id):
    page = browse(cast.member).get(f"/sessions/{live_id}").text
    [link] = re.findall(rf'<a [^>]*href="{VIDEO}"[^>]*>', page)
    assert 'rel="noopener noreferrer"' in link
    assert 'target="_blank"' in link


def test_the_calendar_has_live_ones_first_and_my_attendance_last(
    app, cast, browse, slug, live_id, lobby_id, over_id
):
    make_attendance(app, over_id, cast.member, seconds=2940)
    page = words(browse(cast.member).get(f"/spaces/{slug}/sessions"))
    order = ["Live now", "A circle of failures", "Clinic", "The room is open", "Past", "Last week"]
    assert [page.index(text) for text in order] == sorted(page.index(text) for text in order)
    assert "I was there for 49 minutes" in page
    assert "I was not there" in words(browse(cast.other).get(f"/spaces/{slug}/sessions"))


def test_an_empty_calendar_says_what_will_be_here(cast, browse, slug):
    assert "No session is planned" in words(browse(cast.member).get(f"/spaces/{slug}/sessions"))


def test_times_are_in_the_readers_zone_named_beside_that_of_the_plan(app, cast, browse):
    session_id = make_session(
        app,
        cast.space,
        cast.owner,
        starts_at=dt.datetime(2030, 3, 5, 13, 0, tzinfo=dt.UTC),
        local_at=dt.datetime.fromisoformat("2030-03-05T14:00"),
        zone="Europe/Berlin",
    )
    page = words(browse(cast.member).get(f"/sessions/{session_id}"))
    assert "Tue 5 Mar 2030, 16:00 (Nairobi)" in page
    assert "Planned for Tue 5 Mar 2030, 14:00 (Berlin)" in page


def test_a_session_that_was_called_off_did_not_take_place(app, cast, browse, slug):
    ahead = now() + dt.timedelta(days=2)
    called_off = make_session(
        app,
        cast.space,
        cast.owner,
        starts_at=ahead,
        started_at=None,
        state=SessionState.ENDED,
        ended_at=now(),
        title="Never held",
    )
    said = words(browse(cast.facilitator).get(f"/sessions/{called_off}"))
    assert "This session did not take place" in said
    assert "My attendance" not in said
    assert "Who was there" not in said
    assert "Go into the room" not in said
    assert "Never held" not in words(browse(cast.member).get(f"/spaces/{slug}/sessions"))


def test_only_facilitators_see_who_was_there(app, cast, browse, over_id):
    make_attendance(app, over_id, cast.other, seconds=1800)
    assert "Other Lind 30 1" in words(browse(cast.facilitator).get(f"/sessions/{over_id}"))
    assert "Other Lind" not in words(browse(cast.member).get(f"/sessions/{over_id}"))
    assert "I was there for 30 of 58" in words(browse(cast.other).get(f"/sessions/{over_id}"))


def test_a_hall_is_counted_whole_and_shown_in_pages(app, cast, browse, over_id):
    people = [new_key() for _ in range(130)]
    with app.app_context(), unit_of_work(acting(None)):
        for number, key in enumerate(people):
            name, email = f"Guest {number:03}", f"{key.hex}@example.org"
            values = {"name": name, "email": email, "zone": "UTC", "language": "en"}
            db.session.add(User(id=key, created_at=now(), **values))
        db.session.flush()
        for key in people:
            db.session.add(Attendance(session_id=over_id, user_id=key, seconds=60, intervals=[]))
    client = browse(cast.facilitator)
    first = client.get(f"/sessions/{over_id}")
    assert "130 people" in words(first)
    assert first.text.count("Guest ") == 100
    [later] = re.findall(r'rel="next" href="([^"]+)"', first.text)
    second = client.get(html.unescape(later))
    assert second.text.count("Guest ") == 30
    assert "130 people" in words(second)


def test_who_leads_a_run_sees_which_learners_missed_it(app, cast, browse, over_id):
    make_attendance(app, over_id, cast.member)
    with app.app_context(), unit_of_work(acting(None)):
        db.session.execute(sa.update(Membership).values(joined_at=now() - dt.timedelta(days=30)))
    newcomer = make_user(app, "Newcomer Lind")
    join(app, cast.space, newcomer)
    page = words(browse(cast.facilitator).get(f"/sessions/{over_id}"))
    missed = page.partition("Who missed it")[2].partition("Who was there")[0]
    assert missed.split() == ["1", "learner.", "Other", "Lind"]
    assert "Who missed it" not in words(browse(cast.other).get(f"/sessions/{over_id}"))


def test_a_session_of_a_minute_is_said_as_one(app, cast, browse):
    began = now() - dt.timedelta(hours=2)
    short = make_session(
        app,
        cast.space,
        cast.owner,
        starts_at=began,
        state=SessionState.ENDED,
        ended_at=began + dt.timedelta(seconds=50),
    )
    make_attendance(app, short, cast.member, seconds=40)
    page = words(browse(cast.member).get(f"/sessions/{short}"))
    assert "I was there for 1 of 1 minute." in page


# ---------- scheduling ----------


def test_ones_own_zone_is_chosen_even_if_it_is_no_place(app, cast, browse, slug):
    lead = make_user(app, "Lead Lind", zone="GB")
    join(app, cast.space, lead, Role.FACILITATOR)
    form = browse(lead).get(f"/spaces/{slug}/sessions/new").text
    assert '<option value="GB" selected>' in form


GOOD = {
    "title": "Question clinic",
    "plan": AGENDA,
    "local_at": "2030-03-05T14:00",
    "zone": "Europe/Berlin",
    "minutes": "90",
}


def test_a_facilitator_plans_a_session(app, cast, browse, slug):
    answer = browse(cast.facilitator).post(f"/spaces/{slug}/sessions/new", data=GOOD)
    assert answer.status_code == 303
    page = words(browse(cast.member).get(answer.location))
    assert "Question clinic" in page
    assert "90 minutes" in page


def test_a_form_that_is_sent_twice_plans_one_session(app, cast, browse, slug):
    client, address = browse(cast.facilitator), f"/spaces/{slug}/sessions/new"
    nonce = re.search(r'name="nonce" value="([^"]+)"', client.get(address).text)[1]
    first, again = (client.post(address, data={**GOOD, "nonce": nonce}) for _ in range(2))
    other = client.post(address, data={**GOOD, "nonce": nonce, "title": "Another hour"})
    assert first.location == again.location != other.location
    with app.app_context():
        planned = db.session.scalars(sa.select(LiveSession.title).order_by(LiveSession.id)).all()
    assert sorted(planned) == sorted([GOOD["title"], "Another hour"])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", "x" * 201),
        ("local_at", "tomorrow"),
        ("local_at", "2020-03-05T14:00"),
        ("local_at", "2030-03-05T14:00+01:00"),
        ("local_at", "9999-12-31T23:59"),
        ("local_at", "0001-01-01T00:00"),
        ("zone", "Mars/Olympus"),
        ("minutes", "0"),
        ("minutes", "601"),
        ("minutes", "ninety"),
        ("plan", "x" * 20_001),
    ],
)
def test_what_cannot_be_used_comes_back_as_typed_and_plans_nothing(
    app, cast, browse, slug, field, value
):
    client = browse(cast.facilitator)
    answer = client.post(f"/spaces/{slug}/sessions/new", data={**GOOD, field: value})
    assert answer.status_code == 422
    assert f'href="#f-{field}"' in answer.text
    assert GOOD["title"] in answer.text or field == "title"
    assert "No session is planned" in words(client.get(f"/spaces/{slug}/sessions"))


# ---------- the room, without scripts ----------


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


# ---------- what it costs ----------


def test_pages_cost_the_same_however_much_they_show(
    app, cast, browse, slug, live_id, over_id, count_queries
):
    client = browse(cast.facilitator)
    paths = (
        f"/spaces/{slug}/sessions",
        f"/sessions/{live_id}",
        f"/sessions/{live_id}/room",
        f"/sessions/{over_id}",
    )

    def cost():
        found = []
        for path in paths:
            count_queries.clear()
            assert client.get(path).status_code == 200
            found.append(len([s for s in count_queries if s.lstrip().upper().startswith("SELECT")]))
        return found

    make_attendance(app, over_id, cast.member)
    cost()
    few = cost()
    other = make_space(app, "Another")
    for number in range(25):
        person = make_user(app, f"Person {number}")
        join(app, cast.space, person)
        join(app, other, person)
        make_attendance(app, over_id, person)
        make_lease(app, live_id, person)
        make_session(app, cast.space, cast.owner, starts_at=now() + dt.timedelta(days=number))
        with app.app_context():
            post_message(acting(person), live_id, body=f"Line {number}")
            raise_hand(acting(person), live_id)
    with app.app_context():
        set_video_link(acting(cast.owner), live_id, url=None)
    assert cost() == few
    assert max(few) <= 13
