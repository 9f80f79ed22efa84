"""Posts and attendance complete activities, and a completed module opens the next."""

import datetime as dt

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.accounts import make_user
from factories.discussions import make_thread, reply
from factories.progress import (
    close,
    enrolment_id_of,
    hold_session,
    make_learner,
    make_learners,
    make_member,
    make_run,
)

from community.cohorts.models import Run
from community.cohorts.queries import placements
from community.coursework.operations import submit_quiz
from community.discussions.models import ThreadKind
from community.discussions.operations import merge_posts, split_thread
from community.kernel.db import db
from community.kernel.jobs import run_everything
from community.kernel.log import EventRow
from community.kernel.operation import unit_of_work
from community.live.models import LiveSession, SessionState
from community.progress.models import ActivityState, LearningEvent
from community.progress.operations import count_attendance, report_reading
from community.progress.policy import accesses
from community.progress.rules.states import Status
from community.progress.rules.unlocking import Lock
from community.spaces.models import Role

RIGHT = {"q1": ["q1o2"], "q2": ["q2o1", "q2o2"]}


def status_of(enrolment_id, activity_id):
    return db.session.scalar(
        sa.select(ActivityState.status).where(
            ActivityState.enrolment_id == enrolment_id, ActivityState.activity_id == activity_id
        )
    )


def count(model) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


@pytest.fixture
def world(inside):
    return make_run(inside)


def thread_of(world, number=2):
    return placements(world.run)[world.activities[number]].thread_id


def session_of(world, number=3):
    return placements(world.run)[world.activities[number]].session_id


def meet(app, world, seconds: dict) -> None:
    """Hold the session of the first module, with attendance as it was measured."""
    hold_session(app, world, seconds)
    db.session.remove()


# posts


def test_a_post_in_the_thread_of_an_activity_completes_it(inside, world):
    learner, mine = make_learner(inside, world)
    reply(inside, thread_of(world), learner)
    assert status_of(mine, world.activities[2]) is Status.DONE
    reply(inside, thread_of(world), learner, "And more.")
    state = db.session.scalars(sa.select(ActivityState)).one()
    assert state.evidence["posts"] == 2


def test_a_reply_sent_again_is_one_post(inside, world):
    learner, _mine = make_learner(inside, world)
    for _time in range(2):
        reply(inside, thread_of(world), learner, client_id="my-reply-1")
    assert count(LearningEvent) == 1


def test_a_post_that_is_moved_away_and_back_stays_counted_once(inside, world):
    learner, mine = make_learner(inside, world)
    facilitator = make_member(inside, world, "Femi Guide", role=Role.FACILITATOR)
    number = reply(inside, thread_of(world), learner)
    given = {"title": "Apart", "kind": ThreadKind.DISCUSSION, "numbers": (number,)}
    apart = split_thread(acting(facilitator), thread_of(world), **given).thread.id
    assert status_of(mine, world.activities[2]) is Status.DONE
    merge_posts(acting(facilitator), apart, into=thread_of(world))
    elsewhere = make_thread(inside, world.space, learner)
    merge_posts(acting(facilitator), elsewhere, into=thread_of(world))
    state = db.session.scalars(sa.select(ActivityState)).one()
    assert (state.evidence["posts"], count(LearningEvent)) == (1, 1)


def test_posts_elsewhere_and_by_others_are_not_counted(inside, world):
    learner, _mine = make_learner(inside, world)
    facilitator = make_member(inside, world, "Femi Guide", role=Role.FACILITATOR)
    make_thread(inside, world.space, learner, replies=1)
    reply(inside, thread_of(world), facilitator)
    assert count(LearningEvent) == 0


def test_a_closed_run_is_talked_in_but_not_counted(inside, world):
    learner, _mine = make_learner(inside, world)
    thread = thread_of(world)
    close(inside, world)
    reply(inside, thread, learner)
    assert count(LearningEvent) == 0


# attendance


def test_attendance_completes_for_who_was_there_long_enough(inside, world):
    names = ["Ana Lind", "Bo Chen", "Cy Odhiambo"]
    ana, bo, cy = make_learners(inside, world, names)
    meet(inside, world, {ana: 3000, bo: 900, cy: 0})
    run_everything(inside)
    activity = world.activities[3]
    assert status_of(enrolment_id_of(inside, world, ana), activity) is Status.DONE
    assert status_of(enrolment_id_of(inside, world, bo), activity) is Status.BEGUN
    assert status_of(enrolment_id_of(inside, world, cy), activity) is None


def test_counting_attendance_again_changes_nothing(inside, world):
    learners = make_learners(inside, world, ["Ana Lind", "Bo Chen"])
    meet(inside, world, dict.fromkeys(learners, 3000))
    assert count_attendance(acting(None, origin="job"), session_of(world)) == 2
    made = db.session.scalar(sa.select(sa.func.count()).select_from(EventRow))
    assert count_attendance(acting(None, origin="job"), session_of(world)) == 0
    assert count(LearningEvent) == 2
    assert db.session.scalar(sa.select(sa.func.count()).select_from(EventRow)) == made


def test_attendance_is_counted_in_batches(inside, world, count_queries):
    learners = make_learners(inside, world, [f"Learner {n}" for n in range(60)])
    meet(inside, world, dict.fromkeys(learners, 3000))
    count_queries.clear()
    assert count_attendance(acting(None, origin="job"), session_of(world)) == 60
    assert sum("COMMIT" in s for s in count_queries) <= 2
    assert count(LearningEvent) == 60


def test_only_those_who_learn_there_are_counted(inside, world):
    guest = make_user(inside, "Gus Guest")
    facilitator = make_member(inside, world, "Femi Guide", role=Role.FACILITATOR)
    meet(inside, world, {guest: 3000, facilitator: 3000})
    assert count_attendance(acting(None, origin="job"), session_of(world)) == 0


def test_a_session_that_was_not_ended_counts_for_nobody(inside, world):
    assert count_attendance(acting(None, origin="job"), session_of(world)) == 0


def test_what_ended_after_the_close_of_the_run_is_not_counted(inside, world):
    learner, _mine = make_learner(inside, world)
    meet(inside, world, {learner: 3000})
    close(inside, world)
    session_id = session_of(world)
    with unit_of_work(acting(None)):
        session = db.session.get_one(LiveSession, session_id)
        assert session.state is SessionState.ENDED
        run = db.session.get_one(Run, world.run)
        assert run.closed_at is not None
        session.ended_at = run.closed_at + dt.timedelta(seconds=1)
    assert count_attendance(acting(None, origin="job"), session_id) == 0


# opening the next module


def test_the_last_thing_of_a_module_opens_the_next_and_says_so(inside, world):
    learner, mine = make_learner(inside, world)
    first, second = world.modules[:2]
    where = (world.run, world.activities[0])
    report_reading(acting(learner), *where, fraction=1.0, client_id="event-001")
    submit_quiz(
        acting(learner), world.run, world.activities[1], answers=RIGHT, client_id="event-002"
    )
    reply(inside, thread_of(world), learner)
    run = db.session.get_one(Run, world.run)
    access = accesses(acting(learner), run)
    assert access[first].open
    assert (access[second].lock, access[second].finish) == (Lock.UNFINISHED, world.activities[3])
    meet(inside, world, {learner: 3000})
    run_everything(inside)
    run = db.session.get_one(Run, world.run)
    assert accesses(acting(learner), run)[second].open
    told = db.session.scalars(
        sa.select(EventRow.payload).where(EventRow.name == "progress.module_unlocked")
    ).all()
    assert [(e["enrolment_id"], e["module_id"]) for e in told] == [(str(mine), str(second))]
