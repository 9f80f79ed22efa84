"""A run's settings by form: its name, dates, people, next run and end."""

import datetime as dt
import re

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.accounts import make_user
from factories.cohorts import make_cohort
from factories.forms import send
from factories.home import words as words_of
from factories.spaces import join

from community.cohorts.models import Run, RunState
from community.cohorts.operations import close_run, edit_run
from community.cohorts.rules import Break
from community.kernel.db import db
from community.live.operations import schedule_session
from community.spaces.models import Role, Space
from community.spaces.operations import add_member
from community.spaces.policy import role_in

HOME = "/spaces/academy-cohort-9/manage/run"
MONDAY = dt.date.today() + dt.timedelta(days=28 - dt.date.today().weekday())  # noqa: DTZ011
WEEK = dt.timedelta(days=7)


@pytest.fixture
def cohort(app):
    return make_cohort(app, starts_on=MONDAY, breaks=[Break(2, 7, "Harvest")])


@pytest.fixture
def organiser(browse, cohort):
    return browse(cohort.organiser_id)


def run_of(app, cohort):
    with app.app_context():
        run = db.session.get_one(Run, cohort.run_id)
        return run, db.session.get_one(Space, cohort.space_id).name


def seen_on(page):
    return re.search(r'name="seen" value="([0-9a-f]+)"', page)[1]


def test_the_settings_show_the_weeks_with_their_breaks(organiser):
    page = organiser.get(HOME).text
    assert "Run settings" in page
    assert "Harvest" in page
    assert (page.count('class="week'), page.count('class="rest')) == (8, 2)
    assert "Olu Ade" in page


def test_name_and_seats_are_saved_and_flaws_come_back_with_what_was_typed(app, cohort, organiser):
    assert send(organiser, HOME, HOME, name="Ten", capacity="12", revision="1").status_code == 303
    run, name = run_of(app, cohort)
    assert (name, run.capacity) == ("Ten", 12)
    answer = send(organiser, HOME, HOME, name="x" * 201, capacity="12", revision="2")
    assert answer.status_code == 422
    assert "x" * 201 in answer.text
    with app.app_context():
        edit_run(acting(cohort.organiser_id), cohort.run_id, name="Eleven", capacity=12)
    answer = send(organiser, HOME, HOME, name="Mine", capacity="12", revision="2")
    assert answer.status_code == 409
    assert "meanwhile" in answer.text
    assert run_of(app, cohort)[1] == "Eleven"


def test_a_shift_is_seen_then_done_then_offered_back(app, cohort, organiser):
    where = f"{HOME}/shift"
    assert "Show what moves" in organiser.get(where).text
    query = f"{where}?days=7&way=later&to=&from_week=1&note="
    page = organiser.get(query).text
    assert "3 modules and 2 sessions move." in page
    assert f"{MONDAY.day} " in page
    fields = {"days": "7", "way": "later", "to": "", "from_week": "1", "note": ""}
    done = send(organiser, query, where, **fields, seen=seen_on(page))
    assert done.status_code == 303
    assert run_of(app, cohort)[0].starts_on == MONDAY + WEEK
    after = organiser.get(done.location).text
    assert "7 days later" in after
    back = re.search(r'href="([^"]+way=earlier[^"]*)"', after)[1].replace("&amp;", "&")
    assert "Move it" in organiser.get(back).text
    again = send(organiser, query, where, **fields, seen=seen_on(page))
    assert again.status_code == 409
    assert "meanwhile" in again.text
    assert seen_on(again.text) != seen_on(page)
    assert run_of(app, cohort)[0].starts_on == MONDAY + WEEK


def test_a_shift_to_a_day_and_from_a_week_on(app, cohort, organiser):
    where = f"{HOME}/shift"
    fields = {
        "days": "",
        "way": "later",
        "to": str(MONDAY + 3 * WEEK),
        "from_week": "2",
        "note": "Flood",
    }
    page = organiser.get(where, query_string=fields).text
    assert "After week 1: 14 days, Flood" in page
    assert send(organiser, where, where, **fields, seen=seen_on(page)).status_code == 303
    assert run_of(app, cohort)[0].breaks == (Break(1, 14, "Flood"), Break(2, 7, "Harvest"))


def test_a_break_that_goes_away_is_shown_and_said(organiser):
    fields = {"days": "7", "way": "earlier", "to": "", "from_week": "3", "note": ""}
    page = words_of(organiser.get(f"{HOME}/shift", query_string=fields))
    assert "After week 2: 7 days, Harvest This break goes away." in page
    assert "(optional)" not in page.partition("Or to begin on")[0].partition("What moves")[2]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"days": "0"}, "Say by how many days"),
        ({}, "Say by how many days, or to which day."),
        ({"days": "3", "to": "2026-12-01"}, "Give days or a day, not both."),
        ({"days": "a"}, "Give a whole number"),
        ({"days": "99999"}, "Give a number from"),
        ({"days": "3", "from_week": "99"}, "Give a number from"),
        ({"days": "3", "from_week": "9"}, "Choose one of the weeks"),
        ({"days": "3", "way": "earlier", "from_week": "2"}, "lie on each other"),
        ({"to": "soon"}, "Give a day of the calendar"),
        ({"days": "92", "from_week": "2"}, "lasts 1 to 91 days"),
    ],
)
def test_a_shift_with_a_flaw_names_it(organiser, fields, words):
    answer = organiser.get(f"{HOME}/shift", query_string={"days": "", "to": "", **fields})
    assert answer.status_code == 422
    assert words in answer.text


def test_dates_and_breaks_are_seen_then_changed(app, cohort, organiser):
    where = f"{HOME}/dates"
    assert 'value="Harvest"' in organiser.get(where).text
    fields = {
        "starts_on": str(MONDAY),
        "weeks": "6",
        "zone": "Europe/Vienna",
        "break.1.after": "1",
        "break.1.days": "14",
        "break.1.note": "Easter",
    }
    page = organiser.get(where, query_string=fields).text
    assert "After week 1: 14 days, Easter" in page
    assert send(organiser, where, where, **fields, seen=seen_on(page)).status_code == 303
    run, _name = run_of(app, cohort)
    assert (run.weeks, run.zone, run.breaks) == (6, "Europe/Vienna", (Break(1, 14, "Easter"),))
    same = organiser.get(where, query_string=fields)
    assert same.status_code == 422
    assert "Nothing would change" in same.text
    flawed = organiser.get(
        where, query_string={**fields, "break.1.days": "0", "break.2.after": "x"}
    )
    assert flawed.status_code == 422
    assert 'id="f-breaks-error"' in flawed.text
    assert 'value="Easter"' in flawed.text


def test_the_next_run_is_seen_then_made_once(app, cohort, organiser):
    helper = make_user(app, "Ines Marchetti")
    join(app, cohort.network_id, helper)
    with app.app_context():
        ctx = acting(cohort.organiser_id)
        add_member(ctx, cohort.space_id, helper, role=Role.FACILITATOR)
        schedule_session(
            ctx,
            cohort.space_id,
            title="Clinic by hand",
            plan="",
            local_at=dt.datetime.combine(MONDAY, dt.time(18)),
            zone="Africa/Nairobi",
            minutes=30,
        )
    where = f"{HOME}/next"
    assert "Ines Marchetti" in organiser.get(where).text
    fields = {
        "name": "Academy, cohort 10",
        "starts_on": str(MONDAY + 20 * WEEK),
        "weeks": "8",
        "zone": "Africa/Nairobi",
        "capacity": "20",
        "break.1.after": "2",
        "break.1.days": "7",
        "break.1.note": "",
        "lead": str(helper),
        "nonce": "a" * 32,
    }
    page = organiser.get(where, query_string=fields).text
    assert "Clinic by hand" in page
    assert "What would be made" in page
    for _time in range(2):
        made = send(organiser, where, where, **fields, seen=seen_on(page))
        assert made.location.endswith("/spaces/academy-cohort-10/manage")
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Run)) == 2
        space = db.session.scalar(sa.select(Space).where(Space.slug == "academy-cohort-10"))
        assert role_in(acting(helper), space.id) is Role.FACILITATOR


def test_somebody_is_found_comes_to_lead_and_ends_it(app, cohort, organiser):
    ana = make_user(app, "Ana Lind")
    join(app, cohort.network_id, ana)
    found = organiser.get(f"{HOME}?q=lind").text
    assert "Let them lead" in found
    lead = f"{HOME}/leads/{ana}"
    where = f"{HOME}?q=lind"
    assert send(organiser, where, lead, role="facilitator").status_code == 303
    with app.app_context():
        assert role_in(acting(ana), cohort.space_id) is Role.FACILITATOR
    assert send(organiser, HOME, f"{lead}/end", role="owner").status_code == 422
    assert send(organiser, HOME, f"{lead}/end", role="").status_code == 303
    with app.app_context():
        assert role_in(acting(ana), cohort.space_id) is None
    assert "Nobody of that name" in organiser.get(f"{HOME}?q=zzz").text


def test_a_run_is_closed_with_its_consequences_said_and_reopened(app, cohort, organiser):
    page = organiser.get(HOME).text
    assert "2 sessions that have not begun are called off" in page
    with app.app_context():
        close_run(acting(cohort.organiser_id), cohort.run_id)
    assert "Reopen the run" in organiser.get(HOME).text
    assert send(organiser, HOME, f"{HOME}/reopen").status_code == 303
    assert run_of(app, cohort)[0].state is RunState.OPEN


def test_a_planned_run_is_withdrawn_by_its_owner(app, browse):
    cohort = make_cohort(app, opened=False)
    client = browse(cohort.organiser_id)
    assert "Withdraw the run" in client.get(HOME).text
    assert send(client, HOME, f"{HOME}/withdraw").location.endswith("/home")
    assert client.get(HOME).status_code == 404
    with app.app_context():
        assert db.session.get(Run, cohort.run_id) is None


def test_a_page_of_settings_takes_few_statements(app, cohort, organiser, count_queries):
    for number in range(12):
        user_id = make_user(app, f"Lind {number}")
        join(app, cohort.network_id, user_id)
        if number % 2:
            join(app, cohort.space_id, user_id, Role.FACILITATOR)
    where = f"{HOME}/shift?days=7&way=later&to=&from_week=1&note="
    for address in (f"{HOME}?q=lind", where, f"{HOME}/next", f"{HOME}/dates"):
        organiser.get(address)
        count_queries.clear()
        assert organiser.get(address).status_code == 200
        assert len(count_queries) <= 10, (address, "\n\n".join(q[:300] for q in count_queries))
