"""A learner's record, a decision and a letter take few statements, and say what the matrix says."""

import datetime as dt

import pytest
from conftest import acting
from factories.academy import (
    assignment_settings,
    assignment_source,
    course_source,
    discussion_source,
    module_source,
    page_source,
    quiz_source,
    session_source,
)
from factories.progress import close, have_come, make_learner, make_run, settle

from community.cohorts.models import Run
from community.cohorts.operations import shift_learner
from community.coursework.operations import give_extension
from community.kernel.db import db
from community.progress.operations import nudge, report_reading, take_on
from community.progress.queries import matrix, next_late, row_of

WORK = assignment_settings(due=0, time="00:00")
PARTS = (
    page_source("a"),
    assignment_source(settings=WORK),
    quiz_source(),
    discussion_source(),
    session_source(),
)
NAMES = ("Ana Lind", "Bo Chen", "bo chen", "Émile Zola", "Zoë Álvarez")


def run_of(world):
    return db.session.get_one(Run, world.run)


@pytest.fixture(params=["due by themselves", "of one's own", "by the calendar"])
def group(inside, request):
    """A run three weeks old in which five learn: one has done much, one little, others nothing."""
    parts = PARTS if request.param != "by the calendar" else (PARTS[0], *PARTS[2:])
    modules = [module_source(n, activities=parts if n == 1 else (page_source(),)) for n in (1, 2)]
    world = make_run(inside, course_source(modules=tuple(modules)), weeks_ago=3)
    people = [make_learner(inside, world, name) for name in NAMES]
    have_come(inside, world, 30)
    report_reading(
        acting(people[1][0]), world.run, world.activities[0], fraction=1, client_id="read-it-1"
    )
    settle(inside, world, people[0][0], range(len(world.activities)))
    owner = acting(world.owner)
    take_on(owner, people[1][1])
    nudge(owner, people[1][1], subject="How are you?", text="Tell me.", replies=True, after=None)
    if request.param != "by the calendar":
        until = dt.datetime.now(dt.UTC).replace(tzinfo=None) + dt.timedelta(days=2)
        give_extension(
            owner, world.run, world.activities[1], people[3][1], until=until, reason="Was ill."
        )
    if request.param == "of one's own":
        shift_learner(owner, people[2][1], days=4)
    return world, people


@pytest.mark.parametrize("which", ["", "/decide", "/nudge"])
def test_they_take_few_statements(group, browse, count_queries, which):
    world, people = group
    found = {"": "", "/decide": f"/{world.activities[0]}", "/nudge": "/nudge"}[which]
    for user, mine in people[1:4]:
        readers = [browse(world.owner)] + ([] if which else [browse(user)])
        for reader in readers:
            where = f"/spaces/{world.slug}/progress/{mine}{found}"
            assert reader.get(where).status_code == 200
            count_queries.clear()
            reader.get(where)
            work = [each for each in count_queries if not each.startswith(("BEGIN", "PRAGMA"))]
            assert len(work) <= 10, work


@pytest.mark.parametrize("days", [0, 20])
def test_one_learner_is_as_in_the_matrix(group, days):
    world, people = group
    now = dt.datetime.now(dt.UTC) + dt.timedelta(days=days)
    rows = {
        row.enrolment_id: row for row in matrix(acting(world.owner, now=now), run_of(world)).rows
    }
    assert any(row.why for row in rows.values()) == bool(days)
    assert any(row.taker and row.nudger for row in rows.values())
    for _user, mine in people:
        assert row_of(acting(world.owner, now=now), run_of(world), mine) == rows[mine]


def test_what_is_late_is_found_in_the_order_of_the_matrix(group):
    world, _people = group
    rows = matrix(acting(world.owner), run_of(world)).rows
    last = world.activities[-1]
    for number, row in enumerate(rows):
        late = next((each for each in rows[number + 1 :] if each.late), None)
        found = next_late(acting(world.owner), run_of(world), row.enrolment_id, row.name, last)
        assert (found[0] if found else None) == late


def test_nothing_is_late_once_it_is_over(inside, group):
    world, people = group
    close(inside, world)
    ctx = acting(world.owner)
    assert next_late(ctx, run_of(world), people[0][1], NAMES[0], world.activities[0]) is None
