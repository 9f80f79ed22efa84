"""The pages of sessions, as people of each role see them."""

import datetime as dt
import html
import re

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.accounts import make_picture, make_profile, make_user
from factories.forms import without_token
from factories.live import AGENDA, VIDEO, make_attendance, make_lease, make_session
from factories.spaces import join, make_space
from page_text import text_of as words

from community.accounts.models import User
from community.kernel.db import db
from community.kernel.keys import new_key
from community.kernel.operation import unit_of_work
from community.live.models import Attendance, LiveSession, SessionState
from community.live.operations import post_message, raise_hand, set_video_link
from community.spaces.models import Membership, Role


def now():
    return dt.datetime.now(dt.UTC)


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
    assert "You were there for 49 minutes" in page
    assert "You were not there" in words(browse(cast.other).get(f"/spaces/{slug}/sessions"))


def test_what_nobody_began_is_said_not_to_have_been_held(app, cast, browse, slug):
    """It was on no list, and the course still named its time."""
    before = dt.datetime.now(dt.UTC) - dt.timedelta(hours=5)
    make_session(app, cast.space, cast.owner, title="Interview a steward", starts_at=before)
    page = words(browse(cast.member).get(f"/spaces/{slug}/sessions"))
    past = page.split("Past")[1]
    row = past[past.index("Interview a steward") :]
    assert "Not held" in row
    assert "You were not there" not in row


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
    page = words(browse(cast.other).get(f"/sessions/{over_id}"))
    assert "You were there for 30 minutes. Planned: 1 hour." in page


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
    assert missed.split() == ["1", "learner.", "OL", "Other", "Lind"]
    assert "Who missed it" not in words(browse(cast.other).get(f"/sessions/{over_id}"))


def test_faces_stand_beside_who_was_there_and_who_missed_it(app, cast, browse, over_id):
    make_attendance(app, over_id, cast.member)
    with app.app_context(), unit_of_work(acting(None)):
        db.session.execute(sa.update(Membership).values(joined_at=now() - dt.timedelta(days=30)))
    for somebody in (cast.member, cast.other):
        make_picture(app, somebody)
    client = browse(cast.facilitator)

    def drawn():
        page = client.get(f"/sessions/{over_id}").text.partition("Who missed it")[2]
        return set(re.findall(r'src="/people/([^/]+)/picture/', page))

    assert drawn() == {str(cast.member), str(cast.other)}
    for somebody in (cast.member, cast.other):
        make_profile(app, somebody, visible={"picture": "leads"})
    assert drawn() == set()


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
    assert "You were there for 1 minute. Planned: " in page


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


def test_the_meeting_is_offered_once_the_room_is_open(app, cast, browse):
    ahead = make_session(
        app, cast.space, cast.owner, starts_at=now() + dt.timedelta(days=1), title="Clinic ahead"
    )
    with app.app_context():
        set_video_link(acting(cast.owner), ahead, url="https://meet.example.org/clinic")
    client = browse(cast.member)
    page = words(client.get(f"/sessions/{ahead}"))
    assert "The link to the meeting stands here when the room opens." in page
    assert "Open the meeting" not in page
    room = client.get(f"/sessions/{ahead}/room").text
    assert re.search(r"<a [^>]*data-video [^>]*hidden>", room)
