"""A password is chosen anew while the one before it is being verified, which takes a while."""

import threading
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from conftest import acting
from factories.accounts import PASSWORD, PASSWORD_HASH, make_user
from factories.forms import send
from races.parallel import at_once

from community.accounts.models import SignIn, User, WaitingSignIn
from community.accounts.operations import ask_reset, begin_sign_in, change_password, reset_password
from community.accounts.rules import hash_password, verify_password
from community.kernel.db import db
from community.kernel.errors import Conflict, Unauthenticated
from community.kernel.secrets import derive

pytestmark = pytest.mark.races
EMAIL = "ana@example.org"
NEW_HASH = hash_password("nine loud gulls")
WEAKER = PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1).hash(PASSWORD)


@pytest.fixture
def ana(app):
    return make_user(app, email=EMAIL, password_hash=PASSWORD_HASH)


@contextmanager
def once_read(act):
    """Do something, whole and by another, at the moment a request has read somebody's hash."""
    done = threading.Event()

    def after(_connection, _cursor, statement, *_rest):
        if "password_hash" in statement.partition("FROM")[0] and not done.is_set():
            done.set()
            other = threading.Thread(target=act)
            other.start()
            other.join(20)

    sa.event.listen(sa.Engine, "after_cursor_execute", after)
    try:
        yield
    finally:
        sa.event.remove(sa.Engine, "after_cursor_execute", after)
    assert done.is_set()


def resetting(app, user_id):
    def reset():
        with app.app_context():
            proof = ask_reset(acting(None), email=EMAIL)
            secret = derive("email_proof", proof.id)
            reset_password(acting(user_id), secret, password_hash=NEW_HASH)

    return reset


def kept_hash(app, user_id):
    with app.app_context():
        return db.session.get_one(User, user_id).password_hash


def open_ones(app):
    with app.app_context():
        opened = db.session.scalars(sa.select(SignIn.id).where(SignIn.ended_at.is_(None))).all()
        return [*opened, *db.session.scalars(sa.select(WaitingSignIn.id)).all()]


@pytest.mark.parametrize("kept", [PASSWORD_HASH, WEAKER], ids=["today's hash", "a weak hash"])
def test_the_former_password_opens_nothing_that_a_reset_did_not_see(app, browse, kept):
    ana = make_user(app, email=EMAIL, password_hash=kept)
    with once_read(resetting(app, ana)):
        answer = send(browse(None), "/sign-in", "/sign-in", email=EMAIL, password=PASSWORD)
    assert answer.status_code == 422
    assert "do not belong together" in answer.text
    assert open_ones(app) == []
    assert kept_hash(app, ana) == NEW_HASH  # no stronger hash of the former one in its place


def test_a_change_by_the_former_password_does_not_undo_a_reset(app, browse, ana):
    client = browse(ana)
    page = client.get("/me/security")
    assert page.status_code == 200
    with once_read(resetting(app, ana)):
        form = {"password": PASSWORD, "new_password": "four other words here"}
        answer = client.post("/me/password", data=form)
    assert answer.status_code == 401
    assert "You were signed out" in answer.text
    assert kept_hash(app, ana) == NEW_HASH
    assert open_ones(app) == []


def test_two_sign_ins_at_once_that_renew_a_weak_hash_both_get_in(app, browse):
    make_user(app, email=EMAIL, password_hash=WEAKER)

    def another():
        answer = send(browse(None), "/sign-in", "/sign-in", email=EMAIL, password=PASSWORD)
        assert answer.status_code == 303

    with once_read(another):
        answer = send(browse(None), "/sign-in", "/sign-in", email=EMAIL, password=PASSWORD)
    assert answer.status_code == 303
    assert len(open_ones(app)) == 2


def test_of_two_changes_at_once_one_is_made(app, ana):
    with app.app_context():
        mine = [begin_sign_in(acting(ana)).id for _number in range(2)]
    hashes = [hash_password("nine loud gulls"), hash_password("ten quiet terns")]
    answers = at_once(
        app,
        [
            lambda key=key, new=new: change_password(
                acting(ana), key, verified=PASSWORD_HASH, password_hash=new
            )
            for key, new in zip(mine, hashes, strict=True)
        ],
    )
    [done] = [one for one in answers if isinstance(one, SignIn)]
    [refused] = [one for one in answers if one is not done]
    assert isinstance(refused, Unauthenticated)
    assert kept_hash(app, ana) in hashes
    assert open_ones(app) == [done.id]


def test_a_hash_is_compared_with_the_one_that_is_kept(inside, ana):
    with pytest.raises(Conflict):
        begin_sign_in(acting(ana), verified=NEW_HASH, stronger_hash=WEAKER)
    mine = begin_sign_in(acting(ana), verified=PASSWORD_HASH).id
    with pytest.raises(Conflict):
        change_password(acting(ana), mine, verified=WEAKER, password_hash=NEW_HASH)
    assert verify_password(kept_hash(inside, ana), PASSWORD)
    assert open_ones(inside) == [mine]
