"""A session that is over and was missed: later modules open all the same, and it stays missing."""

import datetime as dt
import uuid

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.academy import course_source, module_source, page_source, session_source
from factories.progress import (
    close,
    have_come,
    hold_session,
    make_learner,
    make_learners,
    make_run,
    settle,
)
from page_text import text_of

from community.academy.rules.releases import read_rule
from community.cohorts.models import Enrolment, Release, Run
from community.cohorts.rules import Opening
from community.home.queries.runs import live_runs
from community.home.queries.sessions import sessions_since
from community.kernel.db import db
from community.kernel.jobs import run_everything
from community.kernel.operation import unit_of_work
from community.live.models import LiveSession
from community.progress.policy import accesses
from community.progress.queries import course_view, matrix, record_view
from community.progress.queries.foresight import foresight
from community.progress.rules.unlocking import Learned, Part, unlock

NOW = dt.datetime(2026, 3, 16, tzinfo=dt.UTC)


def course(*releases):
    """Return three modules: two with a page and a session each, and one with a page."""
    rules = [*releases, "", "", ""]
    return course_source(
        modules=(
            module_source(1, activities=(page_source("a"), session_source()), release=rules[0]),
            module_source(
                2, activities=(page_source("b"), session_source("second")), release=rules[1]
            ),
            module_source(3, activities=(page_source("c"),), release=rules[2]),
        )
    )


def the_run(world):
    return db.session.get_one(Run, world.run, populate_existing=True)


def opened(world, who):
    found = accesses(acting(who), the_run(world))
    return [found[key].open for key in world.modules]


def held(inside, world, number=1):
    hold_session(inside, world, {}, number=number)
    run_everything(inside)


def test_a_missed_session_locks_nothing_and_stays_missing(inside):
    world = make_run(inside, course(), weeks_ago=3)
    ana, _mine = make_learner(inside, world)
    settle(inside, world, ana, [0])
    assert opened(world, ana) == [True, False, False]
    held(inside, world)
    assert opened(world, ana) == [True, True, False]
    for found in (
        course_view(acting(ana), the_run(world)),
        course_view(acting(ana), the_run(world), with_places=False),
    ):
        assert found.next.line.id == world.activities[2]
        assert (found.done, found.off, found.required, found.complete) == (1, 0, 5, False)
        meeting = found.modules[0].activities[1]
        assert (meeting.missed, meeting.asked, bool(meeting.missing)) == (True, True, True)
    settle(inside, world, ana, [2, 4])
    assert course_view(acting(ana), the_run(world)).next.line.id == world.activities[3]


def test_what_is_missing_beside_it_still_comes_first(inside):
    world = make_run(inside, course(), weeks_ago=3)
    ana, _mine = make_learner(inside, world)
    held(inside, world)
    found = accesses(acting(ana), the_run(world))[world.modules[1]]
    assert (found.open, found.finish) == (False, world.activities[0])


def test_home_and_foresight_have_open_what_learn_has(inside):
    world = make_run(inside, course(), weeks_ago=3)
    ana, mine = make_learner(inside, world)
    settle(inside, world, ana, [0])
    held(inside, world)
    with unit_of_work(acting(None)):
        db.session.execute(
            sa.update(LiveSession)
            .where(LiveSession.ended_at.is_not(None))
            .values(starts_at=acting(None).now - dt.timedelta(days=9))
        )
    ctx = acting(ana)
    for [run] in (live_runs(ctx), live_runs(ctx, sessions_since(ctx, ctx.now))):
        assert run.resume().line.id == world.activities[2]
        theirs = accesses(acting(ana), the_run(world))
        assert {module.module.id: module.access for module in run.view.modules} == theirs
    [seer] = foresight(
        acting(world.owner), the_run(world), acting(None).now, enrolment_id=mine
    ).learners
    assert [each.access.open for each in seer.modules] == [True, True, False]


def test_a_session_that_ended_as_the_run_closed_opens_nothing(inside):
    world = make_run(inside, course(), weeks_ago=3)
    ana, _mine = make_learner(inside, world)
    settle(inside, world, ana, [0])
    session = hold_session(inside, world, {}, number=1)
    close(inside, world)
    with unit_of_work(acting(None)):
        later = the_run(world).closed_at + dt.timedelta(hours=1)
        db.session.get_one(LiveSession, session).ended_at = later
    assert opened(world, ana) == [True, False, False]
    with unit_of_work(acting(None)):
        before = the_run(world).closed_at - dt.timedelta(hours=1)
        db.session.get_one(LiveSession, session).ended_at = before
    assert opened(world, ana) == [True, True, False]


@pytest.mark.parametrize(
    ("rule", "opens"),
    [
        ("before", True),
        ("done module-1", True),
        ("done module-1/a-circle", False),
        ("done 2 of module-1", False),
        ("not done module-1/a-circle", True),
    ],
)
def test_a_rule_that_names_the_session_still_asks_for_it(rule, opens):
    page, session, other = uuid.uuid4(), uuid.uuid4(), uuid.uuid4()
    names = {"a": page, "a-circle": session}
    parts = [
        Part(uuid.uuid4(), False, (page, session), "module-1", names),
        Part(uuid.uuid4(), False, (other,), "module-2", {"b": other}),
    ]
    opening = Opening(NOW, NOW)
    when = {
        parts[0].id: opening,
        parts[1].id: Opening(NOW, NOW, read_rule(rule)),
    }
    learned = Learned({page}, {}, over={session})
    assert unlock(parts, when, learned, now=NOW, run_open=True)[parts[1].id].open is opens


@pytest.mark.parametrize("ruled", [False, True])
@pytest.mark.parametrize("put_off", [False, True])
def test_the_matrix_shows_what_the_record_shows(inside, ruled, put_off):
    """Also the lists and counts, with and without rules, and where a module is over out of turn."""
    world = make_run(inside, course("", "week" if ruled else "", ""), weeks_ago=4)
    learners = make_learners(inside, world, [f"L{number}" for number in range(7)])
    have_come(inside, world, 40)
    if put_off:
        with unit_of_work(acting(None)):
            db.session.execute(
                sa.update(Release)
                .where(Release.module_id == world.modules[1])
                .values(opens_at=acting(None).now + dt.timedelta(days=3))
            )
    held(inside, world, 1)
    held(inside, world, 3)
    for who, done in zip(
        learners, ([], [0], [0, 2], [0, 2, 4], [0, 1], [1], [0, 2, 3]), strict=True
    ):
        settle(inside, world, who, done)
    ctx = acting(world.owner)
    found = matrix(ctx, the_run(world))
    late, open_now = set(), 0
    for row in found.rows:
        enrolment = db.session.get_one(Enrolment, row.enrolment_id)
        view = record_view(ctx, the_run(world), enrolment)
        activities = [(m, a) for m in view.modules for a in m.activities]
        for sign, (module, activity) in zip(row.cells, activities, strict=True):
            assert (sign == "l") == activity.late, (row.name, row.cells)
            assert (sign == "x") == (not module.access.open and not activity.settled)
            open_now += module.access.open
        if any(activity.late for _module, activity in activities):
            late.add(row.name)
    assert {row.name for row in matrix(ctx, the_run(world), show="late").rows} == late
    assert found.figures.late == len(late) > 0
    assert open_now > len(found.rows) * (1 if put_off else 2)


def test_who_was_there_is_not_said_to_have_missed_it_before_it_is_counted(app, browse):
    world = make_run(app, course(), weeks_ago=3)
    ana, _mine = make_learner(app, world)
    _ben, theirs = make_learner(app, world, "Ben Ito")
    settle(app, world, ana, [0])
    hold_session(app, world, {ana: 5400, world.owner: 5400}, number=1)
    for where in (f"/spaces/{world.slug}/learn/1/2", "/home"):
        text = text_of(browse(ana).get(where))
        assert "missed it" not in text
        assert "ou were there" in text
        assert "it is not counted yet" in text
    with app.app_context():
        record = db.session.get_one(Enrolment, theirs)
        view = record_view(acting(world.owner), the_run(world), record)
        assert view.modules[0].activities[1].missed  # who reads it was there, who learns was not
    run_everything(app)
    text = text_of(browse(ana).get(f"/spaces/{world.slug}/learn/1/2"))
    assert "You were there for 90 minutes." in text
    assert "not counted yet" not in text


def test_its_page_says_that_it_was_missed_and_what_to_do(app, browse):
    world = make_run(app, course(), weeks_ago=3)
    ana, _mine = make_learner(app, world)
    settle(app, world, ana, [0])
    hold_session(app, world, {}, number=1)
    run_everything(app)
    page = text_of(browse(ana).get(f"/spaces/{world.slug}/learn/1/2"))
    assert "You missed it." in page
    assert "tell a facilitator" in page
    home = text_of(browse(ana).get("/home"))
    assert "missed: a facilitator can count it" in home
