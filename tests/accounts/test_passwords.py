"""A lost password, and one that is changed."""

import datetime as dt

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from conftest import acting
from factories.accounts import PASSWORD, PASSWORD_HASH, make_sign_in, make_token, make_user
from factories.forms import send
from letters import link_in, text_of

from community.accounts.models import ApiToken, EmailProof, SignIn, User
from community.accounts.rules import verify_password
from community.cli.main import community
from community.kernel.db import db
from community.kernel.jobs import run_everything
from community.kernel.log import EventRow
from community.kernel.operation import unit_of_work

NEW = "nine loud gulls"


@pytest.fixture
def ana(app):
    return make_user(app, email="ana@example.org", password_hash=PASSWORD_HASH)


def ask(client, email="ana@example.org"):
    return send(client, "/reset", "/reset", email=email)


def has(app, user_id, password):
    with app.app_context():
        return verify_password(db.session.get_one(User, user_id).password_hash, password)


def test_a_lost_password_is_chosen_anew_by_a_letter_and_everything_ends(app, browse, ana, postbox):
    make_sign_in(app, ana)
    make_token(app, ana)
    client = browse(None)
    assert "If ana@example.org has an account here" in ask(client).text
    path = link_in(app, postbox, "ana@example.org")
    answer = send(client, path, path, password=NEW)
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert client.get("/me").status_code == 302  # nobody is signed in by a letter alone
    assert has(app, ana, NEW)
    with app.app_context():
        assert db.session.scalar(sa.select(SignIn.id).where(SignIn.ended_at.is_(None))) is None
        assert (
            db.session.scalar(sa.select(ApiToken.id).where(ApiToken.revoked_at.is_(None))) is None
        )
        assert db.session.get_one(User, ana).email_verified_at is not None
    assert client.get(path).status_code == 404  # once
    run_everything(app)
    assert "password of your account was changed" in text_of(postbox.letters[-1])


def test_the_link_works_for_an_hour(app, browse, ana, postbox):
    client = browse(None)
    ask(client)
    path = link_in(app, postbox, "ana@example.org")
    with app.app_context(), unit_of_work(acting(None)):
        past = acting(None).now - dt.timedelta(seconds=1)
        db.session.execute(sa.update(EmailProof).values(expires_at=past))
    assert client.get(path).status_code == 404
    assert has(app, ana, PASSWORD)


def test_another_letter_takes_the_place_of_the_first(app, browse, ana, postbox):
    client = browse(None)
    ask(client)
    first = link_in(app, postbox, "ana@example.org")
    ask(client)
    second = link_in(app, postbox, "ana@example.org")
    assert client.get(first).status_code == 404
    assert client.get(second).status_code == 200


def test_a_letter_that_is_late_is_not_sent_once_another_took_its_place(app, browse, ana, postbox):
    ask(browse(None))
    ask(browse(None))
    run_everything(app)
    assert len(postbox.letters) == 1


def test_a_changed_password_ends_the_link(app, browse, ana, postbox):
    ask(browse(None))
    path = link_in(app, postbox, "ana@example.org")
    form = {"password": PASSWORD, "new_password": NEW}
    assert send(browse(ana), "/me/security", "/me/password", **form).status_code == 303
    assert browse(None).get(path).status_code == 404


def test_a_changed_password_ends_other_browsers_and_renews_this_one(app, browse, ana):
    here, there = browse(ana), browse(ana)
    _key, secret = make_token(app, ana)
    with here.session_transaction() as session:
        before = session["_user_id"]
    here.environ_base.pop("HTTP_X_CSRFTOKEN")
    form = {"password": PASSWORD, "new_password": NEW}
    assert send(here, "/me/security", "/me/password", **form).status_code == 303
    assert here.get("/me").status_code == 200
    assert there.get("/me").status_code == 302
    with here.session_transaction() as session:
        assert session["_user_id"] != before
    me = app.test_client().get("/api/v1/me", headers={"Authorization": f"Bearer {secret}"})
    assert me.status_code == 401  # a token is the quiet way to stay
    assert has(app, ana, NEW)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"password": "not this one"}, "password"),
        ({"new_password": "short"}, "new_password"),
        ({"new_password": "password123"}, "new_password"),
        ({"new_password": "ana@example.org"}, "new_password"),
    ],
)
def test_a_password_that_cannot_be_taken_is_named_and_changes_nothing(
    app, browse, ana, typed, field
):
    form = {"password": PASSWORD, "new_password": NEW, **typed}
    answer = send(browse(ana), "/me/security", "/me/password", **form)
    assert answer.status_code == 422
    assert f'id="f-{field}-error"' in answer.text
    assert NEW not in answer.text
    assert has(app, ana, PASSWORD)


def test_a_weak_password_is_refused_at_the_end_of_a_letter_too(app, browse, ana, postbox):
    ask(browse(None))
    path = link_in(app, postbox, "ana@example.org")
    client = browse(None)
    assert send(client, path, path, password="ana lind ana").status_code == 422
    assert send(client, path, path, password=NEW).status_code == 303  # the link is not used up


def test_an_operator_hands_over_a_link_when_mail_is_away(app, browse, ana):
    def run(email):
        args = ["user", "reset-link", "--email", email]
        return CliRunner().invoke(community, args, obj=lambda: app)

    printed = run("ANA@example.org").stdout.strip()
    path = printed.removeprefix("http://127.0.0.1:8000")
    client = browse(None)
    assert send(client, path, path, password=NEW).status_code == 303
    assert has(app, ana, NEW)
    with app.app_context():
        made = sa.select(EventRow.actor_id, EventRow.payload).where(
            EventRow.name == "accounts.reset_link_made"
        )
        assert db.session.execute(made).all() == [(None, {"user_id": str(ana)})]
    refused = run("nobody@example.org")
    assert refused.exit_code == 2
    assert "--email" in refused.output
