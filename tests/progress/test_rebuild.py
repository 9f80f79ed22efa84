"""Progress rebuilt from what was done and decided equals what is stored, row for row."""

import contextlib
import random
from typing import Any

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.academy import course_source, discussion_source, module_source, page_source
from factories.academy import quiz_source as quiz
from factories.discussions import reply
from factories.progress import make_learner, make_run

from community.cohorts.queries import placements
from community.coursework.operations import submit_quiz
from community.kernel.db import db
from community.kernel.errors import Conflict, Forbidden, NotFound
from community.kernel.operation import unit_of_work
from community.progress.models import ActivityState, CompletionVerdict, LearningEvent, Summary
from community.progress.operations import Rebuilt, decide, rebuild, report_reading
from community.progress.rules.states import Status

SHELL: dict[str, Any] = {"origin": "shell"}


def rows(model) -> dict[Any, dict[str, Any]]:
    """Return all rows as plain values, without their own keys."""
    columns = [c.key for c in sa.inspect(model).columns if c.key != "id"]
    found = {}
    for row in db.session.scalars(sa.select(model)):
        values = {key: getattr(row, key) for key in columns}
        found[values["enrolment_id"], values.get("activity_id") or values.get("outcome")] = values
    db.session.remove()
    return found


def small_course():
    """Three modules of two or three activities, one of them not required."""
    return course_source(
        modules=(
            module_source(1, activities=(page_source(), quiz())),
            module_source(2, activities=(page_source("b"), discussion_source())),
            module_source(3, activities=(page_source("c", required=False), quiz("d"))),
        )
    )


class Life:
    """A random history of one run: anybody does anything, twice, out of turn."""

    def __init__(self, app, seed: int) -> None:
        self.app = app
        self.chance = random.Random(seed)
        self.world = make_run(app, small_course(), weeks_ago=4)
        names = ["Ana Lind", "Bo Chen", "Cy Odhiambo"]
        self.learners = [make_learner(app, self.world, name) for name in names]
        self.places = placements(self.world.run)

    def step(self, number: int) -> None:
        user, enrolment = self.chance.choice(self.learners)
        activity = self.chance.choice(self.world.activities)
        act = self.chance.choice([self.read, self.answer, self.post, self.rule])
        client_id = f"event-{self.chance.randint(0, number):04}"
        # locked, no page, used before, nothing to take back: it changes nothing
        with contextlib.suppress(Conflict, NotFound):
            act(user, enrolment, activity, client_id)

    def read(self, user, _enrolment, activity, client_id):
        fraction = self.chance.choice([0.0, 0.25, 0.5, 1.0, 1.0, self.chance.random()])
        report_reading(
            acting(user), self.world.run, activity, fraction=fraction, client_id=client_id
        )

    def answer(self, user, _enrolment, activity, client_id):
        answers = {
            "q1": [self.chance.choice(["q1o1", "q1o2"])],
            "q2": self.chance.choice([[], ["q2o1"], ["q2o1", "q2o2"]]),
        }
        submit_quiz(acting(user), self.world.run, activity, answers=answers, client_id=client_id)

    def post(self, user, _enrolment, _activity, client_id):
        place = self.places[self.world.activities[3]]
        reply(self.app, place.thread_id, user, client_id=client_id)

    def rule(self, _user, enrolment, activity, _client_id):
        status = self.chance.choice([None, Status.DONE, Status.EXCUSED, Status.WAIVED])
        decide(acting(self.world.owner), enrolment, activity, status=status, reason="As I saw it.")


@pytest.mark.parametrize("seed", range(3))
def test_a_rebuild_finds_nothing_to_correct_whatever_happened(inside, seed):
    life = Life(inside, seed)
    for number in range(120):
        life.step(number)
    states, summaries = rows(ActivityState), rows(Summary)
    assert len(states) > 6
    report = rebuild(acting(None, **SHELL))
    assert report == Rebuilt(3, len(states), 0, 0, events=db.session.query(LearningEvent).count())
    assert (rows(ActivityState), rows(Summary)) == (states, summaries)


@pytest.mark.parametrize("seed", range(3))
def test_a_rebuild_gives_lost_verdicts_back_as_they_were(inside, seed):
    life = Life(inside, seed)
    for _user, enrolment in life.learners[:2]:
        for activity in life.world.activities:
            ruling = {"status": Status.WAIVED, "reason": "Did it elsewhere."}
            decide(acting(life.world.owner), enrolment, activity, **ruling)
    for number in range(60):
        life.step(number)
    verdicts = rows(CompletionVerdict)
    assert len(verdicts) >= 2
    assert rebuild(acting(None, **SHELL)).verdicts_added == 0
    assert rows(CompletionVerdict) == verdicts, "none is lost, whatever is taken back"


def test_a_rebuild_dates_a_lost_verdict_by_the_act_that_met_it(inside):
    life = Life(inside, 4)
    _user, enrolment = life.learners[0]
    for activity in life.world.activities:
        ruling = {"status": Status.WAIVED, "reason": "Did it elsewhere."}
        decide(acting(life.world.owner), enrolment, activity, **ruling)
    kept = rows(CompletionVerdict)
    with unit_of_work(acting(None)):
        db.session.execute(sa.delete(CompletionVerdict))
        db.session.execute(sa.update(Summary).values(outcome=None))
    assert rebuild(acting(None, **SHELL)).verdicts_added == 1
    found = rows(CompletionVerdict)
    assert found.keys() == kept.keys()
    for key, row in found.items():
        for name in ("policy_id", "evidence", "at"):
            assert row[name] == kept[key][name], name


def test_a_rebuild_restores_what_was_lost_or_wrong(inside):
    life = Life(inside, 7)
    for number in range(120):
        life.step(number)
    states, summaries = rows(ActivityState), rows(Summary)
    with unit_of_work(acting(None)):
        kept = db.session.scalars(sa.select(ActivityState).order_by(ActivityState.id)).all()
        for row in kept[: len(kept) // 2]:
            db.session.delete(row)
        kept[-1].fraction = 0.125
        kept[-1].status = Status.BEGUN
        db.session.execute(sa.update(Summary).values(done=0, last_activity_id=None))
    report = rebuild(acting(None, **SHELL), life.world.run)
    assert report.states_corrected == len(kept) // 2 + 1
    assert report.summaries_corrected > 0
    assert (rows(ActivityState), rows(Summary)) == (states, summaries)


def test_only_the_holder_of_the_command_line_rebuilds(inside):
    world = make_run(inside)
    for ctx in (acting(world.owner), acting(world.owner, **SHELL), acting(None)):
        with pytest.raises(Forbidden if ctx.actor_id else Exception):
            rebuild(ctx, world.run)
