"""A course that is shown by the letters beside the totals is the course that all rows tell of."""

from typing import Any

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.academy import (
    course_source,
    discussion_source,
    module_source,
    page_source,
    session_source,
)
from factories.academy import quiz_source as quiz
from factories.progress import WHY, have_come, make_learner, make_run
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from community.cohorts.models import Run
from community.coursework.operations import submit_quiz
from community.kernel.db import db
from community.kernel.errors import Conflict, NotFound
from community.progress.models import Summary
from community.progress.operations import decide, report_reading
from community.progress.operations.ledger import settled_by, settled_in
from community.progress.policy import plan, settled_ids
from community.progress.queries import CourseView, course_view, course_views
from community.progress.queries import states as reading
from community.progress.rules.states import Status

PARTS = (
    (page_source("p1"), quiz("q1"), page_source("p2", required=False)),
    (page_source("p3"), discussion_source("d1"), session_source("s1"), page_source("p4")),
    (quiz("q2", required=False), page_source("p5"), page_source("p6")),
)
NUMBER = sum(map(len, PARTS))
RIGHT, WRONG = {"q1": ["q1o2"], "q2": ["q2o1", "q2o2"]}, {"q1": ["q1o1"], "q2": []}

read = st.tuples(st.integers(0, NUMBER - 1), st.sampled_from([0.0, 0.3, 0.98, 1.0]))
tried = st.tuples(st.integers(0, NUMBER - 1), st.sampled_from([RIGHT, WRONG]))
ruled = st.tuples(
    st.integers(0, NUMBER - 1),
    st.sampled_from([Status.DONE, Status.EXCUSED, Status.WAIVED, None]),
)
acts = st.lists(st.one_of(read, tried, ruled, ruled), max_size=20)


def course() -> Any:
    parts = enumerate(PARTS, start=1)
    return course_source(modules=tuple(module_source(n, activities=each) for n, each in parts))


def do(world, ana, enrolment, number, act, what) -> None:
    """Do one thing, unless it cannot be done: it is locked, of another kind, or nothing stands."""
    activity, client_id = world.activities[act], f"event-{number:03}"
    try:
        if isinstance(what, float):
            report_reading(acting(ana), world.run, activity, fraction=what, client_id=client_id)
        elif isinstance(what, dict):
            submit_quiz(acting(ana), world.run, activity, answers=what, client_id=client_id)
        else:
            decide(acting(world.owner), enrolment, activity, status=what, reason=WHY)
    except (Conflict, NotFound):
        return


def told(view: CourseView) -> Any:
    """Return what the pages of a course say of it."""
    modules = [
        (
            each.access,
            each.due_at,
            (each.required, each.done, each.off, each.percent),
            (each.complete, each.settled, each.minutes_left, each.required_minutes_left),
            each.segments,
            [
                (a.line, a.status, a.fraction, a.late, a.missed, str(a.missing), a.minutes_left)
                for a in each.activities
            ],
        )
        for each in view.modules
    ]
    waiting = [(module.module.id, a) for module, a in view.waiting]
    totals = (view.done, view.required, view.percent, view.off, view.complete)
    return totals, modules, waiting, view.next, view.mine


@pytest.mark.usefixtures("inside")
@settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(done=acts, days=st.sampled_from([0, 10, 30]))
def test_letters_and_rows_tell_the_same_whatever_was_done(app, done, days):
    world = make_run(app, course(), weeks_ago=4)
    ana, enrolment = make_learner(app, world)
    have_come(app, world, days)
    for number, (act, what) in enumerate(done):
        do(world, ana, enrolment, number, act, what)
    run = db.session.get_one(Run, world.run)
    for how in ({}, {"with_places": False}):
        whole = course_view(acting(ana), run, whole=True, **how)
        assert told(course_view(acting(ana), run, **how)) == told(whole)
    ctx = acting(ana)
    [among] = course_views(ctx, [run])
    assert told(among) == told(whole)
    # what opens the next module is asked of the same letters
    assert settled_ids(ctx, enrolment) == settled_ids(acting(ana), enrolment)
    # and so are the totals of the next act
    summary = db.session.scalars(sa.select(Summary).where(Summary.enrolment_id == enrolment)).one()
    by_rows = settled_by([enrolment])[enrolment]
    assert settled_in(run, summary) == by_rows
    assert summary.done == len(plan(run.version_id).required & by_rows)
    for key in world.activities:  # of what a page is about everything is told
        found = course_view(acting(ana), run, about=key)
        mine, theirs = (
            next(a for m in each.modules for a in m.activities if a.line.id == key)
            for each in (found, course_view(acting(ana), run, whole=True))
        )
        assert mine == theirs
        assert mine.evidence == theirs.evidence


def test_of_who_began_very_much_all_rows_are_read(inside, count_queries, monkeypatch):
    world = make_run(inside, course(), weeks_ago=4)
    ana, _enrolment = make_learner(inside, world)
    run = db.session.get_one(Run, world.run)
    report_reading(acting(ana), world.run, world.activities[0], fraction=0.3, client_id="event-001")
    few = told(course_view(acting(ana), run)), len(course_views(acting(ana), [run]))
    monkeypatch.setattr(reading, "MOST_BEGUN", 0)
    count_queries.clear()
    assert (told(course_view(acting(ana), run)), len(course_views(acting(ana), [run]))) == few
    assert not any("activity_state.activity_id IN" in statement for statement in count_queries)


def test_a_course_costs_no_more_rows_for_what_is_settled(inside, count_queries):
    world = make_run(inside, course(), weeks_ago=4)
    ana, enrolment = make_learner(inside, world)
    run = db.session.get_one(Run, world.run)
    for activity in world.activities:
        decide(acting(world.owner), enrolment, activity, status=Status.WAIVED, reason=WHY)
    count_queries.clear()
    found = course_view(acting(ana), run)
    assert (found.done, found.complete) == (found.required, True)
    assert not any("FROM activity_state" in statement for statement in count_queries)


def test_letters_of_another_version_are_not_read(inside):
    """The run was read before the totals, and may have gone on with a newer version since."""
    world = make_run(inside, course(), weeks_ago=4)
    ana, _enrolment = make_learner(inside, world)
    other = make_run(inside, course(), weeks_ago=4)
    run = db.session.get_one(Run, world.run)
    db.session.expunge(run)
    assert course_view(acting(ana), run).mine.cells is not None
    run.version_id = other.version
    assert course_view(acting(ana), run).mine.cells is None
