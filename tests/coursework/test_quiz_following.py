"""A run moves to a newer version of its course: attempts go on with what they are, and stay so."""

import datetime as dt

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.academy import QUESTIONS, make_version, quiz_source
from factories.progress import make_learner, make_run
from factories.quizzes import course_with, grown_source, right_answers
from factories.versions import move

from community.academy.queries import outline
from community.cohorts.models import Run
from community.coursework.models import QuizAttempt
from community.coursework.operations import (
    begin_quiz,
    close_attempt,
    keep_answers,
    submit_quiz,
)
from community.coursework.queries import attempts_of, quiz_view
from community.kernel.db import db
from community.kernel.errors import Conflict
from community.progress.models import ActivityState, LearningEvent
from community.progress.operations import rebuild, settle_version
from community.progress.policy import plan
from community.progress.rules.states import Status

OTHER = "## Something else?\n\n- (1) First\n- (2) Second\n"


@pytest.fixture
def world(inside):
    return make_run(inside, course_with(grown_source(attempts=3)))


@pytest.fixture
def learner(inside, world):
    return make_learner(inside, world)


def newer(app, world, source):
    version = make_version(app, world.network, course_with(source), slug="sharing-data")
    move(world.owner, world.run, version)
    return plan(version), outline(version).activities[0]


def begin(world, user, activity, client_id="begin-01"):
    return begin_quiz(acting(user), world.run, activity, client_id=client_id)


def test_an_open_attempt_goes_on_with_its_own_questions_and_rules(app, world, learner):
    user, mine = learner
    sheet = begin(world, user, world.activities[0]).sheet
    course, line = newer(app, world, grown_source(body=OTHER, attempts=5, **{"pass": 100}))
    view = quiz_view(course.lines[line.id], attempts_of(mine, line.id), acting(user).now)
    assert (view.state, view.number, len(view.questions)) == ("open", 1, 6)
    assert (view.rules.pass_mark, view.rules.attempts) == (60, 3)
    answers = {**right_answers(sheet), "q1": ["q1o1"]}
    done = submit_quiz(
        acting(user), world.run, line.id, answers=answers, client_id="hand-in-1", number=1
    )
    assert (done.score, done.passed) == (86, True)  # by the rule it was begun under
    assert set(db.session.scalars(sa.select(LearningEvent.activity_id))) == {line.id}
    state = db.session.scalars(sa.select(ActivityState)).one()
    assert state.status is Status.DONE
    found = rebuild(acting(None, origin="shell"))
    assert (found.states_corrected, found.summaries_corrected) == (0, 0)


def test_an_attempt_the_clock_closes_passes_by_the_rules_it_was_begun_under(inside):
    world = make_run(inside, course_with(grown_source(time_limit=20)))
    user, mine = make_learner(inside, world)
    attempt = begin(world, user, world.activities[0])
    answers = {**right_answers(attempt.sheet), "q1": ["q1o1"]}
    keep_answers(acting(user), world.run, world.activities[0], answers=answers)
    newer(inside, world, grown_source(time_limit=20, **{"pass": 100}))
    assert close_attempt(acting(None, now=attempt.ends_at + dt.timedelta(minutes=1)), attempt.id)
    db.session.rollback()
    [closed] = attempts_of(mine, plan(db.session.get_one(Run, world.run).version_id).order[0])
    assert (closed.score, closed.passed) == (86, True)
    state = db.session.scalars(sa.select(ActivityState)).one()
    assert state.status is Status.DONE
    assert state.done_at - closed.submitted_at < dt.timedelta(seconds=1), "as if handed in then"
    assert rebuild(acting(None, origin="shell")).states_corrected == 0


def test_answers_to_the_questions_of_before_are_not_marked_by_those_of_now(app, world, learner):
    user, mine = learner
    _course, line = newer(app, world, grown_source(body=OTHER))
    with pytest.raises(Conflict):
        submit_quiz(acting(user), world.run, world.activities[0], answers={}, client_id="of-before")
    assert attempts_of(mine, line.id) == []


def test_scores_and_what_is_shown_stay_after_the_course_changed(app, world, learner, browse):
    user, mine = learner
    sheet = begin(world, user, world.activities[0]).sheet
    submit_quiz(
        acting(user),
        world.run,
        world.activities[0],
        answers={**right_answers(sheet), "q1": ["q1o1"]},
        client_id="hand-in-1",
    )
    before = [(each.number, each.score, each.passed) for each in attempts_of(mine, sheet_at(mine))]
    hard = grown_source(body=OTHER, attempts=3, partial=False, **{"pass": 100})
    course, line = newer(app, world, hard)
    attempts = attempts_of(mine, line.id)
    assert [(each.number, each.score, each.passed) for each in attempts] == before
    view = quiz_view(course.lines[line.id], attempts, acting(user).now)
    assert (view.held.pass_mark, view.rules.pass_mark, view.right) == (60, 100, 5)
    assert view.questions[0].prompt_html == "<p>Which of these is data?</p>\n"
    page = browse(user).get(f"/spaces/{world.slug}/learn/1/1").text
    assert "Its questions were others then: here they are, as you had them." in page
    assert "Which of these is data?" in page
    again = begin(world, user, line.id, "begin-02")
    assert (again.number, [q["kind"] for q in again.sheet["questions"]]) == (2, ["ordering"])
    assert again.sheet["pass"] == 100


@pytest.mark.parametrize(
    ("counts", "status"), [("best", Status.DONE), ("last", Status.BEGUN), ("first", Status.DONE)]
)
def test_a_lower_pass_mark_is_reached_by_the_attempt_that_counts(inside, counts, status):
    def asks(pass_mark):
        more = {} if counts == "best" else {"counts": counts}
        return quiz_source(
            settings={"attempts": None, "pass": pass_mark, "questions": QUESTIONS, **more}
        )

    world = make_run(inside, course_with(asks(80)))
    user, _mine = make_learner(inside, world)
    half = {"q1": ["q1o2"], "q2": []}
    for number, answers in enumerate((half, {"q1": ["q1o1"], "q2": []})):
        submit_quiz(
            acting(user),
            world.run,
            world.activities[0],
            answers=answers,
            client_id=f"hand-in-{number}",
        )
    newer(inside, world, asks(50))
    settle_version(acting(None), world.run)
    db.session.rollback()
    state = db.session.scalars(sa.select(ActivityState)).one()
    assert state.status is status
    assert rebuild(acting(None, origin="shell")).states_corrected == 0


def sheet_at(enrolment_id):
    statement = sa.select(QuizAttempt.activity_id).where(QuizAttempt.enrolment_id == enrolment_id)
    return db.session.scalars(statement).one()
