"""What whoever holds an invitation into a run is told, before and after they try to join."""

import datetime as dt
import re

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.accounts import make_user
from factories.cohorts import make_cohort
from factories.forms import send
from factories.spaces import join, make_invitation, make_space
from letters import text_of

from community.accounts.models import User
from community.cohorts.operations import close_run, take_seat
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.jobs import run_everything
from community.kernel.operation import unit_of_work
from community.spaces.models import Membership, Role, Space
from community.spaces.operations import invite_by_list
from community.spaces.rules import read_list

NEWCOMER = {
    "name": "Nia New",
    "email": "nia@example.org",
    "password": "seven quiet herons",
    "zone": "Asia/Manila",
}
FULL = "All seats are taken. Ask Olu Ade, who invited you."


@pytest.fixture
def cohort(app):
    return make_cohort(app, capacity=2)


@pytest.fixture
def door(app, cohort):
    return "/join/" + make_invitation(app, cohort.space_id, cohort.organiser_id)[1]


@pytest.fixture
def take_all_seats(app, cohort):
    def take():
        for name in ("Ana Lind", "Bo Berg"):
            user_id = make_user(app, name)
            join(app, cohort.space_id, user_id)
            with app.app_context():
                take_seat(Context.begin(user_id), cohort.space_id, user_id)

    return take


def people(app):
    with app.app_context():
        return db.session.scalar(sa.select(sa.func.count()).select_from(User))


def default_uses(page):
    return re.search(r'name="max_uses" type="number" value="(\d+)"', page.text)[1]


# ------------------------------------------------------------------ joining


def test_the_page_of_a_link_says_when_how_much_with_whom_and_what_is_free(
    app, browse, cohort, door
):
    for name, role in (("Flo Field", Role.FACILITATOR), ("Mia Member", Role.MEMBER)):
        join(app, cohort.space_id, make_user(app, name), role)
    join(app, cohort.space_id, make_user(app, "Gil Gone"), Role.FACILITATOR, ended=True)
    page = browse(None).get(door).text
    for words in (
        "Mon 7 Sep to Sun 1 Nov 2026",
        "8 weeks, about 90 minutes a week",
        "2 of 2 free",
        "<dd>Flo Field</dd>",
    ):
        assert words in page
    assert "Mia Member" not in page


@pytest.mark.parametrize(("weeks_ago", "said"), [(2, True), (0, False), (-1, False)])
def test_who_comes_late_reads_how_far_the_run_is_and_what_that_means(app, browse, weeks_ago, said):
    today = dt.datetime.now(dt.UTC).date()
    cohort = make_cohort(app, starts_on=today - dt.timedelta(weeks=weeks_ago, days=1))
    token = make_invitation(app, cohort.space_id, cohort.organiser_id)[1]
    page = browse(None).get(f"/join/{token}").text
    assert ("It is in week 3 of 8. You begin with the first module all the same" in page) is said
    assert ("It is in week" in page) is said


def test_a_run_over_the_turn_of_the_year_says_both_years(app, browse):
    cohort = make_cohort(app, starts_on=dt.date(2026, 12, 7))
    token = make_invitation(app, cohort.space_id, cohort.organiser_id)[1]
    assert "Mon 7 Dec 2026 to Sun 31 Jan 2027" in browse(None).get(f"/join/{token}").text


def test_a_full_run_says_so_before_the_form(app, browse, door, take_all_seats):
    take_all_seats()
    stranger, somebody = browse(None).get(door), browse(make_user(app)).get(door)
    for page in (stranger, somebody):
        assert page.status_code == 200
        assert FULL in page.text
        assert "0 of 2 free" in page.text
        assert f'action="{door}"' not in page.text


def test_a_run_that_is_over_says_so(app, browse, cohort, door):
    with app.app_context():
        close_run(Context.begin(cohort.organiser_id), cohort.run_id)
    page = browse(None).get(door)
    assert "This run is over. Ask Olu Ade" in page.text
    assert "You join as" not in page.text
    assert f'action="{door}"' not in page.text


def test_who_comes_to_facilitate_needs_no_seat(app, browse, cohort, take_all_seats):
    take_all_seats()
    token = make_invitation(app, cohort.space_id, cohort.organiser_id, role=Role.FACILITATOR)[1]
    flo = browse(make_user(app, "Flo Field"))
    assert FULL not in flo.get(f"/join/{token}").text
    assert send(flo, f"/join/{token}", f"/join/{token}").status_code == 303


@pytest.mark.parametrize("address", [NEWCOMER["email"], "taken@example.org"])
def test_who_loses_the_last_seat_while_typing_is_told_and_keeps_what_they_typed(
    app, browse, door, take_all_seats, address
):
    make_user(app, "Already Here", email="taken@example.org")
    client = browse(None)
    csrf_token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(door).text)[1]
    take_all_seats()
    before = people(app)
    answer = client.post(door, data={**NEWCOMER, "email": address, "csrf_token": csrf_token})
    assert answer.status_code == 409
    assert FULL in answer.text
    assert "sign in below instead" not in answer.text  # the same whoever has an account
    assert 'value="Nia New"' in answer.text
    assert f'value="{address}"' in answer.text
    assert '<option value="Asia/Manila" selected>' in answer.text
    assert NEWCOMER["password"] not in answer.text
    assert people(app) == before


def test_somebody_signed_in_who_loses_the_last_seat_is_told(app, browse, door, take_all_seats):
    ana = make_user(app, "Late Lind")
    client = browse(ana)
    client.get(door)
    take_all_seats()
    answer = client.post(door)
    assert answer.status_code == 409
    assert FULL in answer.text
    with app.app_context():
        assert db.session.scalar(sa.select(Membership.id).where(Membership.user_id == ana)) is None


# ------------------------------------------------------------------ inviting


def test_an_invitation_is_offered_for_as_many_as_there_are_free_seats(
    app, browse, cohort, take_all_seats
):
    elsewhere = make_space(app, slug="without-a-run")
    join(app, elsewhere, cohort.organiser_id, Role.OWNER)
    client = browse(cohort.organiser_id)
    address = "/spaces/academy-cohort-9/invite"
    page = client.get(address)
    assert default_uses(page) == "2"
    assert "2 seats are free." in page.text
    assert default_uses(client.get("/spaces/without-a-run/invite")) == "30"
    take_all_seats()
    page = client.get(address)
    assert default_uses(page) == "1"
    assert "All seats are taken. A link lets in nobody who comes to learn" in page.text


def test_a_letter_writes_the_days_of_the_run_in_its_own_language(app, inside, cohort, postbox):
    with unit_of_work(acting(None)):
        db.session.execute(
            sa.update(User).where(User.id == cohort.organiser_id).values(language="de")
        )
    listed = read_list("nia@example.org")
    invite_by_list(acting(cohort.organiser_id), cohort.space_id, listed, role=Role.MEMBER)
    run_everything(app)
    [letter] = postbox.letters_to("nia@example.org")
    assert "So. 1 Nov. 2026" in text_of(letter)


def test_the_people_of_a_run_that_is_over_are_invited_no_more_to_learn(app, browse, cohort):
    with app.app_context():
        page = f"/spaces/{db.session.get_one(Space, cohort.space_id).slug}/people"
    before = browse(cohort.organiser_id).get(page).text
    assert "Invite people" in before
    with app.app_context():
        close_run(acting(cohort.organiser_id), cohort.run_id)
    after = browse(cohort.organiser_id).get(page).text
    assert "Invite people" not in after
    assert "nobody joins it to learn any more" in after
