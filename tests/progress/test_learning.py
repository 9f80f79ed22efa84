"""Reading, and what learners do: what is counted, once, and for whom."""

import datetime as dt

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.accounts import make_user
from factories.progress import close, enrolment_id_of, make_learner, make_member, make_run

from community.coursework.models import QuizAttempt
from community.coursework.operations import submit_quiz
from community.kernel.db import db
from community.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from community.kernel.log import EventRow
from community.progress.models import LearningEvent, Summary
from community.progress.operations import report_reading
from community.progress.rules.states import Status
from community.spaces.models import Role

RIGHT = {"q1": ["q1o2"], "q2": ["q2o1", "q2o2"]}
WRONG = {"q1": ["q1o1"], "q2": []}


def summary_of(enrolment_id):
    return db.session.scalars(sa.select(Summary).where(Summary.enrolment_id == enrolment_id)).one()


def count(model) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def events(name: str) -> list[dict]:
    statement = sa.select(EventRow.payload).where(EventRow.name == name).order_by(EventRow.id)
    return list(db.session.scalars(statement))


@pytest.fixture
def world(inside):
    return make_run(inside)


@pytest.fixture
def learner(inside, world):
    user_id, _enrolment = make_learner(inside, world)
    return user_id


@pytest.fixture
def mine(inside, world, learner):
    return enrolment_id_of(inside, world, learner)


def read(who, world, fraction, client_id, number=0):
    return report_reading(
        acting(who), world.run, world.activities[number], fraction=fraction, client_id=client_id
    )


def answer(who, world, answers, client_id, number=1):
    return submit_quiz(
        acting(who), world.run, world.activities[number], answers=answers, client_id=client_id
    )


def test_whoever_enrols_has_totals_from_the_start(world, learner, mine):
    summary = summary_of(mine)
    assert (summary.done, summary.cells) == (0, "........")


def test_reading_moves_the_state_and_its_end_the_totals(world, learner, mine):
    begun = read(learner, world, 0.5, "event-001")
    assert (begun.status, begun.fraction, begun.percent) == (Status.BEGUN, 0.5, 0)
    assert str(begun.missing) == "Read to the end"
    done = read(learner, world, 1.0, "event-002")
    assert (done.status, done.done, done.required, done.percent) == (Status.DONE, 1, 8, 12)
    assert done.missing == ""
    summary = summary_of(mine)
    assert (summary.done, summary.last_activity_id) == (1, world.activities[0])
    assert [e["status"] for e in events("progress.progress_made")] == ["begun", "done"]


def test_reading_backwards_takes_nothing_away(world, learner):
    read(learner, world, 0.75, "event-001")
    assert read(learner, world, 0.25, "event-002").fraction == 0.75


def test_the_same_event_again_changes_nothing_and_answers_the_same(world, learner, mine):
    first = read(learner, world, 1.0, "event-001")
    before = summary_of(mine).last_active_at
    for _time in range(3):
        assert read(learner, world, 1.0, "event-001") == first
    assert count(LearningEvent) == 1
    assert len(events("progress.progress_made")) == 1
    assert summary_of(mine).last_active_at == before


def test_an_id_is_not_used_for_two_things(world, learner):
    read(learner, world, 1.0, "event-001")
    with pytest.raises(Conflict, match="something else"):
        answer(learner, world, RIGHT, "event-001")
    assert count(QuizAttempt) == 0


def test_acts_at_one_instant_keep_their_order(world, learner, mine):
    now = dt.datetime.now(dt.UTC)
    for number, fraction in enumerate((0.25, 0.5, 0.75)):
        report_reading(
            acting(learner, now=now),
            world.run,
            world.activities[0],
            fraction=fraction,
            client_id=f"event-00{number}",
        )
    times = list(db.session.scalars(sa.select(LearningEvent.happened_at)))
    assert len(set(times)) == 3
    assert summary_of(mine).last_active_at == max(times)


@pytest.mark.parametrize("fraction", [-0.1, 1.1, float("nan"), float("inf")])
def test_a_fraction_out_of_range_is_named_and_changes_nothing(world, learner, fraction):
    with pytest.raises(Invalid) as caught:
        read(learner, world, fraction, "event-001")
    assert list(caught.value.fields) == ["fraction"]
    assert count(LearningEvent) == 0


def test_each_kind_is_done_in_its_own_way(world, learner):
    with pytest.raises(Conflict):
        read(learner, world, 1.0, "event-001", number=1)
    with pytest.raises(Conflict):
        answer(learner, world, RIGHT, "event-001", number=0)
    assert count(LearningEvent) == 0


def test_what_is_locked_is_not_found(world, learner):
    with pytest.raises(NotFound):
        read(learner, world, 1.0, "event-001", number=4)
    with pytest.raises(NotFound):
        answer(learner, world, RIGHT, "event-001", number=5)


@pytest.mark.parametrize("role", [Role.FACILITATOR, Role.OBSERVER])
def test_who_is_not_enrolled_is_not_counted(inside, world, role):
    who = make_member(inside, world, role=role)
    with pytest.raises(Forbidden):
        read(who, world, 1.0, "event-001")
    assert count(LearningEvent) == 0


def test_an_outsider_does_not_learn_that_the_run_exists(inside, world):
    with pytest.raises(NotFound):
        read(make_user(inside), world, 1.0, "event-001")


def test_in_a_closed_run_nothing_is_counted_but_a_repeat_is_answered(inside, world, learner):
    first = read(learner, world, 0.5, "event-001")
    close(inside, world)
    with pytest.raises(Conflict, match="over"):
        read(learner, world, 1.0, "event-002")
    with pytest.raises(Conflict, match="over"):
        answer(learner, world, RIGHT, "event-003")
    assert read(learner, world, 0.5, "event-001") == first
    assert count(LearningEvent) == 1


def test_nothing_is_open_before_the_run_is(inside):
    world = make_run(inside, opened=False)
    learner, _mine = make_learner(inside, world)
    with pytest.raises(NotFound):
        read(learner, world, 1.0, "event-001")
