"""What is planned is changed by forms and over JSON, and what everybody then reads."""

import datetime as dt
import uuid
import zoneinfo

import pytest
from conftest import acting, csrf_of
from factories.forms import send
from factories.live import make_session
from factories.spaces import join, make_space
from realtime_client import open_door

from community.kernel.db import db
from community.live.models import LiveSession, SessionState
from community.live.operations import move_sessions, schedule_session
from community.spaces.models import Role, Space

LISBON = zoneinfo.ZoneInfo("Europe/Lisbon")


def on(days: int, hour: int = 14) -> dt.datetime:
    """Return the wall-clock time some days from today."""
    return dt.datetime.combine(
        dt.datetime.now(LISBON).date() + dt.timedelta(days=days), dt.time(hour)
    )


def typed(at: dt.datetime) -> str:
    return at.isoformat(timespec="minutes")


@pytest.fixture
def session(app, cast) -> uuid.UUID:
    with app.app_context():
        return schedule_session(
            acting(cast.owner, now=dt.datetime.now(dt.UTC)),
            cast.space,
            title="A circle of failures",
            plan="**Bring** one.",
            local_at=on(5),
            zone="Europe/Lisbon",
            minutes=60,
        ).id


@pytest.fixture
def door(app, settings, browse):
    with open_door(settings, browse) as opened:
        yield opened


@pytest.fixture
def leader(browse, cast):
    return browse(cast.facilitator)


@pytest.fixture
def reader(browse, cast):
    return browse(cast.member)


def stored(app, key) -> LiveSession:
    with app.app_context():
        return db.session.get_one(LiveSession, key)


def page(key, act: str = "") -> str:
    return f"/sessions/{key}{act}"


def list_of(app, cast) -> str:
    with app.app_context():
        return f"/spaces/{db.session.get_one(Space, cast.space).slug}/sessions"


def fields(**more) -> dict:
    return {
        "title": "A circle of failures",
        "plan": "**Bring** one.",
        "local_at": typed(on(5)),
        "zone": "Europe/Lisbon",
        "minutes": "60",
        "edition": "0",
        **more,
    }


# ---------- by form ----------


def test_who_leads_finds_the_ways_to_change_it_and_who_learns_does_not(session, leader, reader):
    ways = [page(session, f"/{act}") for act in ("edit", "move", "call-off")]
    shown = leader.get(page(session)).text
    assert all(way in shown for way in ways)
    hidden = reader.get(page(session)).text
    assert not any(way in hidden for way in ways)
    assert f"{page(session)}.ics" in hidden


def test_a_session_is_edited_and_its_form_holds_what_it_says(app, session, leader, reader):
    form = leader.get(page(session, "/edit")).text
    assert 'value="A circle of failures"' in form
    assert f'value="{typed(on(5))}"' in form
    answer = send(
        leader, page(session, "/edit"), page(session, "/edit"), **fields(title="Of <success>")
    )
    assert answer.status_code == 303
    shown = reader.get(page(session)).text
    assert "Of &lt;success&gt;" in shown
    assert "Moved" not in shown


def test_a_moved_session_says_where_it_was_on_its_page_its_list_and_its_room(
    app, cast, session, leader, reader
):
    answer = send(leader, page(session), page(session, "/move"), local_at=typed(on(6)), edition="0")
    assert answer.status_code == 303
    row = stored(app, session)
    assert (row.local_at, row.sequence) == (on(6), 1)
    for shown in (
        reader.get(page(session)).text,
        reader.get(list_of(app, cast)).text,
        reader.get(page(session, "/room")).text,
    ):
        assert "Moved from" in shown


def test_a_session_that_is_called_off_says_why_everywhere(app, cast, session, leader, reader):
    answer = send(leader, page(session), page(session, "/call-off"), reason="A storm <here>.")
    assert answer.status_code == 303
    for shown in (
        reader.get(page(session)).text,
        reader.get(list_of(app, cast)).text,
        reader.get(page(session, "/room")).text,
    ):
        assert "Called off" in shown
        assert "A storm &lt;here&gt;." in shown
    assert send(leader, page(session), page(session, "/reinstate"), local_at="").status_code == 303
    assert "Called off" not in reader.get(list_of(app, cast)).text
    assert "takes place after all" in leader.get(page(session)).text


def test_a_session_that_was_called_off_is_held_at_another_time(app, session, leader):
    send(leader, page(session), page(session, "/call-off"), reason="A storm.")
    answer = send(leader, page(session), page(session, "/reinstate"), local_at=typed(on(9)))
    assert answer.status_code == 303
    row = stored(app, session)
    assert (row.called_off, row.local_at) == (False, on(9))


def test_the_second_of_two_editors_is_told_and_keeps_what_was_typed(app, session, leader):
    with app.app_context():
        row = db.session.get_one(LiveSession, session)
        move_sessions(acting(row.created_by, now=dt.datetime.now(dt.UTC)), {session: on(7)})
    mine = fields(title="What I typed", plan="A long <plan> of mine")
    refused = send(leader, page(session, "/edit"), page(session, "/edit"), **mine)
    assert refused.status_code == 409
    assert "Somebody else has changed this session" in refused.text
    assert 'value="What I typed"' in refused.text
    assert "A long &lt;plan&gt; of mine" in refused.text
    assert "A circle of failures" in refused.text  # what it says now
    assert stored(app, session).title == "A circle of failures"
    assert 'name="edition" value="1"' in refused.text
    again = send(leader, page(session, "/edit"), page(session, "/edit"), **mine | {"edition": "1"})
    assert again.status_code == 303
    assert stored(app, session).title == "What I typed"


def test_the_second_of_two_who_move_is_told(app, session, leader):
    send(leader, page(session), page(session, "/move"), local_at=typed(on(6)), edition="0")
    refused = send(
        leader, page(session), page(session, "/move"), local_at=typed(on(7)), edition="0"
    )
    assert refused.status_code == 409
    assert "Somebody else has changed this session" in refused.text
    assert f'value="{typed(on(7))}"' in refused.text
    assert stored(app, session).local_at == on(6)


@pytest.mark.parametrize(
    ("act", "given"),
    [
        ("edit", {"title": ""}),
        ("edit", {"minutes": "many"}),
        ("edit", {"local_at": "soon"}),
        ("edit", {"local_at": "2020-01-01T10:00"}),
        ("move", {"local_at": "2020-01-01T10:00", "edition": "0"}),
        ("move", {"local_at": "", "edition": "0"}),
        ("call-off", {"reason": ""}),
        ("call-off", {"reason": "x" * 301}),
    ],
)
def test_what_cannot_be_used_comes_back_beside_its_field(app, session, leader, act, given):
    sent = fields(**given) if act == "edit" else given
    where = page(session, "/edit") if act == "edit" else page(session)
    refused = send(leader, where, page(session, f"/{act}"), **sent)
    assert refused.status_code == 422
    assert 'aria-invalid="true"' in refused.text
    assert stored(app, session).edition == 0


@pytest.mark.parametrize("state", [SessionState.LIVE, SessionState.ENDED])
def test_what_has_begun_is_refused_in_words_and_what_was_typed_is_kept(app, cast, leader, state):
    ended = dt.datetime.now(dt.UTC) if state is SessionState.ENDED else None
    key = make_session(app, cast.space, cast.owner, state=state, ended_at=ended)
    assert "not changed any more" in leader.get(page(key, "/edit")).text
    for act, given in (
        ("edit", fields()),
        ("move", {"local_at": typed(on(6)), "edition": "0"}),
        ("call-off", {"reason": "A storm."}),
    ):
        answer = leader.post(page(key, f"/{act}"), data={"csrf_token": csrf_of(app), **given})
        assert answer.status_code == 409
        assert "This session" in answer.text
        kept = {"edit": "**Bring** one.", "call-off": "A storm."}
        assert kept.get(act, "") in answer.text
    assert stored(app, key).state is state


def test_a_session_nobody_began_may_have_another_time_and_is_not_called_off(app, cast, leader):
    missed = dt.datetime.now(dt.UTC) - dt.timedelta(days=2)
    key = make_session(app, cast.space, cast.owner, starts_at=missed)
    shown = leader.get(page(key)).text
    assert page(key, "/move") in shown
    assert page(key, "/call-off") not in shown
    answer = send(leader, page(key), page(key, "/move"), local_at=typed(on(6)), edition="0")
    assert answer.status_code == 303
    assert "did not take place" not in leader.get(page(key)).text


def test_an_archived_space_offers_no_change(app, cast, leader):
    archived = make_space(app, "Cohort 1", archived_at=dt.datetime.now(dt.UTC))
    join(app, archived, cast.facilitator, Role.FACILITATOR)
    ahead = dt.datetime.now(dt.UTC) + dt.timedelta(days=2)
    key = make_session(app, archived, cast.owner, starts_at=ahead)
    assert page(key, "/edit") not in leader.get(page(key)).text
    sent = {"local_at": typed(on(6)), "edition": "0", "csrf_token": csrf_of(app)}
    assert leader.post(page(key, "/move"), data=sent).status_code == 409


def test_a_new_session_goes_by_the_clock_of_those_before_it(app, cast, session, leader):
    form = leader.get(f"{list_of(app, cast)}/new").text
    assert '<option value="Europe/Lisbon" selected>' in form


def test_the_list_counts_nights_as_people_do(app, cast, leader):
    tomorrow = dt.datetime.now(dt.UTC) + dt.timedelta(days=1, minutes=1)
    make_session(app, cast.space, cast.owner, starts_at=tomorrow)
    make_session(app, cast.space, cast.owner, starts_at=tomorrow + dt.timedelta(days=2))
    shown = leader.get(list_of(app, cast)).text
    assert "tomorrow at" in shown
    assert "in 3 days" in shown


# ---------- over JSON ----------


def api(key, act: str = "") -> str:
    return f"/api/v1/sessions/{key}{act}"


def test_all_of_it_goes_over_json(session, leader, reader):
    sent = fields(minutes=90, edition=0)
    edited = leader.put(api(session), json=sent)
    assert (edited.status_code, edited.json["sequence"], edited.json["edition"]) == (200, 1, 1)
    stale = leader.put(api(session), json={**sent, "title": "Mine"})
    assert (stale.status_code, stale.json["edition"]) == (409, 1)
    moved = leader.post(api(session, "/move"), json={"local_at": typed(on(6)), "edition": 1})
    assert moved.json["moved_from"] == edited.json["starts_at"]
    off = leader.post(api(session, "/call-off"), json={"reason": "A storm."})
    assert off.json["called_off_reason"] == "A storm."
    assert off.json["state"] == "ended"
    back = leader.post(api(session, "/reinstate"))
    assert (back.json["called_off_at"], back.json["sequence"]) == (None, 4)
    for act, given in (("/move", {"local_at": typed(on(7)), "edition": 4}), ("/call-off", sent)):
        assert reader.post(api(session, act), json=given).status_code in (403, 422)
    assert reader.get(api(session)).json["edition"] == back.json["edition"]


# ---------- at once ----------


def test_who_looks_at_a_calendar_hears_of_changes_and_nobody_else_does(door, cast):
    now = dt.datetime.now(dt.UTC)
    ctx = acting(cast.owner, now=now)
    with door.app.app_context():
        key = schedule_session(
            ctx, cast.space, title="A", plan="", local_at=on(5), zone="UTC", minutes=60
        ).id
    looking, home = door.connect(cast.member), door.connect(cast.other)
    stranger = door.connect(cast.outsider)
    later = (now + dt.timedelta(minutes=5)).isoformat()
    about = {"space_id": str(cast.space), "since": later}
    assert looking.ask("sessions.watch", about)["changed"] is False
    assert home.ask("sessions.watch", {"since": now.isoformat()})["changed"] is True
    assert stranger.refused("sessions.watch", about)["status"] == 404
    assert stranger.ask("sessions.watch", {"since": later})["changed"] is False
    with door.app.app_context():
        move_sessions(ctx, {key: on(6)})
    for who in (looking, home):
        [heard] = who.heard("sessions.changed")
        assert heard["data"] == {"session_id": str(key)}
    assert stranger.heard("sessions.changed") == []


def test_whoever_is_in_the_room_is_told_how_it_stands_now(door, cast):
    ctx = acting(cast.owner, now=dt.datetime.now(dt.UTC))
    with door.app.app_context():
        key = schedule_session(
            ctx, cast.space, title="A", plan="", local_at=on(5), zone="UTC", minutes=60
        ).id
    there = door.connect(cast.member)
    there.ask("room.join", {"session_id": str(key), "since": 1})
    with door.app.app_context():
        moved = move_sessions(ctx, {key: on(6)})[0]
    [heard] = there.heard("room.moved")
    assert heard["data"]["starts_at"] == moved.starts_at.isoformat()
    assert (heard["data"]["state"], heard["data"]["edition"]) == ("scheduled", 1)
