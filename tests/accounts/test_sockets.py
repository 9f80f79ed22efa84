"""Who asks over a socket whose sign-in is over, or that nobody knows, is told which it is."""

import datetime as dt
import time

import pytest
import sqlalchemy as sa
import time_machine
from conftest import acting
from factories.accounts import make_user
from realtime_client import open_door

from community.accounts.models import SignIn
from community.kernel.db import db
from community.kernel.keys import new_key
from community.kernel.operation import unit_of_work

ASK = ("thread.leave", {"thread_id": str(new_key())})  # the cheapest event there is


@pytest.fixture
def door(app, settings, browse):
    with open_door(settings, browse) as opened:
        yield opened


def run_out(app):
    """Let every sign-in have run its time: nobody ended it, so no row tells the watches."""
    with app.app_context(), unit_of_work(acting(None)) as uow:
        db.session.execute(sa.update(SignIn).values(expires_at=uow.ctx.now))


def test_whose_sign_in_is_over_is_told_so_and_let_go(app, door):
    member = door.connect(make_user(app))
    run_out(app)
    problem = member.refused(*ASK)
    assert (problem["status"], problem["code"]) == (401, "unauthenticated")
    patience = time.monotonic() + 10
    while member.connected:  # closed behind the answer
        assert time.monotonic() < patience, "the socket stays open"
        time.sleep(0.01)


def test_a_socket_that_only_listens_is_closed_when_its_sign_in_runs_out(app, door):
    member = door.connect(make_user(app))
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(hours=23)):
        door.watch.expired()
        assert member.connected
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(hours=25)):
        door.watch.expired()
        assert not member.connected


def test_a_socket_this_process_does_not_know_is_asked_to_come_again(app, door):
    member = door.connect(make_user(app))
    door.server.connections.clear()
    problem = member.refused(*ASK)
    assert problem["status"] == 503
    assert problem["retry_after"] >= 1


def test_what_is_no_object_is_refused_in_words(app, door):
    member = door.connect(make_user(app))
    problem = member.refused("thread.leave", ["no object"])
    assert problem["status"] == 422
    assert problem["fields"] == {"_schema": ["Send one object."]}
