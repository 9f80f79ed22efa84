"""Two who use one thing at once: one of them gets in."""

import threading
import uuid

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.accounts import code_now, make_code_app, make_recovery_codes, make_user

from community.accounts.models import Asked, SignIn, WrongCodes
from community.accounts.operations import (
    Verdict,
    ask_passkey,
    begin_sign_in,
    finish_by_code,
    take_challenge,
)
from community.kernel.db import db
from community.kernel.errors import CommunityError

pytestmark = pytest.mark.races
AT_ONCE = 6


@pytest.fixture
def ana(app):
    return make_user(app)


def waiting_of(app, user_id):
    with app.app_context():
        return begin_sign_in(acting(user_id)).id


def at_once(app, calls):
    """Do all calls at the same moment, each in a thread with a connection; return the outcomes."""
    barrier, outcomes = threading.Barrier(len(calls)), []

    def run(call):
        with app.app_context():
            barrier.wait()
            try:
                outcomes.append(call())
            except CommunityError as error:
                outcomes.append(error)

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(outcomes) == len(calls)
    return outcomes


def opened(app):
    with app.app_context():
        return db.session.scalar(sa.select(sa.func.count()).select_from(SignIn))


@pytest.mark.parametrize("kind", ["app", "recovery"])
def test_one_code_lets_one_of_many_in(app, ana, kind):
    secret, codes = make_code_app(app, ana), make_recovery_codes(app, ana)
    code = code_now(secret) if kind == "app" else codes[0]
    waiting = [waiting_of(app, ana) for _number in range(AT_ONCE)]
    outcomes = at_once(
        app, [lambda key=key: finish_by_code(acting(ana), key, code) for key in waiting]
    )
    assert sum(isinstance(one, SignIn) for one in outcomes) == 1
    assert opened(app) == 1


def test_one_waiting_sign_in_becomes_one(app, ana):
    make_code_app(app, ana)
    codes = make_recovery_codes(app, ana)
    key = waiting_of(app, ana)
    outcomes = at_once(
        app,
        [lambda code=code: finish_by_code(acting(ana), key, code) for code in codes[:AT_ONCE]],
    )
    assert sum(isinstance(one, SignIn) for one in outcomes) == 1
    assert opened(app) == 1


def test_wrong_codes_are_counted_whoever_tries_them_at_once(app, ana):
    make_code_app(app, ana)
    waiting = [waiting_of(app, ana) for _number in range(AT_ONCE)]
    outcomes = at_once(
        app, [lambda key=key: finish_by_code(acting(ana), key, "000000") for key in waiting]
    )
    assert outcomes.count(Verdict.WRONG) == 5
    assert outcomes.count(Verdict.HELD) == 1
    with app.app_context():
        assert db.session.scalar(sa.select(WrongCodes.in_a_row)) == 5


def test_one_challenge_is_answered_once(app, ana):
    with app.app_context():
        key: uuid.UUID = ask_passkey(acting(ana), Asked.ADD).id
    outcomes = at_once(
        app, [lambda: take_challenge(acting(ana), key, Asked.ADD) for _number in range(AT_ONCE)]
    )
    assert sum(isinstance(one, bytes) for one in outcomes) == 1
