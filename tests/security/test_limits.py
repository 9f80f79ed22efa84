"""Limits count whom they mean: a person, an account, an address; and none is got round."""

import datetime as dt
import uuid

import pytest
import time_machine
from conftest import CSRF_SEED, acting, csrf_of
from factories.accounts import PASSWORD, PASSWORD_HASH, make_sign_in, make_token, make_user
from factories.forms import csrf_in, send
from factories.spaces import join, make_invitation, make_space

from community.accounts.models import RegistrationMode
from community.accounts.operations import change_site
from community.kernel.http import limiter
from community.kernel.jobs import run_everything
from community.kernel.sources import client_address
from community.spaces.models import Role

MOST = 240  # unsafe requests a minute


def signed_in(app, user_id):
    client = app.test_client()
    sign_in_id = make_sign_in(app, user_id)
    with client.session_transaction() as session:
        session["_user_id"], session["csrf_token"] = str(sign_in_id), CSRF_SEED
    client.environ_base["HTTP_X_CSRFTOKEN"] = csrf_of(app)
    return client


def change(client, **more):
    return client.patch("/api/v1/me", json={"name": "Somebody"}, **more).status_code


def test_a_class_behind_one_address_shares_no_limit(strict):
    greedy, other = (signed_in(strict, make_user(strict, name)) for name in ("Ana", "Bo"))
    answers = [change(greedy) for _ in range(MOST + 1)]
    assert answers == [200] * MOST + [429]
    assert change(other) == 200


def test_no_header_makes_a_new_person_or_address(strict):
    client = signed_in(strict, make_user(strict))
    lies = [{"X-Forwarded-For": f"10.0.{n // 250}.{n % 250}"} for n in range(MOST + 1)]
    answers = [change(client, headers=lie) for lie in lies]
    assert answers[-1] == 429


def test_a_person_counts_once_through_however_many_programs(strict):
    ana = make_user(strict)
    client = strict.test_client()
    programs = [{"Authorization": f"Bearer {make_token(strict, ana)[1]}"} for _each in range(3)]
    answers = [change(client, headers=programs[n % 3]) for n in range(MOST + 1)]
    assert answers == [200] * MOST + [429]
    assert change(signed_in(strict, ana)) == 429


def test_acts_that_waited_count_each_for_itself_and_hold_nothing_else_up(strict):
    ana, other = (signed_in(strict, make_user(strict, name)) for name in ("Ana", "Bo"))

    def tell(client, number):
        now = dt.datetime.now(dt.UTC).isoformat()
        nowhere = {"run_id": str(uuid.uuid4()), "activity_id": str(uuid.uuid4())}
        act = {**nowhere, "kind": "ticked", "at": now, "told": {"items": []}}
        acts = [{**act, "client_id": f"act-{each:06}"} for each in range(number)]
        return client.post("/api/v1/acts", json={"told_at": now, "acts": acts})

    assert [tell(ana, 80).status_code for _each in range(3)] == [200] * 3
    refused = tell(ana, 1)
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert tell(other, 1).status_code == 200
    assert change(ana) == 200
    for strange in (b"[", b"[1]", b'{"acts": 5}', b'{"acts": []}'):
        told = other.post("/api/v1/acts", data=strange, content_type="application/json")
        assert told.status_code in {400, 422}


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::9", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("192.0.2.7", "192.0.2.7"),
        ("unix:", "unix:"),
    ],
)
def test_a_household_is_one_source_however_many_addresses_it_has(app, address, key):
    with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
        assert client_address() == key


@pytest.mark.parametrize(
    ("page", "field"), [("/sign-in", "email"), ("/sign-in/passkey", "answer"), ("/reset", "email")]
)
def test_the_forms_of_strangers_count_it_so(strict, page, field):
    client = strict.test_client()
    token = csrf_in(client.get("/sign-in"))
    answers = [
        client.post(
            page,
            data={"csrf_token": token, field: f"no{n}@example.org"},
            environ_base={"REMOTE_ADDR": f"2001:db8::{n + 1:x}"},
        ).status_code
        for n in range(61)
    ]
    assert 429 not in answers[:60]
    assert answers[60] == 429


def test_what_is_refused_at_the_door_is_counted_too(strict):
    client = strict.test_client()
    wrong = {"Authorization": "Bearer no-such-token"}
    answers = [change(client, headers=wrong) for _ in range(MOST + 1)]
    assert answers == [401] * MOST + [429]
    limiter.reset()
    answers = [client.post("/sign-out").status_code for _ in range(MOST + 1)]
    assert answers == [401] * MOST + [429]
    forger = signed_in(strict, make_user(strict))
    forger.environ_base.pop("HTTP_X_CSRFTOKEN", None)
    answers = [forger.post("/sign-out").status_code for _ in range(MOST + 1)]
    assert answers == [400] * MOST + [429]


def test_an_address_with_blanks_before_it_is_the_same_account(strict):
    make_user(strict, "Ana", email="ana.lind@example.org")
    client = strict.test_client()
    guesses = [" " * (500 - n) + "ana.lind@example.org" for n in range(12)]
    answers = [
        send(client, "/sign-in", "/sign-in", email=email, password="not this one").status_code
        for email in guesses
    ]
    assert answers == [422] * 10 + [429] * 2
    right = {"email": guesses[3], "password": PASSWORD}
    assert send(client, "/sign-in", "/sign-in", **right).status_code == 429


def test_an_account_is_guessed_at_sixty_times_an_hour_however_slowly(strict):
    make_user(strict, "Ana", email="ana@example.org", password_hash=PASSWORD_HASH)
    client = strict.test_client()
    token = csrf_in(client.get("/sign-in"))
    guess = {"csrf_token": token, "email": "ana@example.org", "password": "not this one"}
    answers = []
    begun = (dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)).replace(minute=0)
    for minute in range(0, 14, 2):
        with time_machine.travel(begun + dt.timedelta(minutes=minute), tick=False):
            answers += [client.post("/sign-in", data=guess).status_code for _ in range(10)]
    assert answers == [422] * 60 + [429] * 10


# ------------------------------------------------------------------ letters to whoever was typed

NEWCOMER = {"name": "Nia New", "password": "nine loud gulls over", "zone": "UTC"}
VICTIM = "victim@example.org"


def invited(app):
    space, owner = make_space(app), make_user(app, "Olga Owner")
    join(app, space, owner, Role.OWNER)
    return make_invitation(app, space, owner)[1]


def test_a_join_link_writes_to_one_address_as_seldom_as_any_form(strict):
    path = f"/join/{invited(strict)}"
    client = strict.test_client()
    answers = [
        send(client, path, path, email=email, **NEWCOMER).status_code
        for email in (VICTIM, f" {VICTIM.upper()}", VICTIM, VICTIM, "else@example.org")
    ]
    assert answers == [200, 200, 200, 429, 200]


def test_members_who_join_by_one_link_type_no_address_and_share_no_limit(strict):
    path = f"/join/{invited(strict)}"
    answers = [
        signed_in(strict, make_user(strict, name)).post(path).status_code
        for name in ("Ana", "Bo", "Cleo", "Dan", "Eve")
    ]
    assert answers == [303] * 5


def test_asking_for_an_account_writes_to_one_address_three_times_a_minute(strict):
    with strict.app_context():
        change_site(acting(None, admin=True), registration=RegistrationMode.OPEN)
    client = strict.test_client()
    answers = [
        send(client, "/register", "/register", email=email, **NEWCOMER).status_code
        for email in (*[VICTIM] * 4, "else@example.org")
    ]
    assert answers == [200, 200, 200, 429, 200]


def test_a_person_has_letters_sent_to_new_addresses_three_times_a_minute(strict):
    client = signed_in(strict, make_user(strict, email="ana@example.org"))
    answers = [
        client.post("/me/address", data={"email": f"new{number}@example.org"}).status_code
        for number in range(4)
    ]
    assert answers == [303, 303, 303, 429]


def test_no_word_a_stranger_typed_goes_to_an_address_nobody_has_proved(app, browse, postbox):
    path = f"/join/{invited(app)}"
    words = {**NEWCOMER, "name": "Claim your prize at www.evil.example"}
    send(browse(None), path, path, email=VICTIM, **words)
    run_everything(app)
    [letter] = postbox.letters_to(VICTIM)
    assert "evil" not in letter.as_string()
    assert letter["To"] == VICTIM


def test_whom_one_may_mention_is_not_asked_without_end(strict):
    space_id, ana, bo = make_space(strict), make_user(strict, "Ana"), make_user(strict, "Bo")
    for each in (ana, bo):
        join(strict, space_id, each)
    where = f"/api/v1/spaces/{space_id}/mentionable?search=b"
    client = signed_in(strict, ana)
    answers = [client.get(where).status_code for _ in range(91)]
    assert answers == [200] * 90 + [429]
    assert signed_in(strict, bo).get(where).status_code == 200
