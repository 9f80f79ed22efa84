"""The one place that says what is open, what is late, what is next, for one run or for many."""

import datetime as dt

import pytest
from conftest import acting
from factories.discussions import reply
from factories.progress import (
    close,
    enrolment_id_of,
    have_come,
    make_learner,
    make_member,
    make_run,
)

from community.cohorts.models import Enrolment, Run
from community.cohorts.queries import placements
from community.discussions.queries import threads_of
from community.home.queries.runs import live_runs
from community.kernel.db import db
from community.live.models import SessionState
from community.progress.operations import report_reading
from community.progress.policy import accesses
from community.progress.queries import Place, course_view, course_views, record_view
from community.spaces.models import Role
from community.spaces.operations import add_member

WEEK = dt.timedelta(days=7)


@pytest.fixture
def world(inside):
    return make_run(inside, weeks_ago=1)


@pytest.fixture
def ana(inside, world):
    return make_learner(inside, world)[0]


def run_of(world):
    return db.session.get_one(Run, world.run)


def view(who, world, **how):
    return course_view(acting(who), run_of(world), **how)


def read(who, world, number, fraction, client_id="event-001"):
    report_reading(
        acting(who), world.run, world.activities[number], fraction=fraction, client_id=client_id
    )


def test_a_new_learner_begins_at_the_beginning(world, ana):
    found = view(ana, world).next
    assert (found.line.id, found.minutes_left, found.fraction) == (world.activities[0], 8, 0)


def test_one_goes_on_where_one_left(world, ana):
    read(ana, world, 0, 0.5)
    found = view(ana, world).next
    assert (found.line.id, found.minutes_left, found.fraction) == (world.activities[0], 4, 0.5)
    read(ana, world, 0, 1.0, "event-002")
    assert view(ana, world).next.line.id == world.activities[1]


def test_what_waits_is_open_and_not_settled(world, ana):
    read(ana, world, 0, 1.0)
    waiting = view(ana, world).waiting
    assert [activity.line.id for _module, activity in waiting] == list(world.activities[1:4])


def test_nothing_waits_in_a_closed_run_and_for_who_does_not_learn(inside, world, ana):
    assert not view(world.owner, world).waiting
    close(inside, world)
    assert not view(ana, world).waiting


def test_late_is_what_is_required_open_and_over(inside, world, ana):
    have_come(inside, world, 8)
    read(ana, world, 0, 1.0)
    first, second, _third = view(ana, world).modules
    assert [activity.late for activity in first.activities] == [False, True, True, True]
    assert not any(activity.late for activity in second.activities)  # locked, and not over


def test_who_came_late_has_a_week_for_what_was_due_before(inside, world, ana):
    enrolment = db.session.get_one(Enrolment, enrolment_id_of(inside, world, ana))
    for found in (view(ana, world), record_view(acting(world.owner), run_of(world), enrolment)):
        first = found.modules[0]
        assert first.due_at == enrolment.enrolled_at + WEEK
        assert not any(activity.late for activity in first.activities)


def test_nothing_is_late_in_a_closed_run(inside, world, ana):
    have_come(inside, world, 8)
    close(inside, world)
    assert not any(a.late for module in view(ana, world).modules for a in module.activities)


@pytest.mark.parametrize("role", list(Role))
def test_my_week_has_open_what_progress_has_open(inside, world, role):
    """An outlined module stood open on one page and not on the other."""
    who = make_member(inside, world, role=role) if role is not Role.OWNER else world.owner
    [mine] = live_runs(acting(who))
    theirs = accesses(acting(who), run_of(world))
    assert {module.module.id: module.access for module in mine.view.modules} == theirs


def test_many_runs_are_read_like_one(inside, world, ana, count_queries):
    counted = []
    worlds = [world]
    for _more in range(2):
        runs = [run_of(one) for one in worlds]
        course_views(acting(ana), runs)
        count_queries.clear()
        found = course_views(acting(ana), runs)
        counted.append(len(count_queries))
        assert found == [view(ana, one, with_places=False) for one in worlds]
        worlds.append(make_run(inside, name="Cohort 10"))
        add_member(acting(worlds[-1].owner), worlds[-1].space, ana, role=Role.MEMBER)
        read(ana, worlds[-1], 0, 0.5)
    assert counted[0] == counted[1] <= 4  # memberships, enrolments, releases, states


def test_learn_counts_as_unread_what_talk_does(inside, world, ana):
    """What was said before one came is no debt, on either page."""
    activity, thread = next(
        (key, row.thread_id) for key, row in placements(world.run).items() if row.thread_id
    )
    reply(inside, thread, world.owner)
    new = make_member(inside, world, "New Comer")
    for who, expected in ((new, 0), (ana, 2)):
        rows = db.session.execute(threads_of(acting(who), world.space))
        talk = {row.id: row.unread for row in rows}[thread]
        places = {a.line.id: a.place for m in view(who, world).modules for a in m.activities}
        assert places[activity].unread == talk == expected


@pytest.mark.parametrize(
    ("state", "hours", "over"),
    [
        (SessionState.SCHEDULED, 1, False),  # its facilitator is late; the room is open
        (SessionState.SCHEDULED, 5, True),  # nobody can begin it any more
        (SessionState.LIVE, 5, False),
        (SessionState.ENDED, 1, True),
    ],
)
def test_a_session_is_over_when_live_says_so(state, hours, over):
    now = dt.datetime.now(dt.UTC)
    place = Place(starts_at=now - dt.timedelta(hours=hours), minutes=30, session_state=state)
    assert place.over(now) is over
