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
from community.home.queries.sessions import sessions_since
from community.kernel.db import db
from community.kernel.operation import unit_of_work
from community.live.models import LiveSession, SessionState
from community.live.operations import call_off_session
from community.progress.operations import decide, report_reading
from community.progress.policy import accesses
from community.progress.queries import Place, course_view, course_views, record_view
from community.progress.rules.states import Status
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
    read(ana, world, 0, 0.5)
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
    assert counted[0] == counted[1] <= 5  # memberships, enrolments, releases, states, sessions


def test_learn_counts_as_unread_what_talk_does(inside, world, ana):
    """What was said before one came is no debt, on either page."""
    activity, thread = next(
        (key, row.thread_id) for key, row in placements(world.run).items() if row.thread_id
    )
    reply(inside, thread, world.owner)
    new = make_member(inside, world, "New Comer")
    for who, expected in ((new, 0), (ana, 2)):
        rows = threads_of(acting(who), world.space).items
        talk = {row.id: row.unread for row in rows}[thread]
        places = {a.line.id: a.place for m in view(who, world).modules for a in m.activities}
        assert places[activity].unread == talk == expected


def called_off_session(world, number=3):
    key = placements(world.run)[world.activities[number]].session_id
    with unit_of_work(acting(world.owner)):
        db.session.get_one(LiveSession, key).starts_at = acting(None).now + WEEK
    call_off_session(acting(world.owner), key, reason="A storm.")
    return key


@pytest.mark.parametrize("with_places", [True, False])
def test_nobody_is_asked_to_come_to_a_session_that_was_called_off(inside, world, ana, with_places):
    have_come(inside, world, 8)
    for number in range(3):
        decide(
            acting(world.owner),
            enrolment_id_of(inside, world, ana),
            world.activities[number],
            status=Status.EXCUSED,
            reason="Did it elsewhere.",
        )
    found = view(ana, world, with_places=with_places)
    meeting = found.modules[0].activities[3]
    assert (found.next, meeting.off) == (meeting, False)
    called_off_session(world)
    found = view(ana, world, with_places=with_places)
    meeting = found.modules[0].activities[3]
    assert (meeting.off, meeting.late) == (True, False)
    assert found.next is not meeting
    assert meeting not in [activity for _module, activity in found.waiting]
    assert str(meeting.missing).startswith("Called off")


def test_a_facilitators_record_says_the_same_of_it(inside, world, ana):
    called_off_session(world)
    enrolment = db.session.get_one(Enrolment, enrolment_id_of(inside, world, ana))
    record = record_view(acting(world.owner), run_of(world), enrolment)
    [meeting] = [
        a for m in record.modules for a in m.activities if a.line.id == world.activities[3]
    ]
    assert (meeting.off, meeting.late) == (True, False)


def test_who_was_excused_from_it_before_is_done_with_it(inside, world, ana):
    decide(
        acting(world.owner),
        enrolment_id_of(inside, world, ana),
        world.activities[3],
        status=Status.EXCUSED,
        reason="Was ill.",
    )
    called_off_session(world)
    found = view(ana, world)
    meeting = found.modules[0].activities[3]
    assert (meeting.settled, meeting.off, meeting.missing) == (True, False, "")


# ------------------------------------------------------------------ sessions that never were


def all_but_the_session(inside, world, who):
    for number in range(3):
        decide(
            acting(world.owner),
            enrolment_id_of(inside, world, who),
            world.activities[number],
            status=Status.EXCUSED,
            reason="Did it elsewhere.",
        )


def lapse(world, number=3, hours=5):
    """Let the time of a session pass without anybody beginning it."""
    key = placements(world.run)[world.activities[number]].session_id
    with unit_of_work(acting(world.owner)):
        session = db.session.get_one(LiveSession, key)
        session.starts_at = acting(None).now - dt.timedelta(hours=hours)


@pytest.fixture(params=[called_off_session, lapse])
def never_held(request, world):
    return lambda: request.param(world)


def test_a_session_that_is_not_held_locks_nobody_out(inside, world, ana, never_held):
    """Nobody could go on: the session could not be done, and module 2 waited for it."""
    second = world.modules[1]
    all_but_the_session(inside, world, ana)
    assert not accesses(acting(ana), run_of(world))[second].open
    never_held()
    assert accesses(acting(ana), run_of(world))[second].open
    found = view(ana, world)
    assert (found.modules[0].complete, found.next.line.id) == (True, world.activities[4])
    assert (found.done, found.off) == (3, 1)
    assert not found.complete


def test_home_has_open_behind_a_session_that_is_not_held_what_learn_has(
    inside, world, ana, never_held
):
    all_but_the_session(inside, world, ana)
    never_held()
    ctx = acting(ana)
    for [mine] in (live_runs(ctx), live_runs(ctx, sessions_since(ctx, ctx.now))):
        assert mine.resume().line.id == world.activities[4]
        theirs = accesses(acting(ana), run_of(world))
        assert {module.module.id: module.access for module in mine.view.modules} == theirs


def test_what_is_missing_before_a_session_that_is_not_held_still_comes_first(
    world, ana, never_held
):
    never_held()
    found = view(ana, world)
    second = found.modules[1]
    assert (second.access.open, second.finish.id) == (False, world.activities[0])


def test_a_session_that_nobody_began_in_time_is_not_late_and_nobody_is_asked(inside, world, ana):
    have_come(inside, world, 8)
    lapse(world)
    found = view(ana, world)
    meeting = found.modules[0].activities[3]
    assert (meeting.off, meeting.late, meeting.minutes_left) == (True, False, 0)
    assert meeting not in [activity for _module, activity in found.waiting]
    assert str(meeting.missing).startswith("It did not take place")


def test_a_session_that_can_still_begin_is_asked_for(inside, world, ana):
    all_but_the_session(inside, world, ana)
    lapse(world, hours=3)
    assert view(ana, world).next.line.id == world.activities[3]


def test_what_was_called_off_as_a_run_closed_opens_nothing(inside, world, ana):
    all_but_the_session(inside, world, ana)
    close(inside, world)
    assert not accesses(acting(ana), run_of(world))[world.modules[1]].open


def test_what_was_open_behind_a_called_off_session_stays_open_as_a_run_closes(inside, world, ana):
    all_but_the_session(inside, world, ana)
    called_off_session(world)
    close(inside, world)
    assert accesses(acting(ana), run_of(world))[world.modules[1]].open


def test_sessions_are_read_for_access_only_where_one_holds_somebody_back(
    inside, world, ana, count_queries
):
    run, ctx = run_of(world), acting(ana)
    accesses(ctx, run)
    count_queries.clear()
    accesses(acting(ana), run)
    before = len(count_queries)
    all_but_the_session(inside, world, ana)
    run = run_of(world)
    count_queries.clear()
    accesses(acting(ana), run)
    assert len(count_queries) == before + 1


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
