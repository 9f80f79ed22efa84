"""Who leaves and comes back finds open what was open to them."""

import datetime as dt

import pytest
from conftest import acting
from factories.academy import course_source, module_source, page_source
from factories.progress import make_learner, make_run

from community.cohorts.models import Enrolment, Run
from community.cohorts.operations import (
    open_module_for,
    return_learner,
    set_release,
    withdraw_learner,
)
from community.kernel.db import db
from community.progress.policy import accesses


@pytest.fixture
def world(app):
    modules = tuple(module_source(n, activities=(page_source(f"p{n}"),)) for n in (1, 2, 3))
    return make_run(app, course_source(modules=modules), weeks_ago=1)


def opened(app, world, who, now):
    with app.app_context():
        run = db.session.get_one(Run, world.run)
        found = accesses(acting(who, now=now), run)
        return [found[key].open for key in world.modules]


def day(number):
    return dt.datetime.now(dt.UTC) + dt.timedelta(days=number)


def test_what_was_opened_to_somebody_stays_so_though_dates_changed_while_they_were_away(app, world):
    ana, mine = make_learner(app, world)
    with app.app_context():
        open_module_for(acting(world.owner), mine, world.modules[2])
    assert opened(app, world, ana, day(0)) == [True, False, True]
    with app.app_context():
        withdraw_learner(acting(world.owner), mine, reason="Away for a while.")
    with app.app_context():
        set_release(acting(world.owner), world.run, world.modules[1], rule="week")
    with app.app_context():
        return_learner(acting(world.owner), mine)
    assert opened(app, world, ana, day(0)) == [True, True, True]


def test_days_after_joining_are_counted_from_the_first_time(app, world):
    ana, mine = make_learner(app, world)
    with app.app_context():
        set_release(acting(world.owner), world.run, world.modules[2], rule="joined + 5 days")
    assert opened(app, world, ana, day(4))[2] is False
    assert opened(app, world, ana, day(6))[2] is True
    with app.app_context():
        withdraw_learner(acting(world.owner, now=day(7)), mine, reason="Away for a while.")
    with app.app_context():
        return_learner(acting(world.owner, now=day(8)), mine)
    assert opened(app, world, ana, day(8))[2] is True
    with app.app_context():
        assert db.session.get_one(Enrolment, mine).enrolled_at > day(7)
        set_release(acting(world.owner, now=day(8)), world.run, world.modules[1], rule="week")
    assert opened(app, world, ana, day(8))[2] is True
