"""Many writers at once: an event counts once, and the totals equal the states.

The lock is that of the enrolment's summary row (``progress.operations.locking``). Without
its ``with_for_update`` the tests fail on PostgreSQL; SQLite has one writer at a time in any case.
"""

import datetime as dt

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.academy import course_source, module_source, page_source
from factories.progress import enrolment_id_of, hold_session, make_learners, make_run
from races.parallel import at_once

from community.kernel.db import db
from community.kernel.log import EventRow
from community.progress.models import ActivityState, LearningEvent, Summary
from community.progress.operations import (
    Rebuilt,
    Result,
    bring_in_results,
    count_attendance,
    decide,
    rebuild,
    report_reading,
)
from community.progress.rules.states import SETTLED, Status

pytestmark = pytest.mark.races

RIGHT = {"q1": ["q1o2"], "q2": ["q2o1", "q2o2"]}
PAGES = 6


def count(model) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def unlocked() -> int:
    return db.session.scalar(
        sa.select(sa.func.count())
        .select_from(EventRow)
        .where(EventRow.name == "progress.module_unlocked")
    )


def pages_course():
    """Two modules of pages."""
    return course_source(
        modules=tuple(
            module_source(n, activities=tuple(page_source(f"p{k}") for k in range(PAGES)))
            for n in (1, 2)
        )
    )


def agree(app) -> None:
    """Totals equal states, and a rebuild finds nothing to correct."""
    with app.app_context():
        for summary in db.session.scalars(sa.select(Summary)):
            settled = db.session.scalar(
                sa.select(sa.func.count())
                .select_from(ActivityState)
                .where(
                    ActivityState.enrolment_id == summary.enrolment_id,
                    ActivityState.status.in_(sorted(SETTLED)),
                )
            )
            assert summary.done == settled
        report = rebuild(acting(None, origin="shell"))
        assert (report.states_corrected, report.summaries_corrected) == (0, 0), report
        assert isinstance(report, Rebuilt)


def test_the_same_event_from_eight_writers_counts_once(app):
    world = make_run(app)
    [ana] = make_learners(app, world, ["Ana Lind"])

    def read():
        return report_reading(
            acting(ana), world.run, world.activities[0], fraction=1.0, client_id="event-001"
        )

    answers = at_once(app, [read] * 8)

    assert len(set(answers)) == 1, answers
    with app.app_context():
        assert (count(LearningEvent), count(ActivityState)) == (1, 1)
        made = sa.select(EventRow.id).where(EventRow.name == "progress.progress_made")
        assert len(db.session.scalars(made).all()) == 1
    agree(app)


def test_one_learner_finishing_everything_at_once_opens_the_next_module_once(app):
    world = make_run(app, pages_course())
    [ana] = make_learners(app, world, ["Ana Lind"])

    answers = at_once(
        app,
        [
            lambda n=n: report_reading(
                acting(ana), world.run, world.activities[n], fraction=1.0, client_id=f"event-{n:03}"
            )
            for n in range(PAGES)
        ],
    )

    assert sorted(answer.done for answer in answers) == list(range(1, PAGES + 1))
    with app.app_context():
        assert unlocked() == 1
    agree(app)


def test_twenty_learners_at_once_do_not_disturb_one_another(app):
    world = make_run(app, pages_course())
    learners = make_learners(app, world, [f"Learner {n}" for n in range(20)])

    answers = at_once(
        app,
        [
            lambda who=who, n=n: report_reading(
                acting(who), world.run, world.activities[n], fraction=1.0, client_id=f"event-{n:03}"
            )
            for who in learners
            for n in range(2)
        ],
    )

    assert [a for a in answers if isinstance(a, Exception)] == []
    with app.app_context():
        assert count(LearningEvent) == 40
        assert set(db.session.scalars(sa.select(Summary.done))) == {2}
    agree(app)


def test_a_decision_and_an_act_at_once_leave_what_a_rebuild_finds(app):
    world = make_run(app, pages_course())
    [ana] = make_learners(app, world, ["Ana Lind"])
    mine = enrolment_id_of(app, world, ana)

    def rule(n, status):
        return decide(
            acting(world.owner), mine, world.activities[n], status=status, reason="As I saw it."
        ).id

    def read(n):
        return report_reading(
            acting(ana), world.run, world.activities[n], fraction=1.0, client_id=f"event-{n:03}"
        )

    answers = at_once(
        app,
        [lambda n=n: rule(n, Status.EXCUSED) for n in range(4)]
        + [lambda n=n: read(n) for n in range(4)],
    )

    assert [a for a in answers if isinstance(a, Exception)] == []
    agree(app)


def test_attendance_counted_by_two_workers_at_once_counts_once(app):
    world = make_run(app)
    learners = make_learners(app, world, [f"Learner {n}" for n in range(12)])
    session_id = hold_session(app, world, dict.fromkeys(learners, 3000))

    answers = at_once(app, [lambda: count_attendance(acting(None, origin="job"), session_id)] * 4)

    assert sum(answers) == 12
    with app.app_context():
        assert count(LearningEvent) == 12
    agree(app)


def test_results_brought_in_by_six_at_once_count_once_beside_what_learners_do(app):
    world = make_run(app)
    people = make_learners(app, world, [f"Learner {n}" for n in range(6)])
    theirs = [enrolment_id_of(app, world, user_id) for user_id in people]
    given = [
        Result(
            enrolment_id=key,
            activity_id=world.activities[1],
            client_id=f"{n}",
            at=world.opens + dt.timedelta(minutes=n),
            score=20 * n,
        )
        for key in theirs
        for n in range(5)
    ]

    def bring(number):
        mixed = given[number:] + given[:number]
        return bring_in_results(acting(world.owner), world.run, results=mixed, reason="").new

    def read(user_id):
        page = world.activities[0]
        report_reading(acting(user_id), world.run, page, fraction=1, client_id="all-of-it")
        return 0

    calls = [lambda number=number: bring(number) for number in range(6)]
    calls += [lambda user_id=user_id: read(user_id) for user_id in people]
    done = at_once(app, calls)
    assert sum(done) == len(given)
    with app.app_context():
        assert count(LearningEvent) == len(given) + len(people)
        assert {row.done for row in db.session.scalars(sa.select(Summary))} == {2}
    agree(app)
