"""What a week asks and what opens in it, where a module is locked, or was opened ahead of time."""

import datetime as dt

import pytest
import time_machine
from conftest import acting
from factories.academy import course_source, module_source
from factories.accounts import make_user
from factories.home import words
from factories.progress import make_learner, make_run, settle
from factories.spaces import join

from community.cohorts.operations import open_module, open_module_for
from community.home.queries.week import my_week
from community.spaces.models import Role
from community.spaces.operations import add_member

MONDAY = dt.datetime(2026, 9, 7, 9, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def on_a_monday():
    with time_machine.travel(MONDAY, tick=False):
        yield


def home(browse, user):
    return words(browse(user).get("/home"))


def test_a_module_that_was_opened_early_is_not_what_the_week_asks(app, browse):
    world = make_run(app, weeks_ago=0)
    ana, _mine = make_learner(app, world)
    with app.app_context():
        open_module(acting(world.owner), world.run, world.modules[1], reason="All are here.")
    said = home(browse, ana)
    assert "Week 1 of 10 asks about 88 minutes of you." in said
    assert "You have done" not in said
    assert "Module 2 opens" not in said
    with time_machine.travel(MONDAY + dt.timedelta(days=7), tick=False):
        settle(app, world, ana, range(5))
        said = home(browse, ana)
        assert "Week 2 of 10 asks about 88 minutes of you. You have done 8 minutes." in said
        assert "Module 2 opens" not in said  # it is open since a week


def test_who_came_late_is_told_what_opens_the_way_though_a_later_module_was_opened(app, browse):
    modules = tuple(module_source(number) for number in (1, 2, 3))
    world = make_run(app, course_source(modules=modules), weeks_ago=1)
    ana, mine = make_learner(app, world)
    with app.app_context():
        open_module_for(acting(world.owner), mine, world.modules[2], reason="You asked.")
    said = home(browse, ana)
    assert "Week 2 of 10. About 88 minutes of module 1 open module 2 to you." in said


def test_a_module_that_is_locked_to_a_learner_is_not_marked_as_opening_on_its_day(app, browse):
    world = make_run(app, weeks_ago=1)
    ana, _mine = make_learner(app, world)
    ben, _mine = make_learner(app, world, "Ben Ito")
    settle(app, world, ben, range(4))
    assert "Module 2 opens" not in home(browse, ana)
    assert "Module 2 opens" in home(browse, ben)
    assert "Module 2 opens" in home(browse, world.owner)


def test_an_opening_is_marked_on_the_day_it_is_for_who_reads_in_another_zone(app, browse):
    world = make_run(app, weeks_ago=0, zone="Europe/Berlin")
    west = make_user(app, "Wes Webb", zone="Europe/London")
    join(app, world.network, west)
    with app.app_context():
        add_member(acting(world.owner), world.space, west, role=Role.FACILITATOR)
        found = my_week(acting(west), "Europe/London")
    assert [[h.module for h in day.happenings] for day in found.days][6] == [2]
    with time_machine.travel(MONDAY + dt.timedelta(days=6), tick=False):
        assert "Module 2 opens" in home(browse, west)
