"""The frame: the rail in the order in which one looks for a run, the bar into the one one is in."""

import datetime as dt
import re

import pytest
from factories.accounts import make_user
from factories.cohorts import make_cohort
from factories.discussions import make_thread
from factories.home import make_cast

from community.home.rules import Stage, stage_of

TODAY = dt.datetime.now(dt.UTC).date()


@pytest.mark.parametrize(
    ("week", "closed", "stage"),
    [
        (0, False, Stage.COMING),
        (1, False, Stage.GOING_ON),
        (8, False, Stage.GOING_ON),
        (9, False, Stage.OVER),
        (3, True, Stage.OVER),
    ],
)
def test_a_run_is_coming_goes_on_or_is_over(week, closed, stage):
    assert stage_of(closed=closed, week=week, weeks=8) is stage


@pytest.fixture
def runs(app):
    """Three runs of one organiser, made in the order: going on, over, coming."""
    first = make_cohort(app, name="Going on", starts_on=TODAY - dt.timedelta(weeks=2))
    more = {
        "network_id": first.network_id,
        "organiser_id": first.organiser_id,
        "version_id": first.version_id,
    }
    make_cohort(app, name="Over", starts_on=TODAY - dt.timedelta(weeks=30), **more)
    coming = make_cohort(app, name="Coming", starts_on=TODAY + dt.timedelta(weeks=4), **more)
    return first, coming


def rail_of(page):
    rail = page.split('aria-labelledby="my-spaces"')[1].split("</nav>")[0]
    return re.findall(r'<span class="name">(.*?)</span>', rail)


def bar_of(page):
    bar = page.split('class="bottom-bar"')[1].split("</nav>")[0]
    return re.findall(r'href="([^"]*)"', bar)


def test_the_rail_names_the_network_what_goes_on_what_comes_and_what_is_over(browse, runs):
    page = browse(runs[0].organiser_id).get("/home").text
    assert rail_of(page) == ["The network", "Going on", "Coming", "Over"]


def test_the_bar_of_a_phone_leads_into_the_run_that_goes_on(browse, runs):
    page = browse(runs[0].organiser_id).get("/home").text
    assert "/spaces/going-on/learn" in bar_of(page)


def test_the_bar_of_a_phone_leads_into_the_run_one_is_in_also_where_its_address_is_not(
    app, browse, runs
):
    _first, coming = runs
    thread = make_thread(app, coming.space_id, coming.organiser_id, title="Hello")
    page = browse(coming.organiser_id).get(f"/threads/{thread}").text
    assert "/spaces/coming/learn" in bar_of(page)
    assert "/spaces/coming/sessions" in bar_of(page)


def test_who_may_add_courses_is_led_to_them_from_every_page_and_who_may_not_is_not(
    app, browse, runs
):
    assert 'href="/courses"' in browse(runs[0].organiser_id).get("/home").text
    assert 'href="/courses"' not in browse(make_user(app, "Ana Lind")).get("/home").text


def current_in_bar(page):
    bar = page.split('class="bottom-bar"')[1].split("</nav>")[0]
    found = re.findall(r'aria-current="(page|true)">(?:<svg.*?</svg>)?([^<]+)<', bar, re.DOTALL)
    return [(sort, label.strip()) for sort, label in found]


def test_the_bar_says_where_one_is_also_below_its_entries(app, browse):
    cast = make_cast(app)
    client, slug = browse(cast.member), cast.world.slug
    thread = make_thread(app, cast.world.space, cast.member, title="A question")
    for path, current in [
        ("/home", ("page", "Home")),
        (f"/spaces/{slug}/learn", ("page", "Learn")),
        (f"/spaces/{slug}/learn/1/1", ("true", "Learn")),
        (f"/spaces/{slug}/my-progress", ("true", "Learn")),
        (f"/threads/{thread}", ("true", "Talk")),
        ("/certificates", ("true", "Me")),
        ("/me/security", ("true", "Me")),
    ]:
        page = client.get(path)
        assert page.status_code == 200, path
        assert current_in_bar(page.text) == [current], path
