"""A run is closed while others count something in it: each comes first, whole, or finds it closed.

The lock is that of everybody's totals (``progress.operations.settling.wait_for_acts``), of which an
act holds one; whoever waited for theirs asks anew whether the run is over. Without the first the
tests of who was quicker fail on PostgreSQL, without the second those of who came later.
"""

import datetime as dt

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.academy import (
    ASKS,
    assignment_source,
    course_source,
    discussion_source,
    module_source,
    page_source,
    quiz_source,
    survey_source,
)
from factories.discussions import reply
from factories.progress import make_learner, make_run
from races.parallel import in_line

from community.cohorts.models import Run, RunState
from community.cohorts.operations import close_run
from community.cohorts.queries import placements
from community.coursework.models import Extension
from community.coursework.operations import answer_survey, give_extension
from community.kernel.db import db
from community.kernel.errors import Conflict
from community.progress.models import Decision, LearningEvent, Summary
from community.progress.operations import Result, bring_in_results, decide
from community.progress.rules.states import Status

pytestmark = pytest.mark.races

PAGE, TALK, WORK, QUIZ, SURVEY = range(5)
TOTALS = sa.select(Summary.id)


class Race:
    def __init__(self, app):
        self.app = app
        parts = (
            page_source(),
            discussion_source(),
            assignment_source(),
            quiz_source(),
            survey_source(settings={"anonymous": True, "counts": False, "asks": ASKS}),
        )
        self.world = make_run(app, course_source(modules=(module_source(1, activities=parts),)))
        self.ana, self.mine = make_learner(app, self.world)
        with app.app_context():
            self.thread = placements(self.world.run)[self.world.activities[TALK]].thread_id

    def close(self):
        return close_run(acting(self.world.owner), self.world.run).state

    def decide(self):
        key = self.world.activities[PAGE]
        ctx = acting(self.world.owner)
        return decide(ctx, self.mine, key, status=Status.WAIVED, reason="As agreed.").status

    def post(self):
        return reply(self.app, self.thread, self.ana)

    def bring_in(self):
        result = Result(
            enrolment_id=self.mine,
            activity_id=self.world.activities[QUIZ],
            client_id="1",
            at=self.world.opens,
            score=90,
        )
        ctx = acting(self.world.owner)
        return bring_in_results(ctx, self.world.run, results=[result], reason="")

    def extend(self):
        return give_extension(
            acting(self.world.owner),
            self.world.run,
            self.world.activities[WORK],
            self.mine,
            until=dt.datetime.now() + dt.timedelta(days=3),  # noqa: DTZ005  # by the run's clock
            reason="Ill.",
        ).reason

    def answer(self):
        # the first answer makes the box of its survey, which names the run: they wait in a ring
        # where whoever closes it holds the run from all that name it
        return answer_survey(
            acting(self.ana),
            self.world.run,
            self.world.activities[SURVEY],
            answers={"q1": ["q1o1"]},
            client_id="answered-it",
        ).status

    def counted(self):
        """Return how much there is that could be counted: acts, decisions, more time."""
        with self.app.app_context():
            assert db.session.get_one(Run, self.world.run).state is RunState.CLOSED
            return sum(
                db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0
                for model in (LearningEvent, Decision, Extension)
            )


@pytest.fixture
def race(app):
    return Race(app)


COUNTS = ("decide", "post", "bring_in", "extend", "answer")


@pytest.mark.parametrize("name", COUNTS)
def test_what_was_begun_before_the_run_is_closed_is_counted_before(app, race, name):
    answer, closed = in_line(app, TOTALS, [getattr(race, name), race.close])
    assert not isinstance(answer, Exception), answer
    assert closed is RunState.CLOSED
    assert race.counted() == 1


@pytest.mark.parametrize("name", COUNTS)
def test_what_waited_while_the_run_was_closed_is_not_counted(app, race, name):
    closed, answer = in_line(app, TOTALS, [race.close, getattr(race, name)])
    assert closed is RunState.CLOSED
    assert name == "post" or isinstance(answer, Conflict), answer  # a post is there all the same
    assert race.counted() == 0
