"""Whatever becomes of a quiz: what somebody was asked, answered and had for it stays as it was."""

from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.academy import make_version
from factories.progress import make_learner, make_run
from factories.quizzes import GROWN, course_with, grown_source, right_answers
from factories.versions import move
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from community.academy.kinds.quiz.scoring import mark
from community.academy.queries import outline
from community.coursework.models import QuizAttempt
from community.coursework.operations import begin_quiz, keep_answers, submit_quiz
from community.coursework.queries import attempts_of
from community.kernel.db import db
from community.progress.models import ActivityState, LearningEvent
from community.progress.operations import rebuild, settle_version
from community.progress.rules.states import Kind, Status

HEAD, *ASKED = GROWN.split("## ")
OTHERS = (
    "Something else?\n\n- (1) First\n- (2) Second\n\n",
    "Which of these is data?\n\n- (x) A rumour\n- ( ) A list of wells\n\n",
    "How high is it? {points=7}\n\n- (#) 99\n\n",
)

bodies = st.lists(st.sampled_from([*ASKED, *OTHERS]), min_size=1, max_size=6, unique=True).map(
    lambda chosen: HEAD + "".join(f"## {each.strip()}\n\n" for each in chosen)
)
fronts = st.fixed_dictionaries(
    {"pass": st.integers(1, 100)},
    optional={
        "attempts": st.integers(1, 9),
        "partial": st.booleans(),
        "counts": st.sampled_from(["best", "last", "first"]),
        "time_limit": st.integers(1, 60),
        "solutions": st.sampled_from(["each", "passed", "never"]),
    },
)
editions = st.lists(st.tuples(bodies, fronts), min_size=1, max_size=3)
known = st.sets(st.sampled_from([f"q{number}" for number in range(1, 7)]))
"""The questions somebody knows the answer to."""


def answers_of(sheet: Any, knows: set[str]) -> dict[str, list[str]]:
    """Return the right answers to what is known, and others where something must be said."""
    right, given_ = right_answers(sheet), {}
    for question in sheet["questions"]:
        key, options = question["id"], question["options"]
        if key in knows:
            given_[key] = right[key]
        elif question["kind"] in {"single", "multiple"}:
            given_[key] = [next(each["id"] for each in options if not each["right"])]
        elif question["kind"] == "ordering":
            last = len(options) + 1
            given_[key] = [f"{each['id']}={last - each['place']}" for each in options]
        elif question["kind"] == "matching":
            wrong = question["choices"]
            given_[key] = [f"{each['id']}={wrong[0]['id']}" for each in options]
        else:
            given_[key] = ["4711"]
    return given_


def kept(enrolment_id: Any) -> list[tuple[Any, ...]]:
    """Return all an attempt is, in their order."""
    columns = (
        QuizAttempt.id,
        QuizAttempt.number,
        QuizAttempt.sheet,
        QuizAttempt.answers,
        QuizAttempt.score,
        QuizAttempt.passed,
        QuizAttempt.submitted_at,
        QuizAttempt.begun_at,
        QuizAttempt.ends_at,
    )
    mine = sa.select(*columns).where(QuizAttempt.enrolment_id == enrolment_id)
    return [tuple(row) for row in db.session.execute(mine.order_by(QuizAttempt.number))]


def scores_of(enrolment_id: Any) -> list[float]:
    """Return what counted, as it was when it was handed in."""
    mine = sa.select(LearningEvent.value).where(
        LearningEvent.enrolment_id == enrolment_id, LearningEvent.kind == Kind.SCORED
    )
    return list(db.session.scalars(mine.order_by(LearningEvent.id)))


@pytest.mark.usefixtures("inside")
@settings(
    max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(knows=known, later=known, pass_mark=st.integers(1, 100), changes=editions)
def test_whatever_the_course_becomes_attempts_and_scores_stay(
    app, knows, later, pass_mark, changes
):
    world = make_run(app, course_with(grown_source(attempts=3, **{"pass": pass_mark})))
    user, mine = make_learner(app, world)
    key = world.activities[0]
    sheet = begin_quiz(acting(user), world.run, key, client_id="begin-01").sheet
    given_ = answers_of(sheet, knows)
    submit_quiz(acting(user), world.run, key, answers=given_, client_id="hand-in-1")
    opened = begin_quiz(acting(user), world.run, key, client_id="begin-02").sheet
    keep_answers(acting(user), world.run, key, answers=answers_of(opened, later))
    before, scores = kept(mine), scores_of(mine)
    status = db.session.scalar(
        sa.select(ActivityState.status).where(ActivityState.enrolment_id == mine)
    )
    assert before[0][4] == mark(sheet, given_).score
    assert before[0][5] == (before[0][4] >= pass_mark)

    for number, (body, front) in enumerate(changes):
        course = replace(course_with(grown_source(body=body, **front)), summary=f"Edition {number}")
        version = make_version(app, world.network, course, slug="sharing-data")
        move(world.owner, world.run, version)
        settle_version(acting(None), world.run)
        assert kept(mine) == before
        assert scores_of(mine) == scores
        [key] = [line.id for line in outline(version).activities]
        assert [(each.number, each.score, each.passed) for each in attempts_of(mine, key)] == [
            (row[1], row[4], row[5]) for row in before
        ]
        if status is Status.DONE:
            assert db.session.scalars(
                sa.select(ActivityState.status).where(ActivityState.enrolment_id == mine)
            ).all() == [Status.DONE]

    # what was kept is handed in
    done = submit_quiz(acting(user), world.run, key, answers={}, client_id="hand-in-2", number=2)
    assert done.score == mark(opened, answers_of(opened, later)).score
    assert done.passed == (done.score >= pass_mark), "by the rule it was begun under"
    assert kept(mine)[0] == before[0]
    report = rebuild(acting(None, origin="shell"), world.run)
    assert (report.states_corrected, report.summaries_corrected) == (0, 0)
