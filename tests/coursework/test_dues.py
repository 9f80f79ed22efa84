"""When an assignment is due for whoever has dates of their own, also where clocks are changed."""

import datetime as dt

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.academy import (
    assignment_settings,
    assignment_source,
    course_source,
    module_source,
    page_source,
)
from factories.progress import make_learner, make_run

from community.academy.rules.releases import read_rule
from community.cohorts.models import Enrolment, Release, Run
from community.cohorts.operations.releasing import settle_releases
from community.cohorts.rules import Timeline
from community.cohorts.rules.releases import Calendar, resolved
from community.coursework.queries import assignment_due, group_due
from community.kernel import localtime
from community.kernel.db import db
from community.kernel.operation import unit_of_work
from community.progress.policy import plan

BERLIN = "Europe/Berlin"
day = dt.date.fromisoformat
local = dt.datetime.fromisoformat


def dues(app, start, *, shift=0, came="2026-01-01", paced=None):
    """Return when an assignment of the first module is due by the clock: the group's, a learner's.

    It is due at noon of the fourth day.
    """
    settings = assignment_settings(due=3, time="12:00")
    first = module_source(1, activities=(assignment_source(settings=settings),))
    second = module_source(2, activities=(page_source("b"),))
    world = make_run(app, course_source(modules=(first, second)), weeks_ago=1)
    ana, mine = make_learner(app, world)
    with app.app_context():
        with unit_of_work(acting(None)):
            run = db.session.get_one(Run, world.run)
            run.zone, run.starts_on = BERLIN, day(start)
            rows = db.session.scalars(sa.select(Release).order_by(Release.local_at))
            for week, row in enumerate(rows.all()):
                row.local_at = local(start) + dt.timedelta(weeks=week)
            learner = db.session.get_one(Enrolment, mine)
            learner.enrolled_at = local(came).replace(tzinfo=dt.UTC)
            learner.paced_from = local(paced).replace(tzinfo=dt.UTC) if paced else None
            learner.shift_days, run.individual = shift, True
            settle_releases(run)
        ctx = acting(ana, now=local(start).replace(hour=12, tzinfo=dt.UTC))
        run = db.session.get_one(Run, world.run)
        line = plan(run.version_id).lines[world.activities[0]]
        found = group_due(ctx, run, line), assignment_due(ctx, run, line)
        return [localtime.in_zone(at, BERLIN).strftime("%Y-%m-%dT%H:%M") for at in found]


@pytest.mark.parametrize(
    ("start", "shift", "group", "theirs"),
    [
        ("2026-09-07", 7, "2026-09-10T12:00", "2026-09-17T12:00"),
        ("2026-10-12", 7, "2026-10-15T12:00", "2026-10-22T12:00"),
        ("2026-03-23", 7, "2026-03-26T12:00", "2026-04-02T12:00"),
        ("2026-09-07", -5, "2026-09-10T12:00", "2026-09-05T12:00"),
    ],
    ids=["plain", "an hour more", "an hour less", "earlier"],
)
def test_dates_of_ones_own_are_whole_days_from_the_groups(app, start, shift, group, theirs):
    assert dues(app, start, shift=shift) == [group, theirs]


def test_who_came_late_has_as_many_whole_days_longer_as_for_the_module(app):
    # the module is due on Monday the 19th for the group, for them late on Sunday the 25th: in the
    # night before the clocks were set back
    group, theirs = dues(app, "2026-10-12", came="2026-10-18T22:30")
    assert (group, theirs) == ("2026-10-15T12:00", "2026-10-22T12:00")


def test_shift_and_pace_add_up_to_no_more_than_the_module_has(app):
    # their module is due on Monday 2 November; paced from the 20th that is late enough
    assert dues(app, "2026-10-19", shift=7, paced="2026-10-20")[1] == "2026-10-29T12:00"


def test_days_after_joining_keep_the_clock():
    calendar = Calendar(
        timeline=Timeline(day("2026-10-19"), 8, ()),
        zone=BERLIN,
        joined_at=local("2026-10-23T09:30").replace(tzinfo=dt.UTC),
        shift=1,
    )
    found = resolved(read_rule("joined + 3 days"), local("2026-10-19"), calendar)
    assert (
        localtime.in_zone(found.opens_at, BERLIN).strftime("%Y-%m-%dT%H:%M") == "2026-10-27T11:30"
    )
