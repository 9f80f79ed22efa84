"""Handing in twice, two who mark, taking back against marking: one comes first, the other hears.

The lock is that of the learner's totals (``progress.operations.locking``), which
``enter`` takes for the learner and ``coursework.operations.marking`` for whoever marks.
"""

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.academy import assignment_source, course_source, module_source
from factories.progress import make_learners, make_run
from factories.quizzes import course_with, grown_source
from races.parallel import at_once

from community.coursework.models import AssignmentWork, Marking, QuizAttempt, Stage, Submission
from community.coursework.operations import (
    begin_quiz,
    hand_in_work,
    mark_essays,
    mark_submission,
    submit_quiz,
    take_back_work,
)
from community.kernel.db import db
from community.kernel.errors import CommunityError, Conflict
from community.progress.models import LearningEvent, Summary

pytestmark = pytest.mark.races
BEST = {"c1": "c1l1", "c2": "c2l1"}


class Race:
    def __init__(self, app):
        self.app = app
        source = course_source(modules=(module_source(1, activities=(assignment_source(),)),))
        self.world = make_run(app, source)
        [self.ana] = make_learners(app, self.world, ["Ana Lind"])

    def hand_in(self, client_id):
        return hand_in_work(
            acting(self.ana),
            self.world.run,
            self.world.activities[0],
            text="The words of one letter.",
            revision=0,
            client_id=client_id,
        )

    def mark(self, key, outcome, comment="Read."):
        return mark_submission(
            acting(self.world.owner),
            key,
            levels=BEST,
            comment=comment,
            edition=0,
            outcome=outcome,
        )

    def take_back(self):
        return take_back_work(acting(self.ana), self.world.run, self.world.activities[0])

    def rows(self):
        with self.app.app_context():
            work = db.session.scalars(sa.select(AssignmentWork)).one()
            versions = db.session.scalars(sa.select(Submission).order_by(Submission.number)).all()
            return work, versions

    def counted(self, kind):
        with self.app.app_context():
            return db.session.scalar(sa.select(sa.func.count()).where(LearningEvent.kind == kind))

    def done(self):
        with self.app.app_context():
            return db.session.scalars(sa.select(Summary.done)).one()


@pytest.fixture
def race(app):
    return Race(app)


def test_of_many_who_hand_in_at_once_one_version_comes(app, race):
    acts = [lambda n=n: race.hand_in(f"handed-in-{n % 3}") for n in range(6)]
    answers = at_once(app, acts)
    assert len([each for each in answers if isinstance(each, Conflict)]) == 4
    work, versions = race.rows()
    assert (work.stage, work.versions, len(versions)) == (Stage.HANDED_IN, 1, 1)
    assert race.counted("handed_in") == 1


def test_of_many_who_mark_at_once_one_is_kept_and_the_others_hear_of_it(app, race):
    with app.app_context():
        race.hand_in("handed-in-1")
    _work, [version] = race.rows()
    outcomes = [Marking.ACCEPTED, Marking.RETURNED, None] * 2
    answers = at_once(
        app, [lambda o=o, n=n: race.mark(version.id, o, f"Of {n}") for n, o in enumerate(outcomes)]
    )
    assert len([each for each in answers if isinstance(each, Conflict)]) == 5
    work, [version] = race.rows()
    assert version.edition == 1
    assert (work.stage is Stage.ACCEPTED) == (version.outcome is Marking.ACCEPTED)
    assert race.counted("accepted") == race.done() == int(version.outcome is Marking.ACCEPTED)


def test_of_many_who_mark_essays_at_once_one_gives_the_score(app):
    essay = "## Why?\n\n- (_)"
    world = make_run(app, course_with(grown_source("why", body=essay)))
    [ana] = make_learners(app, world, ["Ana Lind"])
    key = world.activities[0]
    with app.app_context():
        begin_quiz(acting(ana), world.run, key, client_id="begin-01")
        made = submit_quiz(
            acting(ana), world.run, key, answers={"q1": ["So."]}, client_id="hand-in-1"
        )

    def mark(points):
        return mark_essays(
            acting(world.owner),
            made.id,
            points={"q1": points},
            comments={},
            edition=0,
            done=True,
        )

    answers = at_once(app, [lambda n=n: mark(n % 2) for n in range(6)])
    assert len([each for each in answers if isinstance(each, Conflict)]) == 5
    with app.app_context():
        score = db.session.scalars(sa.select(QuizAttempt.score)).one()
        assert list(db.session.scalars(sa.select(LearningEvent.value))) == [score]


@pytest.mark.parametrize("outcome", [None, Marking.ACCEPTED])
def test_taken_back_and_marked_at_once_is_one_or_the_other(app, race, outcome):
    with app.app_context():
        race.hand_in("handed-in-1")
    _work, [version] = race.rows()
    answers = at_once(app, [race.take_back, lambda: race.mark(version.id, outcome)] * 2)
    work, [version] = race.rows()
    refused = [isinstance(each, CommunityError) for each in answers]
    if version.taken_back_at is not None:
        assert refused == [False, True, False, True]
        assert (work.stage, version.edition, race.counted("accepted")) == (Stage.OPEN, 0, 0)
    else:
        assert refused[0]
        assert refused[2]
        assert refused.count(False) == 1
        assert version.edition == 1
