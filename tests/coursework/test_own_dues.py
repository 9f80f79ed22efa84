"""A due date of its own, its grace and more time for one learner: every surface tells the same."""

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
from factories.progress import close, have_come, make_learner, make_run, settle
from page_text import text_of

from community.cohorts.models import Enrolment, Run
from community.cohorts.operations import (
    pause_learner,
    return_learner,
    shift_learner,
    shift_run,
)
from community.cohorts.queries.changes import change_of, shift_of
from community.coursework.models import Extension
from community.coursework.operations import give_extension, take_back_extension
from community.coursework.queries import assignment_due
from community.kernel.db import db
from community.kernel.operation import unit_of_work
from community.progress.policy import plan
from community.progress.queries import course_view, course_views, matrix, next_late, record_view

NOW = dt.datetime.now(dt.UTC)
DAY = dt.timedelta(days=1)


class Course:
    """Its first module, a reading and an assignment, opened some weeks ago; a second after it.

    Ana learns in it. Whoever learns in it came a month ago.
    """

    def __init__(self, app, *, weeks_ago=1, assignments=1, zone="UTC", **settings):
        self.app = app
        work = [
            assignment_source(f"work-{n}", settings=assignment_settings(**settings))
            for n in range(assignments)
        ]
        first = module_source(1, activities=(page_source("read"), *work))
        second = module_source(2, activities=(page_source("later"),))
        source = course_source(modules=(first, second))
        self.world = make_run(app, source, weeks_ago=weeks_ago, zone=zone)
        self.owner, self.key = self.world.owner, self.world.activities[1]
        self.ana, self.mine = self.learner("Ana Lind")

    def learner(self, name):
        found = make_learner(self.app, self.world, name)
        have_come(self.app, self.world, 30)
        return found

    def run(self):
        return db.session.get_one(Run, self.world.run, populate_existing=True)

    def act(self, operation, *args, who=None, **more):
        with self.app.app_context():
            return operation(acting(who or self.owner), *args, **more)

    def extend(self, days, mine=None):
        until = (NOW + days * DAY).replace(tzinfo=None, microsecond=0)
        self.act(
            give_extension,
            self.world.run,
            self.key,
            mine or self.mine,
            until=until,
            reason="Was ill.",
        )

    def rows(self, **how):
        """Return the rows of the matrix by name."""
        with self.app.app_context():
            found = matrix(acting(self.owner), self.run(), **how)
            return {row.name: row for row in found.rows}, found.figures

    def late(self):
        """Return which of the module's activities are late for Ana: wherever it is asked."""
        with self.app.app_context():
            view = course_view(acting(self.ana), self.run())
            [other] = course_views(acting(self.ana), [self.run()])
            enrolment = db.session.get_one(Enrolment, self.mine)
            record = record_view(acting(self.owner), self.run(), enrolment)
            said = [
                [activity.late for activity in each.modules[0].activities]
                for each in (view, other, record)
            ]
            dues = [
                [each.modules[0].due_of(activity) for activity in each.modules[0].activities]
                for each in (view, other, record)
            ]
        rows, figures = self.rows()
        cells = rows["Ana Lind"].cells[: len(said[0])]
        shown, _all = self.rows(show="late")
        assert said == [[letter == "l" for letter in cells]] * 3
        assert dues[1:] == dues[:1] * 2
        assert ("Ana Lind" in shown) == any(said[0])
        assert figures.late == len(shown)
        return said[0]

    def due(self):
        """Return until when Ana has for the assignment."""
        with self.app.app_context():
            module = course_view(acting(self.ana), self.run()).modules[0]
            return module.due_of(module.activities[1]).at


@pytest.fixture
def course(app):
    return lambda **settings: Course(app, **settings)


def test_what_is_due_after_its_module_is_not_late_with_it(course):
    ana = course(due=9, time="18:00")
    assert ana.late() == [True, False]
    assert ana.due() == ana.world.opens + dt.timedelta(days=9, hours=18)


def test_what_is_due_before_its_module_is_late_before_it(course):
    ana = course(weeks_ago=0, due=0, time="00:00")
    assert ana.late() == [False, True]
    assert ana.due() == ana.world.opens


def test_with_the_module_it_is_due_as_all_of_it(course):
    ana = course()
    assert ana.late() == [True, True]
    assert ana.due() == ana.world.opens + 7 * DAY


def test_what_comes_within_its_grace_is_not_late(course):
    ana = course(weeks_ago=0, due=0, time="00:00", grace=48)
    assert ana.late() == [False, False]
    assert ana.due() == ana.world.opens
    assert course(due=0, time="00:00", grace=48).late() == [True, True]


def test_grace_counts_where_it_is_due_with_its_module(course):
    assert course(grace=48).late() == [True, False]


@pytest.mark.parametrize("due", [0, None], ids=["a day of its own", "with its module"])
def test_more_time_counts_until_it_is_taken_back(course, due):
    ana = course(due=due)
    _ben, his = ana.learner("Ben Ito")
    before = ana.due()
    assert ana.late() == [True, True]
    ana.extend(3)
    assert ana.late() == [True, False]
    assert ana.due() == (NOW + 3 * DAY).replace(microsecond=0)
    assert ana.rows()[0]["Ben Ito"].cells == "llx"
    ana.act(take_back_extension, ana.world.run, ana.key, ana.mine)
    assert ana.late() == [True, True]
    assert ana.due() == before
    ana.extend(2, mine=his)
    assert ana.late() == [True, True]


def test_more_time_that_is_over_sooner_than_it_is_due_changes_nothing(course):
    ana = course(due=30)
    ana.extend(1)
    assert ana.due() == ana.world.opens + dt.timedelta(days=31, seconds=-1)


def test_more_time_that_is_over_is_late_again(course):
    ana = course(due=0)
    ana.extend(1)
    with ana.app.app_context(), unit_of_work(acting(None)):
        db.session.execute(sa.update(Extension).values(until=NOW - DAY))
    assert ana.late() == [True, True]
    assert ana.due() == NOW - DAY


def test_dates_of_ones_own_move_it(course):
    ana = course(due=5)
    before = ana.due()
    ana.act(shift_learner, ana.mine, days=4)
    assert ana.late() == [False, False]
    assert ana.due() == before + 4 * DAY
    ana.extend(20)
    ana.act(shift_learner, ana.mine, days=0)
    assert ana.late() == [True, False]


def test_a_run_that_is_shifted_takes_it_along_and_more_time_stays(course):
    ana = course(due=5)
    before = ana.due()

    def shift(ctx):
        run = ana.run()
        seen = change_of(ctx, run, shift_of(run, 3, 1)).seen
        shift_run(ctx, run.id, days=3, seen=seen)

    ana.act(shift)
    assert ana.due() == before + 3 * DAY
    ana.extend(4)
    assert ana.due() == (NOW + 4 * DAY).replace(microsecond=0)
    ana.act(shift)
    assert ana.due() == max(before + 6 * DAY, (NOW + 4 * DAY).replace(microsecond=0))


def test_who_came_late_has_as_much_longer_as_its_own_page_says(app, course):
    ana = course(due=2, time="18:00")
    have_come(app, ana.world, 0)
    assert ana.late() == [False, False]
    with app.app_context():
        line = plan(ana.world.version).lines[ana.key]
        assert ana.due() == assignment_due(acting(ana.ana), ana.run(), line)


def test_of_who_pauses_nothing_is_asked(course):
    ana = course(due=0)
    ana.act(pause_learner, ana.mine)
    with ana.app.app_context():
        module = course_view(acting(ana.ana), ana.run()).modules[0]
        assert module.due_of(module.activities[1]) is None
    assert ana.rows()[0]["Ana Lind"].cells == "oox"
    ana.act(return_learner, ana.mine)
    assert ana.late() == [False, True]  # a day each for those its module is due later
    with ana.app.app_context():
        line = plan(ana.world.version).lines[ana.key]
        assert ana.due() == assignment_due(acting(ana.ana), ana.run(), line)


def test_in_a_run_that_is_over_nothing_is_late(app, course):
    ana = course(due=0)
    close(app, ana.world)
    assert ana.late() == [False, False]


def test_who_is_late_and_fading_is_found_by_what_is_due_to_each(app, course):
    """Three late activities are a sign of fading; two of Ben's have more time."""
    ana = course(weeks_ago=0, assignments=3, due=0, time="00:00")
    _ben, his = ana.learner("Ben Ito")
    ana.extend(3, mine=his)
    rows, figures = ana.rows()
    assert {name: row.cells for name, row in rows.items()} == {
        "Ana Lind": "olllx",
        "Ben Ito": "oollx",
    }
    assert (figures.late, rows["Ben Ito"].late) == (2, 2)
    settle(app, ana.world, ana.ana, [1, 2, 3])
    shown, figures = ana.rows(show="late")
    assert (set(shown), figures.late) == ({"Ben Ito"}, 1)
    with app.app_context():
        row, line = next_late(acting(ana.owner), ana.run(), ana.mine, "Ana Lind", ana.key)
        assert (row.name, line.id) == ("Ben Ito", ana.world.activities[2])


# ------------------------------------------------------------------ pages and JSON


def test_the_pages_say_its_own_day_with_the_time_of_day(course, browse):
    ana = course(zone="Africa/Nairobi", due=9, time="18:00")  # as Ana's own clock
    day = ana.world.opens + 9 * DAY
    words = f"By {day:%a} {day.day} {day:%b}, 18:00 (Nairobi)"
    client = browse(ana.ana)
    for path in (
        "/home",
        f"/spaces/{ana.world.slug}/learn",
        f"/spaces/{ana.world.slug}/my-progress",
    ):
        assert words in text_of(client.get(path)), path


def test_where_what_is_missing_is_due_on_several_days_the_first_is_said(course, browse):
    ana = course(zone="Africa/Nairobi", due=9, time="18:00")
    day = ana.world.opens + 6 * DAY  # of its module, up to midnight
    found = text_of(browse(ana.ana).get(f"/spaces/{ana.world.slug}/learn"))
    assert f"2 required activities. The first was for {day:%a} {day.day} {day:%b}" in found
    settle(ana.app, ana.world, ana.ana, [0])
    found = text_of(browse(ana.ana).get(f"/spaces/{ana.world.slug}/learn"))
    assert "What is missing: 1 required activity. By" in found


def test_the_pages_say_a_day_alone_where_it_ends_with_it(course, browse):
    ana = course(zone="Africa/Nairobi", due=9)
    day = ana.world.opens + 9 * DAY
    found = text_of(browse(ana.ana).get(f"/spaces/{ana.world.slug}/my-progress"))
    assert f"By {day:%a} {day.day} {day:%b}" in found
    assert "23:59" not in found


def test_who_decides_reads_for_when_it_was(course, browse):
    ana = course(zone="Africa/Nairobi", due=2)
    day = ana.world.opens + 2 * DAY
    path = f"/spaces/{ana.world.slug}/progress/{ana.mine}/{ana.key}"
    found = text_of(browse(ana.owner).get(path))
    assert f"it was for {day:%a} {day.day} {day:%b}" in found


def test_the_course_over_json_says_when_each_activity_is_due(course, browse):
    ana = course(due=9, time="18:00")
    found = browse(ana.ana).get(f"/api/v1/runs/{ana.world.run}/outline").json
    read, work = found["modules"][0]["activities"]
    assert dt.datetime.fromisoformat(work["due_at"]) == ana.due()
    assert (read["late"], work["late"]) == (True, False)
    assert dt.datetime.fromisoformat(read["due_at"]) == ana.world.opens + 7 * DAY


def test_the_desk_says_what_late_means(course, browse):
    ana = course(due=0)
    found = text_of(browse(ana.owner).get(f"/spaces/{ana.world.slug}/manage"))
    assert "a day of its own" in found


# ------------------------------------------------------------------ what it costs


def statements(count_queries, read):
    read()
    count_queries.clear()
    read()
    return len([each for each in count_queries if not each.startswith(("BEGIN", "PRAGMA"))])


def test_it_takes_one_statement_more_whatever_there_is(app, course, count_queries, browse):
    plain = make_run(app)
    zoe, _hers = make_learner(app, plain, "Zoe Plain")
    small, large = course(due=0), course(due=0, assignments=6)
    for number in range(8):
        _who, theirs = large.learner(f"Learner {number}")
        large.extend(3, mine=theirs)
    large.extend(3)

    def page(user, world, path):
        client = browse(user)
        return statements(count_queries, lambda: client.get(f"/spaces/{world.slug}/{path}"))

    for path in ("learn", "my-progress"):
        counted = [
            page(zoe, plain, path),
            page(small.ana, small.world, path),
            page(large.ana, large.world, path),
        ]
        assert counted[1] == counted[2], path
    desk = [page(each.owner, each.world, "manage") for each in (small, large)]
    assert desk[0] == desk[1]
    assert desk[1] <= 10
    home = browse(large.ana)
    assert statements(count_queries, lambda: home.get("/home")) <= 10
