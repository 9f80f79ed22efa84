"""A run is moved to a newer version while others act in it: nothing is lost, nothing done twice.

The locks are those of the run's row, and of all its totals (``progress.operations.following``);
whoever waited for theirs looks the version up anew (``operations.locking``). Without that an act
is written to the earlier version, on PostgreSQL, and its totals are read by another order.
"""

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.academy import (
    course_source,
    discussion_source,
    make_version,
    module_source,
    page_source,
    quiz_source,
)
from factories.discussions import reply
from factories.progress import make_learner, make_member, make_run
from factories.versions import preview
from races.parallel import at_once

from community.academy.queries import outline
from community.cohorts.models import Enrolment, Run
from community.cohorts.operations import move_run_to_version
from community.cohorts.queries import placements
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import Conflict
from community.progress.models import ActivityState, LearningEvent, Summary
from community.progress.operations import decide, rebuild, report_reading, settle_version
from community.progress.rules.states import Status
from community.spaces.models import Role

pytestmark = pytest.mark.races

PARTS = (page_source("a"), quiz_source("b"), discussion_source("c"))


def one(*activities):
    return course_source(modules=(module_source(1, activities=activities),))


def moving(app, world, version, user_id=None):
    ctx = acting(user_id or world.owner)
    with app.app_context():
        seen = preview(ctx, world.run, version).seen
    return lambda: move_run_to_version(ctx, world.run, version, seen=seen).version_id


def agrees(app, world):
    with app.app_context():
        settle_version(acting(world.owner), world.run)
        found = rebuild(Context.begin(None, origin="shell"))
        return (found.states_corrected, found.summaries_corrected) == (0, 0)


def test_learners_go_on_working_while_their_run_is_moved(app):
    world = make_run(app, one(*PARTS))
    learners = [make_learner(app, world, f"Learner {n}") for n in range(6)]
    version = make_version(app, world.network, one(page_source("new"), *PARTS), slug="sharing-data")
    with app.app_context():
        thread = placements(world.run)[world.activities[2]].thread_id
    page, quiz, _talk = world.activities
    acts = [
        act
        for user, mine in learners
        for act in (
            lambda user=user: (
                report_reading(
                    acting(user), world.run, page, fraction=1, client_id="read-it-all"
                ).status
            ),
            lambda user=user: reply(app, thread, user),
            lambda mine=mine: (
                decide(
                    acting(world.owner), mine, quiz, status=Status.EXCUSED, reason="As agreed."
                ).status
            ),
        )
    ]
    acts.insert(len(acts) // 2, moving(app, world, version))
    answers = at_once(app, acts)
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    with app.app_context():
        new = {line.id for line in outline(version).activities}
        assert set(db.session.scalars(sa.select(LearningEvent.activity_id))) <= new
        assert set(db.session.scalars(sa.select(ActivityState.activity_id))) <= new
        totals = db.session.execute(sa.select(Summary.done, Summary.cells)).all()
        assert {tuple(row) for row in totals} == {(3, ".ded")}
    assert agrees(app, world)


def test_two_organisers_move_it_once(app):
    world = make_run(app, one(*PARTS))
    make_learner(app, world)
    other = make_member(app, world, "Other Organiser", Role.ORGANISER)
    version = make_version(app, world.network, one(*PARTS[:2]), slug="sharing-data")
    answers = at_once(
        app,
        [moving(app, world, version, who) for who in (world.owner, other, world.owner, other)],
    )
    assert [type(answer) for answer in answers].count(Conflict) == 3
    assert version in answers
    assert agrees(app, world)


def test_of_two_versions_one_is_gone_on_with_and_the_other_is_shown_again(app):
    world = make_run(app, one(*PARTS))
    make_learner(app, world)
    second = make_version(app, world.network, one(*PARTS[:2]), slug="sharing-data")
    third = make_version(app, world.network, one(*PARTS[1:]), slug="sharing-data")
    answers = at_once(app, [moving(app, world, second), moving(app, world, third)])
    assert [type(answer) for answer in answers].count(Conflict) == 1
    with app.app_context():
        assert db.session.get_one(Run, world.run).version_id in answers
    assert agrees(app, world)


def test_who_joins_while_it_is_moved_has_totals_of_the_version_it_has(app):
    world = make_run(app, one(*PARTS))
    version = make_version(app, world.network, one(*PARTS[:2]), slug="sharing-data")
    answers = at_once(
        app,
        [
            *(lambda n=n: make_member(app, world, f"Late {n}") for n in range(4)),
            moving(app, world, version),
        ],
    )
    # Who joins changes how many seats are taken, not what was seen of the course.
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Enrolment)) == 4
        assert set(db.session.scalars(sa.select(Summary.cells))) == {".."}
    assert agrees(app, world)
