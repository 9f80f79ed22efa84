"""``community progress rebuild``."""

import re

import pytest
from click.testing import CliRunner
from conftest import acting
from factories.progress import make_learner, make_run

from community.cli.main import community
from community.kernel.db import db
from community.kernel.operation import unit_of_work
from community.progress.models import ActivityState
from community.progress.operations import report_reading


@pytest.fixture
def run(app):
    def command(*args):
        return CliRunner().invoke(community, ["progress", "rebuild", *args], obj=lambda: app)

    return command


@pytest.fixture
def world(app):
    world = make_run(app)
    ana, _mine = make_learner(app, world)
    with app.app_context():
        report_reading(
            acting(ana), world.run, world.activities[0], fraction=1.0, client_id="event-001"
        )
    return world


def test_a_rebuild_says_what_it_found(run, world):
    answer = run()
    assert answer.exit_code == 0, answer.output
    lines = answer.output.splitlines()
    assert [lines[0], *lines[2:5]] == [
        "Enrolments: 1",
        "States:     1, corrected: 0",
        "Totals:     1, corrected: 0",
        "Verdicts:   added: 0; none is taken away",
    ]
    assert re.fullmatch(r"Events:     1, \d+ a second", lines[1])
    assert re.fullmatch(r"Seconds:    \d+\.\d", lines[5])


def test_a_rebuild_of_one_run_mends_it(run, app, world):
    with app.app_context(), unit_of_work(acting(None)):
        db.session.delete(db.session.query(ActivityState).one())
    assert "States:     1, corrected: 1" in run("--run", world.slug).output
    with app.app_context():
        assert db.session.query(ActivityState).count() == 1


def test_a_run_that_is_not_there_is_named(run, world):
    answer = run("--run", "no-such-run")
    assert answer.exit_code == 1
    assert "no-such-run" in answer.output
