"""Quizzes in several tabs at once: one attempt is begun, one is handed in, or its time is over.

The lock is that of the learner's totals; under it stands the index that allows one open attempt.
"""

import datetime as dt

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.academy import QUESTIONS, quiz_source
from factories.progress import make_learners, make_run
from factories.quizzes import course_with, grown_source
from races.parallel import at_once
from races.test_progress import agree, count

from community.coursework.models import QuizAttempt
from community.coursework.operations import begin_quiz, close_attempt, keep_answers, submit_quiz
from community.kernel.db import db
from community.kernel.errors import Conflict
from community.progress.models import LearningEvent

pytestmark = pytest.mark.races

RIGHT = {"q1": ["q1o2"], "q2": ["q2o1", "q2o2"]}
TABS = 8
NOW = dt.datetime.now(dt.UTC)


@pytest.fixture
def timed(app):
    world = make_run(app, course_with(grown_source(time_limit=20, attempts=3)))
    [ana] = make_learners(app, world, ["Ana Lind"])
    return world, ana


def begin(world, ana, client_id="begin-01", now=NOW):
    return begin_quiz(acting(ana, now=now), world.run, world.activities[0], client_id=client_id)


def test_attempts_at_once_do_not_exceed_their_limit_and_are_numbered(app):
    settings = {"attempts": 3, "pass": 60, "questions": QUESTIONS}
    world = make_run(app, course_with(quiz_source(settings=settings)))
    [ana] = make_learners(app, world, ["Ana Lind"])

    answers = at_once(
        app,
        [
            lambda n=n: (
                submit_quiz(
                    acting(ana),
                    world.run,
                    world.activities[0],
                    answers=RIGHT,
                    client_id=f"attempt-{n}",
                ).number
            )
            for n in range(TABS)
        ],
    )

    assert sorted(a for a in answers if isinstance(a, int)) == [1, 2, 3]
    assert [type(a) for a in answers].count(Conflict) == 5
    with app.app_context():
        assert count(QuizAttempt) == 3
    agree(app)


def test_tabs_that_begin_at_once_go_on_with_one_attempt(app, timed):
    world, ana = timed
    answers = at_once(app, [lambda n=n: begin(world, ana, f"begin-0{n}").id for n in range(TABS)])
    assert len(set(answers)) == 1
    with app.app_context():
        assert count(QuizAttempt) == 1


def test_tabs_that_keep_answers_at_once_lose_none(app, timed):
    world, ana = timed
    given = [{"q1": ["q1o2"]}, {"q2": ["q2o1"]}, {"q5": ["12.5"]}, {"q6": ["someone"]}]
    with app.app_context():
        begin(world, ana)
    at_once(
        app,
        [
            lambda each=each: (
                keep_answers(
                    acting(ana, now=NOW), world.run, world.activities[0], answers=each
                ).number
            )
            for each in given
        ],
    )
    with app.app_context():
        kept = db.session.scalars(sa.select(QuizAttempt.answers)).one()
    assert kept == {key: value for each in given for key, value in each.items()}


def test_of_tabs_that_hand_in_at_once_one_does(app, timed):
    world, ana = timed
    with app.app_context():
        begin(world, ana)

    def hand_in(n):
        ctx = acting(ana, now=NOW)
        return submit_quiz(
            ctx, world.run, world.activities[0], answers={}, client_id=f"hand-in-{n}", number=1
        ).client_id

    answers = at_once(app, [lambda n=n: hand_in(n) for n in range(TABS)])
    assert [type(a) for a in answers].count(Conflict) == TABS - 1
    with app.app_context():
        assert count(LearningEvent) == 1
    agree(app)


def test_an_attempt_is_handed_in_or_runs_out_and_counts_once(app, timed):
    world, ana = timed
    ends = NOW + dt.timedelta(minutes=20)
    with app.app_context():
        attempt = begin(world, ana).id

    def hand_in():
        ctx = acting(ana, now=ends + dt.timedelta(seconds=15))
        return submit_quiz(
            ctx, world.run, world.activities[0], answers={}, client_id="hand-in-1", number=1
        ).number

    def run_out():
        return close_attempt(acting(None, now=ends + dt.timedelta(seconds=16)), attempt)

    answers = at_once(app, [hand_in, run_out, run_out, run_out])
    closed = [answer for answer in answers[1:] if answer is True]
    assert len(closed) == (1 if isinstance(answers[0], Conflict) else 0)
    with app.app_context():
        assert count(LearningEvent) == 1
        row = db.session.scalars(sa.select(QuizAttempt)).one()
        assert row.submitted_at == (ends if closed else ends + dt.timedelta(seconds=15))
    agree(app)
