"""A course that is shown by the letters beside the totals is the course that all rows tell of."""

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.academy import (
    assignment_settings,
    assignment_source,
    course_source,
    discussion_source,
    module_source,
    page_source,
    session_source,
)
from factories.academy import quiz_source as quiz
from factories.progress import WHY, have_come, hold_session, make_learner, make_run
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from community.cohorts.models import Enrolment, Run
from community.cohorts.queries import placements
from community.coursework.operations import give_extension, submit_quiz
from community.kernel.db import db
from community.kernel.errors import Conflict, NotFound
from community.kernel.operation import unit_of_work
from community.live.models import LiveSession
from community.live.operations import call_off_session
from community.progress.models import Summary
from community.progress.operations import decide, report_reading
from community.progress.operations.ledger import settled_by, settled_in
from community.progress.policy import plan, settled_ids
from community.progress.queries import CourseView, course_view, course_views, record_view
from community.progress.queries import states as reading
from community.progress.rules.states import Status


def work(slug: str, due: int | None) -> Any:
    """Return an assignment that is due some days after its module begins, or with it."""
    own = {} if due is None else {"due": due, "time": "00:00"}
    return assignment_source(slug, settings=assignment_settings(**own))


PARTS = (
    (
        page_source("p1"),
        quiz("q1"),
        page_source("p2", required=False),
        work("w1", 40),
        work("w2", 0),
    ),
    (page_source("p3"), discussion_source("d1"), session_source("s1"), page_source("p4")),
    (quiz("q2", required=False), page_source("p5"), page_source("p6"), work("w3", None)),
)
NUMBER = sum(map(len, PARTS))
WORK, SESSION = (3, 4, 12), 7
RIGHT, WRONG = {"q1": ["q1o2"], "q2": ["q2o1", "q2o2"]}, {"q1": ["q1o1"], "q2": []}

read = st.tuples(st.integers(0, NUMBER - 1), st.sampled_from([0.0, 0.3, 0.98, 1.0]))
tried = st.tuples(st.integers(0, NUMBER - 1), st.sampled_from([RIGHT, WRONG]))
ruled = st.tuples(
    st.integers(0, NUMBER - 1),
    st.sampled_from([Status.DONE, Status.EXCUSED, Status.WAIVED, None]),
)
extended = st.tuples(st.sampled_from(WORK), st.sampled_from([dt.timedelta(1), dt.timedelta(50)]))
acts = st.lists(st.one_of(read, tried, ruled, ruled, extended), max_size=20)


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
        elif isinstance(what, dt.timedelta):
            until = (acting(None).now + what).replace(tzinfo=None, microsecond=0)
            given = {"until": until, "reason": "Was ill."}
            give_extension(acting(world.owner), world.run, activity, enrolment, **given)
        else:
            decide(acting(world.owner), enrolment, activity, status=what, reason=WHY)
    except (Conflict, NotFound):
        return


def let_session(app, world, ana, become) -> None:
    """Let the session of the course be held with or without her, be called off, or never begin."""
    if become in {"missed", "attended"}:
        hold_session(app, world, {ana: 4_000} if become == "attended" else {}, SESSION)
        return
    key = placements(world.run)[world.activities[SESSION]].session_id
    if become == "off":
        call_off_session(acting(world.owner), key, reason="A storm.")
    elif become == "lapsed":
        with unit_of_work(acting(None)):
            db.session.get_one(LiveSession, key).starts_at = acting(None).now - dt.timedelta(1)


def told(view: CourseView) -> Any:
    """Return what the pages of a course say of it."""
    modules = [
        (
            each.access,
            each.due_at,
            (each.required, each.done, each.off, each.percent),
            (each.complete, each.settled, each.minutes_left, each.required_minutes_left),
            (each.segments, each.more),
            [
                (
                    (a.line, a.status, a.fraction, str(a.missing), a.minutes_left),
                    (a.missed, a.uncounted, a.off, a.counts),
                    (a.late, a.due, each.due_of(a)),
                )
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
@given(
    done=acts,
    weeks=st.sampled_from([0, 4]),
    days=st.sampled_from([0, 10, 30]),
    session=st.sampled_from(["ahead", "missed", "attended", "off", "lapsed"]),
)
def test_letters_and_rows_tell_the_same_whatever_was_done(app, done, weeks, days, session):
    world = make_run(app, course(), weeks_ago=weeks)
    ana, enrolment = make_learner(app, world)
    have_come(app, world, days)
    let_session(app, world, ana, session)
    for number, (act, what) in enumerate(done):
        do(world, ana, enrolment, number, act, what)
    run = db.session.get_one(Run, world.run)
    for how in ({}, {"with_places": False}):
        whole = course_view(acting(ana), run, whole=True, **how)
        assert told(course_view(acting(ana), run, **how)) == told(whole)
    ctx = acting(ana)
    [among] = course_views(ctx, [run])
    assert told(among) == told(whole)
    late = [[a.late for a in each.activities] for each in whole.modules]
    record = record_view(acting(world.owner), run, db.session.get_one(Enrolment, enrolment))
    assert late == [[a.late for a in each.activities] for each in record.modules]
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


def test_what_is_settled_keeps_its_own_due_date_and_costs_no_row(inside, count_queries):
    """An assignment is drawn by itself for its date; where one stands in it the letter says."""
    world = make_run(inside, course(), weeks_ago=0)
    ana, enrolment = make_learner(inside, world)
    have_come(inside, world, 30)
    run = db.session.get_one(Run, world.run)
    for activity in world.activities[:4]:
        decide(acting(world.owner), enrolment, activity, status=Status.EXCUSED, reason=WHY)
    count_queries.clear()
    module = course_view(acting(ana), run).modules[0]
    assert not any("FROM activity_state" in statement for statement in count_queries)
    *_others, settled, late = module.activities
    assert (settled.status, settled.late) == (Status.EXCUSED, False)
    assert module.due_of(settled).at == world.opens + dt.timedelta(40)
    assert (late.status, late.late) == (None, True)
    assert module.due_at > module.due_of(late).at == world.opens
