"""A break, where people read of the weeks of their run; and where one is asked for."""

import datetime as dt

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.accounts import make_user
from factories.cohorts import make_cohort
from factories.spaces import join

from community.cohorts.models import Run
from community.cohorts.rules import Break
from community.kernel import localtime
from community.kernel.context import clock
from community.kernel.db import db
from community.spaces.models import Role, Space
from community.spaces.operations import add_member

ZONE = "Africa/Nairobi"
SLUG = "academy-cohort-9"


def today():
    return localtime.in_zone(clock(), ZONE).date()


@pytest.fixture
def resting(app):
    """A run whose first week ended yesterday, with a break of a week from today on."""
    return make_cohort(
        app, starts_on=today() - dt.timedelta(days=7), breaks=[Break(1, 7, "Harvest")]
    )


def test_in_a_break_every_page_says_until_when_it_is(app, browse, resting):
    learner = make_user(app, "Ana Lind")
    with app.app_context():
        ctx = acting(resting.organiser_id)
        add_member(ctx, resting.space_id, learner, role=Role.MEMBER)
        network = db.session.get_one(Space, resting.network_id).slug
    join(app, resting.network_id, learner)
    last = today() + dt.timedelta(days=6)
    words = f"A break until {localtime.say_day(last, 'UTC', 'en')} (Harvest)"
    pages = (
        (learner, "/home"),
        (learner, f"/spaces/{SLUG}"),
        (learner, f"/spaces/{network}"),
        (resting.organiser_id, f"/spaces/{SLUG}/manage"),
        (resting.organiser_id, "/home"),
    )
    for who, where in pages:
        assert words in browse(who).get(where).text, where
    page = browse(learner).get(f"/spaces/{SLUG}").text
    assert f"Harvest, until {localtime.say_day(last, 'UTC', 'en')}" in page
    assert page.count('aria-current="step"') == 1


def plan(**more):
    return {
        "name": "Cohort 10",
        "starts_on": str(today()),
        "weeks": "8",
        "zone": ZONE,
        "capacity": "25",
        "nonce": "a" * 32,
        **more,
    }


def test_breaks_are_planned_by_form_and_empty_rows_are_none(app, browse, resting):
    where = f"/runs/new?version={resting.version_id}"
    client = browse(resting.organiser_id)
    assert 'name="break.3.days"' in client.get(where).text
    rows = {
        "break.1.after": "6",
        "break.1.days": "7",
        "break.1.note": "A week off",
        "break.2.after": "",
        "break.2.days": "",
        "break.2.note": "",
        "break.3.after": "3",
        "break.3.days": "10",
        "break.3.note": "",
    }
    assert client.post(where, data=plan(**rows)).status_code == 303
    with app.app_context():
        run = db.session.scalars(sa.select(Run).order_by(Run.created_at.desc())).first()
        assert run.breaks == (Break(3, 10), Break(6, 7, "A week off"))


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ({"break.1.after": "8", "break.1.days": "7"}, "a break lies between two"),
        ({"break.1.after": "3", "break.1.days": "0"}, "Give a number from 1 to 91"),
        ({"break.1.after": "3", "break.1.days": ""}, "Give a whole number"),
        (
            {
                "break.1.after": "3",
                "break.1.days": "7",
                "break.2.after": "3",
                "break.2.days": "7",
            },
            "make them one",
        ),
    ],
)
def test_a_break_with_a_flaw_comes_back_as_it_was_typed(browse, resting, rows, words):
    where = f"/runs/new?version={resting.version_id}"
    answer = browse(resting.organiser_id).post(where, data=plan(**rows, **{"break.1.note": "Why"}))
    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="Why"' in answer.text
    assert 'href="#f-breaks"' in answer.text
