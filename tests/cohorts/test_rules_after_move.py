"""Rules of a run's own, when the run goes on with a version they do not fit."""

import datetime as dt
import uuid

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.academy import (
    course_source,
    make_version,
    module_source,
    page_source,
    quiz_source,
    session_source,
)
from factories.progress import make_learner, make_run
from factories.versions import move, preview

from community.academy.models import Course
from community.academy.rules.releases import read_rule
from community.cohorts.models import Release, Run
from community.cohorts.operations import move_run_to_version, set_release
from community.cohorts.rules import Opening, Timeline
from community.cohorts.rules.releases import Calendar, resolved
from community.kernel.db import db
from community.kernel.errors import Conflict
from community.progress.queries import course_view
from community.progress.rules.unlocking import Lock, Part, due_by_module


def course(first, second=("b",), **releases):
    """Return a course of two modules or three; names are of pages, others stand for themselves."""
    made = [
        module_source(
            number,
            activities=tuple(page_source(a) if isinstance(a, str) else a for a in activities),
            release=releases.get(f"m{number}", ""),
        )
        for number, activities in enumerate((first, second, ("c",)), 1)
    ]
    return course_source(modules=tuple(made))


def newer(app, world, source):
    """Publish a newer version of a run's course."""
    with app.app_context():
        slug = db.session.scalars(sa.select(Course.slug)).one()
    return make_version(app, world.network, source, slug=slug)


def ruled(app, source, rules, **more):
    """Return a run with rules of its own, by the position of the module."""
    world = make_run(app, source, weeks_ago=3, **more)
    with app.app_context():
        for position, rule in rules.items():
            set_release(acting(world.owner), world.run, world.modules[position - 1], rule=rule)
    return world


def rules_now(app, world):
    with app.app_context():
        found = db.session.execute(
            sa.select(Release.rule, Release.own, Release.opens_at)
            .where(Release.run_id == world.run)
            .order_by(Release.local_at)
        )
        return [tuple(row) for row in found]


@pytest.mark.parametrize(
    ("before", "rule", "after"),
    [
        (course(("a", session_source("x"))), "session module-1/x", course(("a", "x"))),
        (course(("a", quiz_source("x"))), "score module-1/x 80", course(("a", "x"))),
        (course(("a", "x", "y")), "done 3 of module-1", course(("a", "x"))),
        (course(("a", "x")), "done module-1/x", course(("a",), ("b", "x"))),
        (course(("a", "x")), "done module-1/x", course(("a",))),
        (
            course(("a", "x"), m2="week"),
            "done module-1",
            course(("a", "x"), m1="done module-2", m2="week"),
        ),
    ],
    ids=["session", "score", "some", "own", "gone", "circle"],
)
def test_a_rule_that_does_not_fit_gives_way_to_that_of_the_course(app, before, rule, after):
    world = ruled(app, before, {2: rule})
    ana, _mine = make_learner(app, world)
    version = newer(app, world, after)
    with app.app_context():
        shown = preview(acting(world.owner), world.run, version)
        assert [module.position for module in shown.dropped] == [2]
    with app.app_context():
        move(world.owner, world.run, version)
    of_the_course = after.modules[1].release
    assert [(rule, own) for rule, own, _at in rules_now(app, world)][1] == (of_the_course, False)
    with app.app_context():
        view = course_view(acting(ana), db.session.get_one(Run, world.run))
    assert view.modules[1].access.lock is (None if of_the_course else Lock.UNFINISHED)


def test_rules_that_fit_only_together_are_kept_together(app):
    own = {2: "week 1", 1: "done module-2/b", 3: "done 2 of module-1"}
    world = ruled(app, course(("a", "x")), own)
    version = newer(app, world, course(("a",)))
    with app.app_context():
        shown = preview(acting(world.owner), world.run, version)
        assert [module.position for module in shown.dropped] == [3]
    with app.app_context():
        move(world.owner, world.run, version)
    kept = [(rule, own) for rule, own, _at in rules_now(app, world)]
    assert kept == [("done module-2/b", True), ("week 1", True), ("", False)]


def test_of_several_only_those_that_do_not_fit_are_dropped(app):
    world = ruled(app, course(("a", "x")), {2: "done module-1/x", 3: "done module-1/a"})
    version = newer(app, world, course(("a",)))
    with app.app_context():
        move(world.owner, world.run, version)
    kept = [(rule, own) for rule, own, _at in rules_now(app, world)]
    assert kept == [("", False), ("", False), ("done module-1/a", True)]


def test_a_rule_that_was_changed_meanwhile_is_looked_at_again(app):
    world = ruled(app, course(("a", "x")), {2: "done module-1/x"})
    version = newer(app, world, course(("a",)))
    with app.app_context():
        seen = preview(acting(world.owner), world.run, version).seen
    with app.app_context():
        set_release(acting(world.owner), world.run, world.modules[1], rule="done module-1/a")
    with app.app_context(), pytest.raises(Conflict):
        move_run_to_version(acting(world.owner), world.run, version, seen=seen)


def test_the_page_says_which_module_opens_by_the_rule_of_the_course(app, browse):
    world = ruled(app, course(("a", "x")), {2: "done module-1/x"})
    newer(app, world, course(("a",)))
    page = browse(world.owner).get(f"/spaces/{world.slug}/manage/run/version").text
    assert "1 module opens by the rule of the course again." in page


def test_a_module_that_never_begins_has_an_end_all_the_same():
    key, never = uuid.uuid4(), dt.datetime.max.replace(tzinfo=dt.UTC)
    part = Part(key, opens_later=False, required=())
    assert due_by_module([part], {key: Opening(never, never)}) == {key: never}


def test_a_rule_that_nothing_meets_has_a_day_to_reckon_with():
    timeline = Timeline(dt.date(2026, 1, 5), 8, ())
    found = resolved(
        read_rule("session module-1/gone + 2 hours"),
        dt.datetime.fromisoformat("2026-01-12"),
        Calendar(timeline=timeline, zone="Europe/Berlin"),
    )
    assert found.opens_at.date() <= timeline.ends_on
    assert found.begins_at == found.opens_at
