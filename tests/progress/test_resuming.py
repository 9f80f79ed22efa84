"""What to go on with: one activity, and what waits in each of my runs."""

import datetime as dt

import pytest
from conftest import acting
from factories.accounts import make_user
from factories.progress import close, make_learner, make_run

from community.progress.operations import report_reading
from community.progress.queries import my_courses, resume
from community.spaces.models import Role
from community.spaces.operations import add_member


@pytest.fixture
def world(inside):
    return make_run(inside, weeks_ago=0)


@pytest.fixture
def ana(inside, world):
    return make_learner(inside, world)[0]


def read(who, world, number, fraction, client_id="event-001"):
    report_reading(
        acting(who), world.run, world.activities[number], fraction=fraction, client_id=client_id
    )


def test_a_new_learner_begins_at_the_beginning(world, ana):
    todo = resume(acting(ana))
    assert todo is not None
    assert (todo.slug, todo.module, todo.activity) == (world.slug, 1, 1)
    assert (todo.title, todo.minutes_left, todo.fraction) == ("What counts as data", 8, 0)


def test_one_goes_on_where_one_left(world, ana):
    read(ana, world, 0, 0.5)
    todo = resume(acting(ana))
    assert todo is not None
    assert (todo.activity_id, todo.minutes_left, todo.fraction) == (world.activities[0], 4, 0.5)
    read(ana, world, 0, 1.0, "event-002")
    todo = resume(acting(ana))
    assert todo is not None
    assert todo.activity_id == world.activities[1]


def test_what_waits_is_open_and_undone_and_the_next_release_is_named(world, ana):
    [course] = my_courses(acting(ana))
    assert [todo.activity_id for todo in course.waiting] == list(world.activities[:4])
    assert course.minutes_left == 8 + 5 + 15 + 60
    assert {todo.due_at for todo in course.waiting} == {world.opens + dt.timedelta(days=7)}
    assert course.next_opens == ("Module 2", world.opens + dt.timedelta(days=7))
    assert (course.done, course.required, course.percent) == (0, 8, 0)


def test_the_run_one_was_at_last_comes_first(inside, world, ana):
    other = make_run(inside, name="Cohort 10")
    add_member(acting(other.owner), other.space, ana, role=Role.MEMBER)
    read(ana, world, 0, 0.5)
    assert [course.slug for course in my_courses(acting(ana))] == [world.slug, other.slug]
    read(ana, other, 0, 0.25, "event-002")
    assert [course.slug for course in my_courses(acting(ana))] == [other.slug, world.slug]
    todo = resume(acting(ana))
    assert todo is not None
    assert todo.slug == other.slug


def test_closed_runs_and_those_one_does_not_learn_in_ask_nothing(inside, world, ana):
    assert my_courses(acting(world.owner)) == []
    assert resume(acting(make_user(inside))) is None
    assert resume(acting(None)) is None
    close(inside, world)
    assert resume(acting(ana)) is None


def test_the_number_of_statements_does_not_grow_with_runs(inside, world, ana, count_queries):
    counted = []
    for _more in range(2):
        my_courses(acting(ana))
        count_queries.clear()
        my_courses(acting(ana))
        counted.append(len(count_queries))
        for _run in range(3):
            other = make_run(inside)
            add_member(acting(other.owner), other.space, ana, role=Role.MEMBER)
    assert counted[0] == counted[1] <= 3
