"""A run that asks for a score in a quiz: who has it, and whom the word of who leads lets off."""

import datetime as dt

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.academy import (
    QUESTIONS,
    course_source,
    module_source,
    quiz_source,
)
from factories.progress import make_learner, make_run

from community.academy.queries import outline
from community.certificates.models import Certificate
from community.cohorts.models import Run
from community.coursework.operations import submit_quiz
from community.kernel.db import db
from community.progress.operations import (
    Result,
    bring_in_results,
    change_policy,
    decide,
    preview_policy,
    rebuild,
)
from community.progress.queries import verdicts_of
from community.progress.queries.mine import my_progress
from community.progress.rules.completion import Change, Criterion, Measure, Terms
from community.progress.rules.states import Status

ALL_RIGHT = {"q1": ["q1o2"], "q2": ["q2o1", "q2o2"]}
HALF_RIGHT = {"q1": ["q1o2"], "q2": []}


class Asked:
    """A run of one quiz, passed with 40 %, that asks for 80 % in it; Ana learns in it."""

    def __init__(self, app):
        easy = {"attempts": None, "pass": 40, "questions": QUESTIONS}
        self.world = make_run(
            app,
            course_source(modules=(module_source(1, activities=(quiz_source(settings=easy),)),)),
        )
        self.ana, self.mine = make_learner(app, self.world)
        self.key = self.world.activities[0]
        quiz = outline(self.world.version).activities[0].lineage
        terms = Terms(completed=(Criterion(Measure.SCORE, 80, (quiz,)),))
        ctx = acting(self.world.owner)
        effects = preview_policy(ctx, self.world.run, terms=terms)
        [seen] = [each.seen for each in effects if each.change is Change.RECOMPUTE]
        change_policy(
            ctx, self.world.run, terms=terms, change=Change.RECOMPUTE, number=1, seen=seen
        )

    def answers(self, answers):
        client_id = f"attempt-{len(answers['q2'])}"
        ctx = acting(self.ana)
        return submit_quiz(ctx, self.world.run, self.key, answers=answers, client_id=client_id)

    def says(self, status):
        who = acting(self.world.owner)
        decide(who, self.mine, self.key, status=status, reason="She did it on paper.")

    def brings(self, **score):
        at = dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)
        made = Result(
            enrolment_id=self.mine, activity_id=self.key, client_id="moodle-1", at=at, **score
        )
        bring_in_results(
            acting(self.world.owner), self.world.run, results=[made], reason="From Moodle."
        )

    def reached(self):
        """Return whether a verdict, a certificate and the learner's own page say that it is met."""
        run = db.session.get_one(Run, self.world.run)
        certificates = db.session.scalar(sa.select(sa.func.count()).select_from(Certificate))
        asked = my_progress(acting(self.ana), run, self.mine, "UTC").asked
        return len(verdicts_of(self.mine)), certificates, all(each.met for each in asked)


@pytest.fixture
def run(inside):
    return Asked(inside)


def test_a_quiz_passed_below_the_score_asked_completes_nothing(run):
    run.answers(HALF_RIGHT)
    assert verdicts_of(run.mine) == []
    assert run.reached() == (0, 0, False)
    assert rebuild(acting(None, origin="shell")).verdicts_added == 0
    run.answers(ALL_RIGHT)
    assert run.reached() == (1, 1, True)


@pytest.mark.parametrize("status", [Status.DONE, Status.EXCUSED, Status.WAIVED])
@pytest.mark.parametrize("answered", [False, True])
def test_the_word_of_who_leads_lets_off_the_score(run, status, answered):
    if answered:
        run.answers(HALF_RIGHT)
    run.says(status)
    assert run.reached() == (1, 1, True)
    assert rebuild(acting(None, origin="shell")).verdicts_added == 0


def test_what_was_done_elsewhere_without_a_score_lets_off_the_score(run):
    run.brings()
    assert run.reached() == (1, 1, True)


def test_a_score_brought_in_counts_as_one(run):
    run.brings(score=60)
    assert run.reached() == (0, 0, False)
