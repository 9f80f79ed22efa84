"""Attempts at quizzes: begun once, kept, handed in once, closed by the clock; never marked anew."""

import datetime as dt
import uuid

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.academy import QUESTIONS, quiz_source
from factories.quizzes import (
    MINUTE,
    NOW,
    RIGHT,
    WRONG,
    Taker,
    grown_source,
    right_answers,
)

from community.cohorts.operations import withdraw_learner
from community.coursework.models import QuizAttempt
from community.coursework.operations import (
    begin_quiz,
    close_attempt,
    erase,
    keep_answers,
)
from community.coursework.queries.attempts import filled
from community.coursework.queries.personal import personal
from community.kernel.db import db
from community.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from community.kernel.operation import unit_of_work
from community.kernel.outbox import OutboxRow
from community.progress.models import ActivityState, LearningEvent
from community.progress.operations import rebuild
from community.progress.queries import verdicts_of
from community.progress.rules.states import Status


@pytest.fixture
def take(inside):
    return lambda *quizzes: Taker(inside, *quizzes)


@pytest.fixture
def plain(take):
    return take(quiz_source())


@pytest.fixture
def timed(take):
    return take(grown_source(time_limit=20, attempts=3))


def count(model) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


# ------------------------------------------------------------------ answered at once


def test_a_quiz_is_passed_by_its_best_attempt(plain):
    failed = plain.hand_in(WRONG, "event-001")
    assert (failed.number, failed.score, failed.passed) == (1, 0, False)
    passed = plain.hand_in(RIGHT, "event-002")
    assert (passed.number, passed.score, passed.passed) == (2, 100, True)
    plain.hand_in(WRONG, "event-003")
    state = db.session.scalars(sa.select(ActivityState)).one()
    assert (state.status, state.evidence["best_score"]) == (Status.DONE, 100)
    assert state.evidence["attempts"] == 3


def test_a_quiz_sent_twice_is_one_attempt(plain):
    first = plain.hand_in(WRONG, "event-001")
    again = plain.hand_in(RIGHT, "event-001")
    assert (again.id, again.score) == (first.id, 0)
    assert count(QuizAttempt) == 1


def test_a_question_overlooked_is_named_and_no_attempt_is_used(plain):
    with pytest.raises(Invalid) as caught:
        plain.hand_in({"q2": ["q2o1"]})
    assert caught.value.fields == {"answers": {"q1": ["Pick an answer."]}}
    with pytest.raises(Invalid) as caught:
        plain.hand_in({**RIGHT, "q9": ["x"]})
    assert list(caught.value.fields["answers"]) == ["q9"]
    assert count(QuizAttempt) == 0


def test_attempts_end_when_they_are_limited(take):
    taker = take(quiz_source(settings={"attempts": 2, "pass": 60, "questions": QUESTIONS}))
    taker.hand_in(WRONG, "event-001")
    taker.hand_in(WRONG, "event-002")
    with pytest.raises(Conflict, match="No attempt is left"):
        taker.hand_in(RIGHT, "event-003")
    assert taker.hand_in(RIGHT, "event-002").number == 2
    assert count(QuizAttempt) == 2


def test_the_same_page_sent_from_two_windows_is_one_attempt(plain):
    plain.hand_in(WRONG, "window-one", at=1)
    with pytest.raises(Conflict, match="in another window"):
        plain.hand_in(RIGHT, "window-two", at=1)
    assert count(QuizAttempt) == 1


# ------------------------------------------------------------------ begun first


def test_beginning_twice_goes_on_with_the_open_attempt(timed):
    first = timed.begin("begin-01")
    assert timed.begin("begin-02").id == first.id
    assert timed.begin("begin-01").id == first.id
    assert (first.number, first.ends_at) == (1, NOW + 20 * MINUTE)
    assert count(QuizAttempt) == 1
    assert timed.view().state == "open"


def test_a_repeat_of_beginning_does_not_begin_another(timed):
    first = timed.begin("begin-01")
    timed.hand_in({}, "hand-in-1")
    assert timed.begin("begin-01").id == first.id
    assert count(QuizAttempt) == 1


def test_the_database_allows_one_open_attempt(timed):
    first = timed.begin()
    twin = QuizAttempt(
        number=2,
        client_id="another-one",
        enrolment_id=first.enrolment_id,
        activity_id=first.activity_id,
        answers={},
    )
    with pytest.raises(Conflict), unit_of_work(acting(timed.user)):
        db.session.add(twin)


def test_what_must_be_begun_is_not_handed_in_before(timed):
    for act in (timed.hand_in, timed.keep):
        with pytest.raises(Conflict):
            act({})
    assert count(QuizAttempt) == 0


def test_answers_are_kept_by_question_and_the_rest_stays(timed):
    attempt = timed.begin()
    timed.keep({"q5": [" 12,5 "]})
    timed.keep({"q6": ["someone"], "q2": ["q2o2", "q2o1"]})
    timed.keep({"q6": ["Ren\u00e9"]}, number=0)
    db.session.rollback()
    kept = filled(attempt.id).answers
    assert kept == {"q5": ["12,5"], "q6": ["Ren\u00e9"], "q2": ["q2o1", "q2o2"]}
    handed = timed.hand_in({"q1": ["q1o2"]})
    assert handed.score == 71  # 5 of 7 points


def test_what_is_handed_in_is_marked_and_counted_once(timed):
    sheet = timed.begin().sheet
    done = timed.hand_in(right_answers(sheet))
    assert (done.score, done.passed, done.number) == (100, True, 1)
    assert timed.hand_in({}, "hand-in-1").id == done.id
    with pytest.raises(Conflict, match="in another window"):
        timed.hand_in({}, "hand-in-2", at=1)
    with pytest.raises(Conflict):
        timed.keep({"q5": ["1"]})
    [event] = db.session.scalars(sa.select(LearningEvent)).all()
    assert (event.client_id, event.value) == ("hand-in-1", 100)


def test_where_time_counts_a_question_may_stay_open_else_it_is_named(take):
    untimed = take(grown_source())
    untimed.begin()
    with pytest.raises(Invalid) as caught:
        untimed.hand_in({"q1": ["q1o2"]})
    assert list(caught.value.fields["answers"]) == ["q3", "q4", "q5", "q6"]
    assert untimed.attempts()[0].open


def test_another_attempt_waits_its_time(take):
    taker = take(grown_source(wait=60, time_limit=5))
    taker.begin("begin-01")
    taker.hand_in({})
    with pytest.raises(Conflict, match="too early"):
        taker.begin("begin-02")
    assert (taker.view().state, taker.view().again_at) == ("waits", NOW + 60 * MINUTE)
    taker.now = NOW + 60 * MINUTE
    assert taker.view().state == "begin"
    assert taker.begin("begin-02").number == 2


# ------------------------------------------------------------------ the clock


def test_after_its_time_and_a_grace_nothing_is_taken_and_what_was_kept_counts(timed):
    attempt = timed.begin()
    timed.keep({"q1": ["q1o2"]})
    timed.now = NOW + 20 * MINUTE + dt.timedelta(seconds=16)
    for act in (timed.keep, timed.hand_in):
        with pytest.raises(Conflict, match="time is over"):
            act({"q5": ["12.5"]})
    assert close_attempt(acting(None, now=timed.now), attempt.id)
    [closed] = timed.attempts()
    assert (closed.score, closed.submitted_at) == (14, NOW + 20 * MINUTE)
    assert closed.ran_out
    [event] = db.session.scalars(sa.select(LearningEvent)).all()
    assert (event.value, event.happened_at) == (14, NOW + 20 * MINUTE)
    assert not close_attempt(acting(None, now=timed.now), attempt.id)
    assert count(LearningEvent) == 1


def test_what_was_kept_passes_also_while_nobody_looks(timed):
    attempt = timed.begin()
    timed.keep(right_answers(attempt.sheet))
    assert close_attempt(acting(None, now=NOW + 30 * MINUTE), attempt.id)
    state = db.session.scalars(sa.select(ActivityState)).one()
    assert (state.status, state.done_at) == (Status.DONE, NOW + 20 * MINUTE)
    assert timed.attempts()[0].passed


def test_whom_the_clock_closes_after_they_left_gets_no_verdict(timed):
    attempt = timed.begin()
    timed.keep(right_answers(attempt.sheet))
    withdraw_learner(acting(timed.world.owner), timed.mine, reason="Moved away.")
    assert close_attempt(acting(None, now=NOW + 30 * MINUTE), attempt.id)
    assert db.session.scalars(sa.select(ActivityState.status)).one() is Status.DONE
    assert verdicts_of(timed.mine) == []
    assert rebuild(acting(None, origin="shell")).verdicts_added == 0


def test_what_comes_within_the_grace_is_taken(timed):
    sheet = timed.begin().sheet
    timed.now = NOW + 20 * MINUTE + dt.timedelta(seconds=15)
    assert timed.hand_in(right_answers(sheet)).score == 100


def test_the_worker_is_told_when_to_close_and_does_not_come_too_early(timed):
    attempt = timed.begin()
    row = db.session.scalars(
        sa.select(OutboxRow).where(OutboxRow.job == "coursework.close_attempt")
    ).one()
    assert row.payload == {"attempt_id": str(attempt.id)}
    assert row.due_at == NOW + 20 * MINUTE + dt.timedelta(seconds=20)
    assert not close_attempt(acting(None, now=NOW + 20 * MINUTE), attempt.id)
    assert not close_attempt(acting(None), uuid.UUID(int=0))
    assert close_attempt(acting(None, now=row.due_at), attempt.id)


def test_beginning_anew_closes_what_had_run_out(timed):
    timed.begin("begin-01")
    timed.now = NOW + 21 * MINUTE
    assert timed.begin("begin-02").number == 2
    first, second = timed.attempts()
    assert (first.score, first.open, second.open) == (0, False, True)


# ------------------------------------------------------------------ what counts


@pytest.mark.parametrize(
    ("counts", "values", "counted", "status"),
    [
        ("best", [0, 100, 0], 100, Status.DONE),
        ("last", [0, 100, 0], 0, Status.DONE),  # what is done stays done
        ("first", [0, 0, 0], 0, Status.BEGUN),
    ],
)
def test_which_attempt_counts_is_set(take, counts, values, counted, status):
    settings = {"attempts": None, "pass": 60, "questions": QUESTIONS}
    if counts != "best":  # what is as usual is not said
        settings["counts"] = counts
    taker = take(quiz_source(settings=settings))
    for number, answers in enumerate((WRONG, RIGHT, WRONG)):
        taker.now = NOW + number * MINUTE
        taker.hand_in(answers, f"event-00{number}")
    assert [attempt.score for attempt in taker.attempts()] == [0, 100, 0]
    statement = sa.select(LearningEvent.value).order_by(LearningEvent.happened_at)
    assert list(db.session.scalars(statement)) == values
    assert taker.view().counted == counted
    assert db.session.scalars(sa.select(ActivityState.status)).one() is status


def test_an_attempt_of_a_release_before_is_shown_by_the_activity_it_answered(plain):
    attempt = plain.hand_in({"q1": ["q1o2"], "q2": ["q2o1"]})
    with unit_of_work(acting(None)):
        row = db.session.get_one(QuizAttempt, attempt.id)
        row.sheet, row.begun_at, row.score = None, None, 50
    view = plain.view()
    assert view.latest is not None
    assert (view.latest.score, view.right) == (50, 1)
    assert [question.partly for question in view.questions] == [False, True]
    assert view.questions[1].hundredths == 0  # all or nothing, as it was


# ------------------------------------------------------------------ who


def test_others_neither_begin_nor_keep_nor_hand_in(app, timed, works):
    attempt = timed.begin()
    for who, error in ((works.outsider, NotFound), (timed.world.owner, Forbidden)):
        for act in (
            lambda who=who: timed._do(begin_quiz, 0, who, client_id="begin-09"),
            lambda who=who: timed._do(keep_answers, 0, who, answers={}),
            lambda who=who: timed.hand_in({}, "hand-in-9", who=who),
        ):
            with pytest.raises(error):
                act()
    assert db.session.get_one(QuizAttempt, attempt.id).answers == {}


# ------------------------------------------------------------------ one's data, and going


def test_attempts_are_taken_along_and_their_answers_go_with_the_account(timed):
    timed.begin("begin-01")
    timed.hand_in({"q5": ["12.5"]})
    timed.begin("begin-02")
    timed.keep({"q6": ["someone"]})
    ctx = acting(timed.user)
    mine = personal(ctx)["quiz_attempts"]
    assert [(each["number"], each["score"]) for each in mine] == [(1, 14), (2, None)]
    assert mine[1]["answers"] == {"q6": ["someone"]}
    erase(ctx)
    db.session.rollback()
    [left] = db.session.scalars(sa.select(QuizAttempt)).all()
    assert (left.number, left.score, left.answers) == (1, 14, {})
