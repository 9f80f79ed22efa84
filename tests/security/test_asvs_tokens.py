"""What is signed and shown to a browser counts only as we signed it: our key, our way, our time."""

import datetime as dt
import hashlib

import pytest
import time_machine
from factories.accounts import PASSWORD, PASSWORD_HASH, make_sign_in, make_token, make_user
from factories.forms import csrf_in, send
from itsdangerous import URLSafeSerializer, URLSafeTimedSerializer
from itsdangerous.encoding import base64_encode

from community.correspondence.queries import behind, stop_token
from community.correspondence.rules import LetterKind
from community.kernel.json import dumps
from community.kernel.secrets import signed

ME = "/api/v1/me"
COOKIE = "community"
FOREIGN_KEY = "another-key-of-an-attacker-" + "y" * 20


@pytest.fixture
def ana(app):
    return make_user(app, email="ana@example.org", password_hash=PASSWORD_HASH)


def holds(app, cookie):
    client = app.test_client()
    client.set_cookie(COOKIE, cookie)
    return client.get(ME).status_code == 200


def signer(app):
    return app.session_interface.get_signing_serializer(app)


def claims(app, user_id, **more):
    return {"_user_id": str(make_sign_in(app, user_id, **more)), "_fresh": True}


def test_a_cookie_counts_as_we_signed_it_and_in_no_other_way(app, ana):
    said, salt = claims(app, ana), app.session_interface.salt
    whole = signer(app).dumps(said)
    assert holds(app, whole)
    payload, time, mark = whole.rsplit(".", 2)
    bare = base64_encode(dumps(said)).decode()
    head = base64_encode(b'{"alg":"none","typ":"JWT"}').decode()
    assert not holds(app, f"{payload}.{time}.")
    assert not holds(app, f"{payload}.{time}")
    assert not holds(app, f"{payload}.{time}.{mark[:-2]}AA")
    assert not holds(app, f"{bare}x.{time}.{mark}")
    assert not holds(app, f"{head}.{bare}.")
    for key, kwargs in (
        (FOREIGN_KEY, {"key_derivation": "hmac"}),
        ("", {"key_derivation": "hmac"}),
        (app.secret_key, {"key_derivation": "none"}),
        (app.secret_key, {"key_derivation": "hmac", "digest_method": hashlib.md5}),
    ):
        forged = URLSafeTimedSerializer(key, salt=salt, signer_kwargs=kwargs)
        assert not holds(app, forged.dumps(said))
    other = URLSafeTimedSerializer(app.secret_key, salt="wtf-csrf-token")
    assert not holds(app, other.dumps(said))  # what is signed for another purpose


def test_a_cookie_has_its_time_and_so_has_the_sign_in_behind_it(app, ana):
    now = dt.datetime.now(dt.UTC)
    far = claims(app, ana, expires_at=now + dt.timedelta(days=400))
    with time_machine.travel(now - dt.timedelta(days=32), tick=False):
        old = signer(app).dumps(far)
    assert not holds(app, old)
    assert holds(app, signer(app).dumps(far))
    over = claims(app, ana, expires_at=now - dt.timedelta(seconds=1))
    assert not holds(app, signer(app).dumps(over))


def test_a_link_that_stops_letters_is_signed_by_us_for_that(inside, ana):
    token = stop_token(ana, LetterKind.REMINDER)
    assert behind(token) == (ana, LetterKind.REMINDER)
    assert signed("something else", token) is None
    for key, salt in ((FOREIGN_KEY, "stop letters"), (inside.secret_key, "something else")):
        assert behind(URLSafeSerializer(key, salt=salt).dumps([ana.hex, "reminder"])) is None
    payload, mark = token.rsplit(".", 1)
    assert behind(f"{payload}x.{mark}") is None
    assert behind(payload) is None


def test_a_sign_in_is_another_each_time_and_the_browser_does_not_choose_it(app, browse, ana):
    seen = set()
    for _each in range(3):
        client = browse(None)
        with client.session_transaction() as session:
            session["_user_id"] = "0199a0a0-0000-7000-8000-000000000001"  # planted
        typed = {"email": "ana@example.org", "password": PASSWORD}
        assert send(client, "/sign-in", "/sign-in", **typed).status_code == 303
        with client.session_transaction() as session:
            seen.add(session["_user_id"])
    assert len(seen) == 3
    assert "0199a0a0-0000-7000-8000-000000000001" not in seen


@pytest.mark.parametrize(
    "name",
    ["token", "access_token", "api_key", "Authorization", "authorization", "session", COOKIE],
)
def test_nothing_in_an_address_signs_anybody_in(app, ana, name):
    _key, secret = make_token(app, ana)
    cookie = signer(app).dumps(claims(app, ana))
    for value in (secret, f"Bearer {secret}", cookie):
        assert app.test_client().get(ME, query_string={name: value}).status_code == 401
    bearer = {"Authorization": f"Bearer {secret}"}
    assert app.test_client().get(ME, headers=bearer).status_code == 200


def test_a_password_in_an_address_opens_nothing(app, browse, ana):
    client = browse(None)
    typed = {"email": "ana@example.org", "password": PASSWORD}
    page = client.get("/sign-in", query_string=typed)
    assert PASSWORD not in page.text
    token = csrf_in(page)
    answer = client.post("/sign-in", query_string=typed, data={"csrf_token": token})
    assert answer.status_code == 422
    assert client.get(ME).status_code == 401
