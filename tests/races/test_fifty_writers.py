"""Fifty learners of one run do all of it at the same time: nothing is lost, nothing is doubled.

Each of them has two tabs that send the same acts at the same time, each in an order of its own, and
again where the site says that too much is written at once. The locks are those of each learner's
totals (``progress.operations.locking``): without them the test fails on PostgreSQL.
"""

import collections
import random

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.academy import course_source, module_source, page_source, quiz_source
from factories.progress import make_learners, make_run
from races.parallel import at_once
from races.test_progress import agree, count

from community.certificates.models import Certificate
from community.coursework.models import QuizAttempt
from community.coursework.operations import submit_quiz
from community.kernel.db import db
from community.kernel.errors import Unavailable
from community.kernel.log import EventRow
from community.kernel.outbox import OutboxRow
from community.progress.models import ActivityState, CompletionVerdict, LearningEvent, Summary
from community.progress.operations import report_reading
from community.progress.rules.completion import Outcome
from community.progress.rules.states import Status

pytestmark = pytest.mark.races

PEOPLE = 50
TRIES = 20
RIGHT = {"q1": ["q1o2"], "q2": ["q2o1", "q2o2"]}
WRONG = {"q1": ["q1o1"], "q2": []}


class Tab:
    """What one of them does, in an order of its own; the last page opens by the rest."""

    def __init__(self, app, world, user_id, seed):
        self.app, self.world, self.user_id = app, world, user_id
        first = [self.page(0), self.quiz(WRONG, "quiz-wrong"), self.quiz(RIGHT, "quiz-right")]
        random.Random(seed).shuffle(first)
        self.acts = [*first, self.page(2)]

    def page(self, number):
        key, client_id = self.world.activities[number], f"read-{number:03}"
        return lambda: report_reading(
            acting(self.user_id), self.world.run, key, fraction=1, client_id=client_id
        )

    def quiz(self, answers, client_id):
        key = self.world.activities[1]
        return lambda: submit_quiz(
            acting(self.user_id), self.world.run, key, answers=answers, client_id=client_id
        )

    def do_all(self):
        for act in self.acts:
            self.send(act)

    def send(self, act):
        """Send an act in a request of its own, and again while there is no turn for it."""
        for left in reversed(range(TRIES)):
            try:
                with self.app.app_context():
                    return act()
            except Unavailable:
                if not left:
                    raise
        return None


def told(name):
    """Return of how many enrolments something was told, and how often."""
    rows = db.session.scalars(sa.select(EventRow.payload).where(EventRow.name == name))
    counted = collections.Counter(row["enrolment_id"] for row in rows)
    return len(counted), counted.total()


def test_fifty_who_do_a_whole_course_at_once_have_each_act_once_and_one_certificate(app):
    modules = (
        module_source(1, activities=(page_source("a"), quiz_source("b"))),
        module_source(2, activities=(page_source("c"),)),
    )
    world = make_run(app, course_source(modules=modules))
    people = make_learners(app, world, [f"Learner {n}" for n in range(PEOPLE)])

    tabs = [Tab(app, world, who, seed) for seed, who in enumerate(people * 2)]
    answers = at_once(app, [tab.do_all for tab in tabs])

    assert answers == [None] * len(tabs)
    with app.app_context():
        kinds = sa.select(LearningEvent.enrolment_id, LearningEvent.activity_id)
        per_activity = collections.Counter(map(tuple, db.session.execute(kinds)))
        assert len(per_activity) == 3 * PEOPLE
        assert {(key, n) for (_who, key), n in per_activity.items()} == {
            (key, 2 if at == 1 else 1) for at, key in enumerate(world.activities)
        }
        attempts = sa.select(QuizAttempt.number, QuizAttempt.enrolment_id)
        numbers = collections.Counter(number for number, _who in db.session.execute(attempts))
        assert numbers == {1: PEOPLE, 2: PEOPLE}
        assert set(db.session.scalars(sa.select(ActivityState.status))) == {Status.DONE}
        assert count(ActivityState) == 3 * PEOPLE
        totals = sa.select(Summary.done, Summary.cells, Summary.outcome)
        assert [tuple(row) for row in db.session.execute(totals)] == [
            (3, "ddd", Outcome.COMPLETED)
        ] * PEOPLE
        verdicts = db.session.scalars(sa.select(CompletionVerdict)).all()
        assert len({row.enrolment_id for row in verdicts}) == len(verdicts) == PEOPLE
        assert {(row.outcome, row.withdrawn_at) for row in verdicts} == {(Outcome.COMPLETED, None)}
        assert told("progress.verdict_reached") == (PEOPLE, PEOPLE)
        assert told("progress.module_unlocked") == (PEOPLE, PEOPLE)
        issued = db.session.scalars(sa.select(Certificate)).all()
        assert len({row.enrolment_id for row in issued}) == len(issued) == PEOPLE
        assert len({row.code for row in issued}) == PEOPLE
        letters = sa.select(OutboxRow.id).where(OutboxRow.job == "certificates.mail_issued")
        assert len(db.session.scalars(letters).all()) == PEOPLE
    agree(app)
