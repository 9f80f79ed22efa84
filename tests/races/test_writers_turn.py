"""On SQLite one writes at a time: whoever waits too long is told so, and nobody waits for ever.

The limit is that of ``kernel.db.WriterTurn``. Without its ``timeout`` the first test hangs; with
one limit for the turn and another for the database, whoever comes second waits twice as long.
"""

import sqlite3
import time

import pytest
from conftest import acting, browser, make_settings
from databases import migrate
from factories.accounts import make_user
from races.parallel import at_once

from community.accounts.models import User
from community.accounts.operations import change_profile
from community.app import create_app
from community.kernel import db as kernel_db
from community.kernel.db import db, writer_turn
from community.kernel.errors import Unavailable

pytestmark = pytest.mark.races

LIMIT = 1.0  # seconds, in place of the ten a person waits
WRITERS = 12


@pytest.fixture
def app(tmp_path, monkeypatch):
    """Return an application on SQLite, whatever else is tested: PostgreSQL has no turn."""
    settings = make_settings(tmp_path)
    migrate(settings)
    monkeypatch.setattr(kernel_db, "BUSY_SECONDS", LIMIT)
    made = create_app(settings)
    yield made
    with made.app_context():
        for engine in db.engines.values():
            engine.dispose()


def name_of(app, user_id):
    with app.app_context():
        return db.session.get_one(User, user_id).name


def test_a_turn_that_does_not_come_is_answered_in_time(app):
    ana = make_user(app, "Ana Lind")
    began = time.monotonic()
    with writer_turn:
        [answer] = at_once(app, [lambda: change_profile(acting(ana), name="Ana Other")])
    assert isinstance(answer, Unavailable)
    assert LIMIT <= time.monotonic() - began < 3 * LIMIT
    assert name_of(app, ana) == "Ana Lind"


def test_behind_another_process_everybody_waits_once(app):
    people = [make_user(app, f"Writer {n}") for n in range(WRITERS)]
    with app.app_context():
        path = db.engines["write"].url.database
    other = sqlite3.connect(path, isolation_level=None)  # another process, that writes and writes
    other.execute("BEGIN IMMEDIATE")
    began = time.monotonic()
    answers = at_once(
        app, [lambda who=who: change_profile(acting(who), name="Somebody") for who in people]
    )
    waited = time.monotonic() - began
    other.execute("ROLLBACK")
    other.close()
    assert {type(answer) for answer in answers} == {Unavailable}
    assert waited < 2 * LIMIT, "the wait for the turn and that for the database add up"
    with app.app_context():
        change_profile(acting(people[0]), name="Somebody")
    assert name_of(app, people[0]) == "Somebody"


def test_writers_that_come_together_all_get_their_turn(app):
    people = [make_user(app, f"Writer {n}") for n in range(WRITERS)]
    answers = at_once(
        app, [lambda who=who: change_profile(acting(who), name="Somebody").id for who in people]
    )
    assert answers == people


def test_a_form_that_finds_no_turn_is_told_when_to_send_it_again(app):
    ana = make_user(app, "Ana Lind")
    client = browser(app, ana)
    with writer_turn:
        answer = client.post("/me", data={"name": "Ana Other", "zone": "UTC"})
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) >= 1
    assert name_of(app, ana) == "Ana Lind"
