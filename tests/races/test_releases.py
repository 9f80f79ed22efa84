"""Organisers who act at once on when modules open: each act is done, and kept, once."""

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.academy import course_source, module_source
from factories.progress import make_learner, make_run
from races.parallel import at_once

from community.cohorts.models import Enrolment, LearnerRelease, Placement, Release, ReleaseAct
from community.cohorts.operations import open_module, open_module_for, set_release, shift_learner
from community.kernel.db import db
from community.live.models import LiveSession
from community.live.operations import move_sessions

pytestmark = pytest.mark.races

AFTER = "session module-1/a-circle + 1 hour"


def acts() -> list[tuple[str, int]]:
    rows = db.session.execute(
        sa.select(ReleaseAct.kind, ReleaseAct.days).order_by(ReleaseAct.at, ReleaseAct.id)
    )
    return [(row.kind, row.days) for row in rows]


def test_two_who_shift_a_learner_alike_shift_them_once(app):
    world = make_run(app)
    _ana, mine = make_learner(app, world)

    def shift():
        shift_learner(acting(world.owner), mine, days=5)

    at_once(app, [shift] * 4)
    with app.app_context():
        assert acts() == [("shifted", 5)]
        assert db.session.get_one(Enrolment, mine).shift_days == 5
        rows = db.session.scalars(sa.select(LearnerRelease.module_id)).all()
        assert sorted(rows) == sorted(world.modules)


def test_two_who_open_a_module_to_one_learner_open_it_once(app):
    world = make_run(app)
    _ana, mine = make_learner(app, world)

    def open_it():
        open_module_for(acting(world.owner), mine, world.modules[1])

    at_once(app, [open_it] * 4)
    with app.app_context():
        assert acts() == [("opened", 0)]
        [row] = db.session.scalars(sa.select(LearnerRelease))
        assert (row.module_id, row.opened_at is not None) == (world.modules[1], True)


def test_opening_and_shifting_at_once_keeps_both(app):
    world = make_run(app)
    _ana, mine = make_learner(app, world)

    def open_it():
        open_module_for(acting(world.owner), mine, world.modules[1])
        open_module(acting(world.owner), world.run, world.modules[1])

    def shift():
        shift_learner(acting(world.owner), mine, days=3)

    at_once(app, [open_it, shift, open_it, shift])
    with app.app_context():
        rows = {row.module_id: row for row in db.session.scalars(sa.select(LearnerRelease))}
        assert rows.keys() == set(world.modules)
        assert rows[world.modules[1]].opened_at is not None
        release = db.session.scalars(
            sa.select(Release).where(Release.module_id == world.modules[0])
        ).one()
        assert (rows[world.modules[0]].begins_at - release.opens_at).days == 3


def test_a_session_that_moves_while_a_rule_comes_to_hang_on_it(app):
    modules = tuple(module_source(n) for n in (1, 2))
    for _round in range(3):
        world = make_run(app, course_source(modules=modules), weeks_ago=-2)
        with app.app_context():
            session = db.session.scalars(
                sa.select(LiveSession)
                .join(Placement, Placement.session_id == LiveSession.id)
                .where(Placement.run_id == world.run)
                .order_by(LiveSession.starts_at)
            ).first()
            key, later = session.id, session.local_at.replace(hour=(session.local_at.hour + 3) % 24)

        def move(key=key, later=later, owner=world.owner):
            move_sessions(acting(owner), {key: later})

        def rule(world=world):
            set_release(acting(world.owner), world.run, world.modules[1], rule=AFTER)

        at_once(app, [move, rule])
        with app.app_context():
            session = db.session.get_one(LiveSession, key)
            release = db.session.scalars(
                sa.select(Release).where(
                    Release.run_id == world.run, Release.module_id == world.modules[1]
                )
            ).one()
            hours = (release.opens_at - session.starts_at).total_seconds() / 3600
            assert hours == session.minutes / 60 + 1
