"""There is no way round the second factor."""

import datetime as dt
import uuid
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine
from conftest import acting
from factories.accounts import (
    PASSWORD,
    PASSWORD_HASH,
    code_now,
    make_code_app,
    make_recovery_codes,
    make_user,
)
from factories.forms import send

from community.accounts.models import SignIn, WaitingSignIn
from community.accounts.operations import end_sign_ins
from community.kernel.db import db

ROOT = Path(__file__).resolve().parents[2] / "community"
SECOND = "/sign-in/second"


@pytest.fixture
def ana(app):
    return make_user(app, email="ana@example.org", password_hash=PASSWORD_HASH)


@pytest.fixture
def secret(app, ana):
    return make_code_app(app, ana)


def by_password(client, **more):
    typed = {"email": "ana@example.org", "password": PASSWORD, **more}
    return send(client, "/sign-in", "/sign-in", **typed)


def by_code(client, code, **more):
    return send(client, SECOND, SECOND, code=code, **more)


def sign_ins(app):
    with app.app_context():
        return db.session.scalars(sa.select(SignIn).order_by(SignIn.id)).all()


def waiting(app):
    with app.app_context():
        return db.session.scalars(sa.select(WaitingSignIn).order_by(WaitingSignIn.id)).all()


def test_only_the_gate_opens_a_sign_in():
    callers = {
        path.relative_to(ROOT).as_posix()
        for path in ROOT.rglob("*.py")
        if "open_sign_in(" in path.read_text("utf-8").replace("def open_sign_in(", "")
    }
    assert callers == {"accounts/operations/gate.py"}


def test_a_password_alone_opens_nothing(browse, app, secret):
    client = browse(None)
    answer = by_password(client, next="/me?x=1")
    assert answer.location == SECOND + "?next=/me?x%3D1"
    assert client.get("/me").status_code == 302
    assert sign_ins(app) == []


def test_a_code_finishes_it_and_leads_onward(browse, app, secret):
    client = browse(None)
    by_password(client)
    answer = by_code(client, code_now(secret), next="/me?x=1")
    assert answer.location == "/me?x=1"
    assert client.get("/me").status_code == 200
    [row] = sign_ins(app)
    assert row.strong
    with client.session_transaction() as session:
        assert "waiting" not in session


def test_who_has_no_second_factor_is_in_at_once_and_not_strongly(browse, app, ana):
    by_password(browse(None))
    [row] = sign_ins(app)
    assert not row.strong


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_a_clock_may_be_half_a_minute_wrong(browse, app, secret, steps):
    client = browse(None)
    with time_machine.travel(dt.datetime(2026, 11, 23, 15, 0, 10, tzinfo=dt.UTC), tick=False):
        by_password(client)
        assert by_code(client, code_now(secret, steps)).status_code == 303


@pytest.mark.parametrize("steps", [-2, 2])
def test_but_not_more(browse, app, secret, steps):
    client = browse(None)
    with time_machine.travel(dt.datetime(2026, 11, 23, 15, 0, 10, tzinfo=dt.UTC), tick=False):
        by_password(client)
        assert by_code(client, code_now(secret, steps)).status_code == 422
    assert sign_ins(app) == []


def test_a_code_works_once_and_so_does_what_came_before_it(browse, app, secret):
    with time_machine.travel(dt.datetime(2026, 11, 23, 15, 0, 10, tzinfo=dt.UTC), tick=False):
        here, there = browse(None), browse(None)
        by_password(here)
        by_password(there)
        assert by_code(here, code_now(secret)).status_code == 303
        for steps in (0, -1):
            assert by_code(there, code_now(secret, steps)).status_code == 422
        assert by_code(there, code_now(secret, 1)).status_code == 303


def test_a_recovery_code_works_once_however_it_is_typed(browse, app, ana, secret):
    code = make_recovery_codes(app, ana)[3]
    client = browse(None)
    by_password(client)
    assert by_code(client, " " + code.lower().replace("-", " ")).status_code == 303
    again = browse(None)
    by_password(again)
    assert by_code(again, code).status_code == 422
    assert len(sign_ins(app)) == 1


def test_anothers_codes_are_wrong(browse, app, secret):
    bo = make_user(app, "Bo")
    theirs = [code_now(make_code_app(app, bo)), make_recovery_codes(app, bo)[0]]
    client = browse(None)
    by_password(client)
    for code in theirs:
        assert by_code(client, code).status_code == 422
    assert sign_ins(app) == []


def test_a_waiting_sign_in_is_no_cookie(browse, app, ana, secret):
    by_password(browse(None))
    [row] = waiting(app)
    thief = browse(None)
    with thief.session_transaction() as session:
        session["_user_id"] = str(row.id)
        session["_fresh"] = True
    assert thief.get("/me").status_code == 302


def test_it_waits_in_the_browser_that_proved_the_first_factor_only(browse, app, secret):
    by_password(browse(None))
    [row] = waiting(app)
    elsewhere = browse(None)
    elsewhere.get("/sign-in")
    token = elsewhere.get("/sign-in").text.split('name="csrf_token" value="')[1].split('"')[0]
    answer = elsewhere.post(
        SECOND, data={"csrf_token": token, "code": code_now(secret), "next": str(row.id)}
    )
    assert answer.location.startswith("/sign-in")
    assert elsewhere.get("/me").status_code == 302
    assert sign_ins(app) == []


def test_it_waits_for_one_account(browse, app, ana, secret):
    bo = make_user(app, "Bo", email="bo@example.org", password_hash=PASSWORD_HASH)
    make_code_app(app, bo)
    client = browse(None)
    by_password(client)
    by_password(client, email="bo@example.org")
    assert by_code(client, code_now(secret)).status_code == 422
    assert sign_ins(app) == []


def test_it_does_not_wait_for_ever(browse, app, secret):
    start = dt.datetime(2026, 11, 23, 15, 0, 10, tzinfo=dt.UTC)
    client = browse(None)
    with time_machine.travel(start, tick=False):
        by_password(client)
        token = client.get(SECOND).text.split('name="csrf_token" value="')[1].split('"')[0]
    with time_machine.travel(start + dt.timedelta(minutes=11), tick=False):
        answer = client.post(SECOND, data={"csrf_token": token, "code": code_now(secret)})
    assert answer.location == "/sign-in"
    assert sign_ins(app) == []


def test_it_is_used_once(browse, app, ana, secret):
    codes = make_recovery_codes(app, ana)
    client, copied = browse(None), browse(None)
    by_password(client)
    with client.session_transaction() as mine, copied.session_transaction() as theirs:
        theirs.update(mine)
    page = copied.get(SECOND).text.split('name="csrf_token" value="')[1].split('"')[0]
    assert by_code(client, codes[0]).status_code == 303
    answer = copied.post(SECOND, data={"csrf_token": page, "code": codes[1]})
    assert answer.location == "/sign-in"
    assert len(sign_ins(app)) == 1


def test_five_wrong_codes_and_nothing_is_taken_for_a_while(browse, app, ana, secret):
    codes = make_recovery_codes(app, ana)
    start = dt.datetime(2026, 11, 23, 15, 0, 10, tzinfo=dt.UTC)
    client = browse(None)
    with time_machine.travel(start, tick=False):
        by_password(client)
        answers = [by_code(client, "000000").status_code for _try in range(5)]
        assert answers == [422] * 4 + [303]  # the last one leads back to the door
        by_password(client)
        for right in (code_now(secret), codes[0]):
            refused = by_code(client, right)
            assert refused.status_code == 422
            assert "Too many wrong codes" in refused.text
    with time_machine.travel(start + dt.timedelta(minutes=16), tick=False):
        by_password(client)
        assert by_code(client, code_now(secret)).status_code == 303
    assert len(sign_ins(app)) == 1


def test_each_round_of_wrong_codes_holds_longer(browse, app, ana, secret):
    at = dt.datetime(2026, 11, 23, 15, 0, 10, tzinfo=dt.UTC)
    client = browse(None)
    for minutes in (15, 30, 60):
        with time_machine.travel(at, tick=False):
            by_password(client)
            for _try in range(5):
                by_code(client, "000000")
        with time_machine.travel(at + dt.timedelta(minutes=minutes - 1), tick=False):
            by_password(client)
            assert by_code(client, code_now(secret)).status_code == 422
        at += dt.timedelta(minutes=minutes + 1)


def test_a_person_deactivated_while_waiting_is_not_let_in(browse, app, ana, secret):
    client = browse(None)
    by_password(client)
    token = client.get(SECOND).text.split('name="csrf_token" value="')[1].split('"')[0]
    with app.app_context(), db.engines["write"].begin() as connection:
        connection.execute(
            sa.text(
                "UPDATE user_account SET deactivated_at = created_at WHERE id = :id"
            ).bindparams(sa.bindparam("id", ana, type_=sa.Uuid()))
        )
    answer = client.post(SECOND, data={"csrf_token": token, "code": code_now(secret)})
    assert answer.location == "/sign-in"
    assert sign_ins(app) == []


def test_the_page_is_there_only_for_who_waits(browse, app, ana):
    assert browse(None).get(SECOND).location == "/sign-in"
    client = browse(None)
    with client.session_transaction() as session:
        session["waiting"] = str(uuid.uuid4())
    assert client.get(SECOND).location == "/sign-in"
    assert browse(ana).get(SECOND).location == "/sign-in"


def test_the_page_of_the_second_factor_is_kept_nowhere(browse, app, secret):
    client = browse(None)
    by_password(client)
    assert client.get(SECOND).headers["Cache-Control"] == "no-store"


def test_an_empty_or_endless_code_is_named(browse, app, secret):
    client = browse(None)
    by_password(client)
    for code in ("", "  ", "1" * 65):
        answer = by_code(client, code)
        assert answer.status_code == 422
        assert 'id="f-code-error"' in answer.text


def test_a_class_at_one_address_is_not_held_up(strict, app):
    for number in range(25):
        email = f"p{number}@example.org"
        secret = make_code_app(app, make_user(app, email=email, password_hash=PASSWORD_HASH))
        client = strict.test_client()
        by_password(client, email=email)
        assert by_code(client, code_now(secret)).status_code == 303


def test_what_waits_ends_with_the_password_that_began_it(browse, app, ana, secret):
    thief = browse(None)
    by_password(thief)
    token = thief.get(SECOND).text.split('name="csrf_token" value="')[1].split('"')[0]
    with app.app_context():
        end_sign_ins(acting(ana))  # as a changed or lost password does
    answer = thief.post(SECOND, data={"csrf_token": token, "code": code_now(secret)})
    assert answer.location == "/sign-in"
    assert sign_ins(app) == []
