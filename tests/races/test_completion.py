"""Rules change while people work: each verdict is by one of the rules, and nobody is judged twice.

The lock is that of all totals of the run (``progress.operations.policies._all_locked``) against
that of one (``locking._locked``).
"""

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.academy import course_source, module_source, page_source
from factories.progress import enrolment_id_of, make_learners, make_run
from races.parallel import at_once

from community.cohorts.models import Run
from community.kernel.db import db
from community.kernel.errors import Conflict
from community.kernel.log import EventRow
from community.progress.models import CompletionPolicy, CompletionVerdict, Summary
from community.progress.operations import change_policy, rebuild, report_reading
from community.progress.queries import judged_anew
from community.progress.rules.changing import effect_of
from community.progress.rules.completion import Change, Criterion, Measure, Outcome, Terms

pytestmark = pytest.mark.races

HALF = Terms((Criterion(Measure.REQUIRED, 50),))
LEARNERS = [f"Learner {number}" for number in range(6)]


@pytest.fixture
def world(app):
    parts = tuple(page_source(f"p{n}") for n in range(2))
    return make_run(app, course_source(modules=(module_source(1, activities=parts),)))


def reader_of(world, user, number):
    def act():
        return report_reading(
            acting(user),
            world.run,
            world.activities[number],
            fraction=1,
            client_id=f"read-{number}-{user.hex}",
        )

    return act


def changer(world, change):
    """Try until what was seen is what is done, as somebody would."""

    def act():
        for _time in range(20):
            ctx = acting(world.owner)
            run = db.session.get_one(Run, world.run)
            learners = list(judged_anew(ctx, run, HALF))
            seen = effect_of(run.id, HALF, change, learners, over=False).seen
            db.session.remove()
            try:
                return change_policy(ctx, world.run, terms=HALF, change=change, number=1, seen=seen)
            except Conflict as error:
                refused = error
                if "changed these rules" in str(error.message):
                    break
        return refused

    return act


def told(name):
    return db.session.scalar(
        sa.select(sa.func.count()).select_from(EventRow).where(EventRow.name == name)
    )


@pytest.mark.parametrize("change", [Change.GRANT, Change.RECOMPUTE])
def test_everybody_who_meets_the_rules_has_one_verdict_after_both(app, world, change):
    people = make_learners(app, world, LEARNERS)
    answers = at_once(
        app, [changer(world, change), *(reader_of(world, user, 0) for user in people)]
    )
    assert not isinstance(answers[0], Conflict), answers[0]
    with app.app_context():
        verdicts = db.session.scalars(sa.select(CompletionVerdict)).all()
        assert len(verdicts) == len(people)
        assert {row.policy_id for row in verdicts} == {answers[0].id}
        assert {row.outcome for row in db.session.scalars(sa.select(Summary))} == {
            Outcome.COMPLETED
        }
        assert told("progress.verdict_reached") == len(people)
        report = rebuild(acting(None, origin="shell"))
        assert (report.summaries_corrected, report.verdicts_added) == (0, 0)


def test_the_last_act_from_six_writers_brings_one_verdict(app, world):
    [ana] = make_learners(app, world, ["Ana Lind"])
    at_once(app, [reader_of(world, ana, number % 2) for number in range(6)])
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(CompletionVerdict)) == 1
        assert told("progress.verdict_reached") == 1
    assert enrolment_id_of(app, world, ana)


def test_of_two_who_change_the_rules_at_once_one_is_told(app, world):
    make_learners(app, world, ["Ana Lind"])
    answers = at_once(app, [changer(world, Change.GRANT), changer(world, Change.GRANT)])
    assert [isinstance(each, Conflict) for each in answers].count(True) == 1, answers
    with app.app_context():
        numbers = db.session.scalars(sa.select(CompletionPolicy.number)).all()
        assert sorted(numbers) == [1, 2]
