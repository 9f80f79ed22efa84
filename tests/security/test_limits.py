"""Limits count whom they mean: a person, an account, an address; and none is got round."""

from conftest import CSRF_SEED, csrf_of
from factories.accounts import PASSWORD, make_sign_in, make_user
from factories.forms import send

from community.kernel.http import limiter

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
