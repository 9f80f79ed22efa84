"""Who may do what: every role against every rule, in every state of the run."""

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.progress import close, make_learner, make_run

from community.academy.models import Activity
from community.cohorts.models import Enrolment, Run
from community.kernel.db import db
from community.progress.policy import (
    may_bring_in,
    may_decide,
    may_learn,
    may_read_activity,
    may_rebuild,
    may_see_everybody,
    visible_records,
)

pytestmark = pytest.mark.usefixtures("inside")

#            who           learns  decides  sees the open module  sees the locked one  records
RULES = [
    ("owner", False, True, True, True, 2),
    ("organiser", False, True, True, True, 2),
    ("facilitator", False, True, True, True, 2),
    ("member", True, False, True, False, 1),
    ("observer", False, False, True, True, 0),
    ("outsider", False, False, False, False, 0),
    (None, False, False, False, False, 0),
]


def ids(statement) -> set:
    return {row.id for row in db.session.scalars(statement)}


def readable(ctx, run) -> set:
    every = db.session.scalars(sa.select(Activity.id)).all()
    return {key for key in every if may_read_activity(ctx, run, key)}


@pytest.mark.parametrize(("who", "learns", "decides", "sees", "ahead", "records"), RULES)
def test_each_role_has_its_rights(cast, who, learns, decides, sees, ahead, records):
    ctx = acting(cast.people[who] if who else None)
    run = db.session.get_one(Run, cast.world.run)
    visible = readable(ctx, run)
    assert (cast.world.activities[0] in visible) is sees
    assert (cast.world.activities[4] in visible) is ahead
    assert may_learn(ctx, run) is learns
    assert may_decide(ctx, run) is decides
    assert may_bring_in(ctx, run) is (who in {"owner", "organiser"})
    assert may_see_everybody(ctx, run) is decides
    assert len(ids(visible_records(ctx))) == records
    assert may_rebuild(ctx, None) is False


def test_one_sees_ones_own_record(cast):
    assert ids(visible_records(acting(cast.member))) == {cast.mine}


def test_only_the_command_line_rebuilds(cast):
    assert may_rebuild(acting(None, origin="shell"), None)
    assert not may_rebuild(acting(cast.owner, origin="shell"), None)
    assert not may_rebuild(acting(None, origin="job"), None)


def test_a_planned_run_is_open_to_who_prepares_it_only(inside):
    world = make_run(inside, opened=False)
    learner, _mine = make_learner(inside, world)
    run = db.session.get_one(Run, world.run)
    assert readable(acting(learner), run) == set()
    assert readable(acting(world.owner), run) == set(world.activities)


def test_a_closed_run_stays_as_open_as_it_was(inside, cast):
    run = db.session.get_one(Run, cast.world.run)
    before = readable(acting(cast.member), run)
    close(inside, cast.world)
    db.session.remove()
    run = db.session.get_one(Run, cast.world.run)
    assert readable(acting(cast.member), run) == before
    assert len(before) == 4


def test_an_activity_of_another_version_is_never_visible(inside, cast):
    other = make_run(inside)
    run = db.session.get_one(Run, cast.world.run)
    visible = readable(acting(cast.owner), run)
    assert visible.isdisjoint(other.activities)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Activity)) == 16


def test_the_records_of_a_run_are_not_those_of_another(inside, cast):
    other = make_run(inside)
    make_learner(inside, other, "Bo Chen")
    assert ids(visible_records(acting(other.owner))).isdisjoint(
        ids(visible_records(acting(cast.owner)))
    )
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Enrolment)) == 3
