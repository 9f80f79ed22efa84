"""What was done counts once, sent three times, in any order, days late or by a wrong clock."""

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.academy import course_source, module_source, page_source
from factories.academy import quiz_source as quiz
from factories.progress import make_learner, make_run
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from community.coursework.operations import submit_quiz
from community.kernel.context import Context
from community.kernel.db import db
from community.progress.models import ActivityState, Summary
from community.progress.operations import rebuild, report_reading
from community.progress.queries import verdicts_of
from community.progress.rules.completion import Outcome

RIGHT = {"q1": ["q1o2"], "q2": ["q2o1", "q2o2"]}
WRONG = {"q1": ["q1o1"], "q2": []}


def acts_of(world):
    """Return what the learner does: (activity, what, id)."""
    pages, quizzes = world.activities[:3], world.activities[3:]
    read = [(page, share, f"read-{n}-{share}") for n, page in enumerate(pages)
            for share in (0.25, 1.0)]  # fmt: skip
    tried = [(each, answers, f"quiz-{n}-{right}") for n, each in enumerate(quizzes)
             for right, answers in (("no", WRONG), ("yes", RIGHT))]  # fmt: skip
    return [*read, *tried]


def do(ctx: Context, world, act: Any) -> None:
    activity, what, client_id = act
    if isinstance(what, float):
        report_reading(ctx, world.run, activity, fraction=what, client_id=client_id)
    else:
        submit_quiz(ctx, world.run, activity, answers=what, client_id=client_id)


def without_the_newest(evidence: dict[str, Any]) -> dict[str, Any]:
    """A quiz counts from when it arrives: which attempt is the newest is no question of order."""
    return {key: fact for key, fact in evidence.items() if not key.startswith("last_")}


def totals(enrolment) -> Any:
    summary = db.session.scalars(sa.select(Summary).where(Summary.enrolment_id == enrolment)).one()
    states = {
        row.activity_id: (row.status, row.fraction, without_the_newest(row.evidence))
        for row in db.session.scalars(
            sa.select(ActivityState).where(ActivityState.enrolment_id == enrolment)
        )
    }
    return (summary.done, summary.cells, summary.outcome), states


PLACES = range(3 * 10)  # each act three times
clocks = st.lists(st.integers(-72, 72), min_size=len(PLACES), max_size=len(PLACES))


@pytest.mark.usefixtures("inside")
@settings(
    max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(order=st.permutations(PLACES), hours=clocks)
def test_three_times_in_any_order_and_at_any_hour_gives_the_same_totals(app, order, hours):
    parts = (*(page_source(f"p{n}") for n in range(3)), quiz("q1"), quiz("q2"))
    world = make_run(app, course_source(modules=(module_source(1, activities=parts),)), weeks_ago=3)
    (ana, plain), (bo, mixed) = (make_learner(app, world, name) for name in ("Ana", "Bo"))
    acts = acts_of(world)
    for act in acts:
        do(acting(ana), world, act)
    again = acts * 3
    assert len(again) == len(PLACES)
    now = dt.datetime.now(dt.UTC)
    for place, late in zip(order, hours, strict=True):
        do(acting(bo, now=now + dt.timedelta(hours=late)), world, again[place])
    assert totals(mixed) == totals(plain)
    assert totals(mixed)[0] == (5, "ddddd", Outcome.COMPLETED)
    [verdict] = verdicts_of(mixed)
    assert verdict.policy_number == 1
    report = rebuild(acting(None, origin="shell"), world.run)
    assert (report.states_corrected, report.summaries_corrected, report.verdicts_added) == (0, 0, 0)
