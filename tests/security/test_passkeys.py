"""Passkeys: what holds, and what somebody else might try."""

import dataclasses
import datetime as dt
import json
import uuid
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
import time_machine
from conftest import browser, built
from factories.accounts import PASSWORD, PASSWORD_HASH, make_passkey, make_user
from factories.authenticator import Authenticator
from factories.forms import send

from community.accounts.formats.passkeys import Site, site_of
from community.accounts.models import Passkey, SignIn
from community.kernel.db import WRITE, db
from community.kernel.jobs import run_everything

ORIGIN = "http://localhost:8000"


@pytest.fixture(scope="module")
def named(settings):
    yield from built(dataclasses.replace(settings, base_url=ORIGIN))


@pytest.fixture
def site(named, app):
    """The application under a name, as passkeys want it, with an empty database."""
    return named


@pytest.fixture
def ana(app):
    return make_user(app, email="ana@example.org", password_hash=PASSWORD_HASH)


@pytest.fixture
def key(app, ana):
    """A passkey of Ana's, on a device that knows her."""
    made = Authenticator(ORIGIN)
    make_passkey(app, ana, made)
    return made


def token_of(client, page):
    return client.get(page).text.split('name="csrf_token" value="')[1].split('"')[0]


def asked(client, page, challenge):
    answer = client.post(challenge, headers={"X-CSRFToken": token_of(client, page)})
    assert answer.status_code == 200, answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.get_json()


def knock(client, answer, **more):
    data = {"csrf_token": token_of(client, more.pop("page", "/sign-in")), "answer": answer, **more}
    return client.post("/sign-in/passkey", data=data)


def options(client):
    return asked(client, "/sign-in", "/sign-in/passkey/challenge")


def sign_ins(app):
    with app.app_context():
        return db.session.scalars(sa.select(SignIn).order_by(SignIn.id)).all()


def is_in(client):
    return client.get("/me").status_code == 200


# ------------------------------------------------------------------ alone


def test_a_passkey_alone_signs_in_and_strongly(site, key):
    client = browser(site, None)
    given = options(client)
    assert given["userVerification"] == "required"
    assert given["allowCredentials"] == []
    assert given["rpId"] == "localhost"
    answer = knock(client, key.sign(given), next="/me?x=1")
    assert answer.location == "/me?x=1"
    assert is_in(client)
    [row] = sign_ins(site)
    assert row.strong


def test_what_was_signed_once_opens_nothing_again(site, key):
    here, there = browser(site, None), browser(site, None)
    signed = key.sign(options(here))
    assert knock(here, signed).status_code == 303
    assert knock(here, signed, page="/me").status_code == 422
    options(there)
    assert knock(there, signed).status_code == 422
    assert not is_in(there)
    assert len(sign_ins(site)) == 1


def test_a_challenge_is_answered_by_the_browser_that_was_asked(site, key):
    here, there = browser(site, None), browser(site, None)
    given = options(here)
    assert knock(there, key.sign(given)).status_code == 422
    assert sign_ins(site) == []


def test_a_wrong_answer_uses_the_challenge_up(site, key):
    client = browser(site, None)
    given = options(client)
    assert knock(client, key.sign(given, origin="https://evil.example")).status_code == 422
    assert knock(client, key.sign(given)).status_code == 422


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "https://localhost.evil.example"},
        {"origin": "http://localhost:8001"},
        {"origin": "https://localhost:8000"},
        {"rp_id": "evil.example"},
        {"challenge": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"},
        {"handle": False},
    ],
)
def test_another_site_another_challenge_or_nobody_is_refused(site, key, wrong):
    client = browser(site, None)
    answer = knock(client, key.sign(options(client), **wrong))
    assert answer.status_code == 422
    assert not is_in(client)


def test_the_site_is_what_the_settings_say_whatever_a_request_says(site, key):
    client = browser(site, None)
    where = {"base_url": "https://evil.example", "headers": {"X-Forwarded-Host": "evil.example"}}
    client.get("/sign-in", **where)
    given = options(client)
    assert given["rpId"] == "localhost"


def test_a_device_that_does_not_know_its_owner_does_not_sign_in_alone(site, key):
    key.verifies = False
    client = browser(site, None)
    assert knock(client, key.sign(options(client))).status_code == 422
    assert not is_in(client)


def test_anothers_key_under_ones_own_name_is_refused(site, app, ana, key):
    other = Authenticator(ORIGIN, credential_id=key.credential_id)
    other.belong_to(ana)
    client = browser(site, None)
    assert knock(client, other.sign(options(client))).status_code == 422


def test_one_does_not_sign_in_as_another_by_their_handle(site, app, key):
    bo = make_user(app, "Bo")
    key.belong_to(bo)
    client = browser(site, None)
    assert knock(client, key.sign(options(client))).status_code == 422
    assert sign_ins(site) == []


def test_a_key_nobody_knows_gets_the_same_answer_as_a_wrong_one(site, key):
    unknown = Authenticator(ORIGIN)
    unknown.belong_to(uuid.uuid4())
    key.verifies = False
    texts = []
    for device in (key, unknown):
        client = browser(site, None)
        answer = knock(client, device.sign(options(client)))
        assert answer.status_code == 422
        texts.append("This passkey does not work here" in answer.text)
    assert texts == [True, True]


@pytest.mark.parametrize(
    "answer",
    [
        *("", "x", "[]", "null", "{}", '{"id": 1}', '{"id": "a"}', "[" * 5000),
        *('{"id":"' + "a" * 30_000, '{"id": "a\\u0000b"}', '{"id": "\\u0000"}', '{"id": "\u00e9"}'),
        *('{"id": "a=="}', '{"id": "a\\n"}', '{"id": "' + "a" * 1_367 + '"}'),
    ],
)
def test_what_is_no_answer_is_refused(site, key, answer):
    client = browser(site, None)
    options(client)
    assert knock(client, answer).status_code == 422


def test_an_answer_spoilt_anywhere_is_refused(site, key):
    client = browser(site, None)
    for path in ("clientDataJSON", "authenticatorData", "signature", "userHandle"):
        for value in ("", "AA", "é", 1, None, [], {"a": 1}):
            whole = json.loads(key.sign(options(client)))
            whole["response"][path] = value
            answer = knock(client, json.dumps(whole))
            assert answer.status_code == 422, (path, value)
    for field in ("rawId", "type", "response"):
        for value in ("AA", 1, None, []):
            whole = json.loads(key.sign(options(client)))
            whole[field] = value
            assert knock(client, json.dumps(whole)).status_code == 422, (field, value)
    assert sign_ins(site) == []


def test_a_count_that_went_back_is_refused_and_told(site, key, postbox):
    client = browser(site, None)
    assert knock(client, key.sign(options(client))).status_code == 303
    key.count = 0
    copy = browser(site, None)
    answer = knock(copy, key.sign(options(copy)))
    assert answer.status_code == 422
    assert "may have been copied" in answer.text
    assert not is_in(copy)
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(days=2)):
        run_everything(site)
    told = postbox.text_to("ana@example.org")
    assert "only a copy of it would" in told
    assert f"{dt.datetime.now(ZoneInfo('Africa/Nairobi')).day} " in told


def test_a_device_that_does_not_count_signs_in_again_and_again(site, key):
    key.counts = False
    for _time in range(2):
        client = browser(site, None)
        assert knock(client, key.sign(options(client))).status_code == 303


def test_a_person_who_was_deactivated_does_not_sign_in(site, app, ana, key):
    with app.app_context(), db.engines[WRITE].begin() as connection:
        connection.execute(
            sa.text(
                "UPDATE user_account SET deactivated_at = created_at WHERE id = :id"
            ).bindparams(sa.bindparam("id", ana, type_=sa.Uuid()))
        )
    client = browser(site, None)
    assert knock(client, key.sign(options(client))).status_code == 422


def test_asking_needs_a_token_against_forgery(site, key):
    assert browser(site, None).post("/sign-in/passkey/challenge").status_code == 400


@pytest.mark.parametrize(
    "base_url", ["http://127.0.0.1:8000", "https://192.0.2.7", "http://learn.example.org"]
)
def test_where_no_browser_makes_passkeys_none_are_offered(settings, base_url):
    assert site_of(dataclasses.replace(settings, base_url=base_url)) is None


@pytest.mark.parametrize(
    ("base_url", "site"),
    [
        ("https://Learn.example.org/here", ("learn.example.org", "https://learn.example.org")),
        ("https://x.org:8443", ("x.org", "https://x.org:8443")),
        ("http://localhost:8000", ("localhost", "http://localhost:8000")),
    ],
)
def test_the_site_has_a_name_and_an_origin(settings, base_url, site):
    found = site_of(dataclasses.replace(settings, base_url=base_url))
    assert found == Site(*site, settings.network_name)


def test_without_a_site_for_them_their_pages_are_not_there(app, browse, ana):
    client = browse(ana)
    assert "data-passkey" not in client.get("/me/passkeys/new").text
    assert client.post("/me/passkeys/challenge").status_code == 404
    assert "data-passkey" not in browse(None).get("/sign-in").text


# ------------------------------------------------------------------ as second factor


def by_password(client):
    data = {"email": "ana@example.org", "password": PASSWORD}
    return send(client, "/sign-in", "/sign-in", **data)


def second(client, answer):
    data = {"csrf_token": token_of(client, "/sign-in/second"), "answer": answer}
    return client.post("/sign-in/second/passkey", data=data)


def second_options(client):
    return asked(client, "/sign-in/second", "/sign-in/second/challenge")


def test_a_passkey_is_the_second_factor_of_its_owner(site, key):
    key.verifies = False  # the password proved the rest
    client = browser(site, None)
    assert by_password(client).location == "/sign-in/second"
    given = second_options(client)
    assert [one["id"] for one in given["allowCredentials"]] == [json.loads(key.sign(given))["id"]]
    assert second(client, key.sign(given, handle=False)).status_code == 303
    assert is_in(client)
    [row] = sign_ins(site)
    assert row.strong


def test_anothers_passkey_is_no_second_factor_of_mine(site, app, key):
    bo = make_user(app, "Bo")
    theirs = Authenticator(ORIGIN)
    make_passkey(app, bo, theirs)
    client = browser(site, None)
    by_password(client)
    for handle in (True, False):
        assert second(client, theirs.sign(second_options(client), handle=handle)).status_code == 422
    assert sign_ins(site) == []


def test_a_challenge_for_one_purpose_is_none_for_another(site, key):
    client = browser(site, None)
    by_password(client)
    given = second_options(client)
    assert knock(client, key.sign(given)).status_code == 422
    given = options(client)
    by_password(client)
    assert second(client, key.sign(given)).status_code in {303, 422}
    assert not is_in(client)


@pytest.mark.parametrize("knows", [True, False])
def test_a_touch_proves_nothing_at_an_open_browser_where_the_device_does_not_know_its_owner(
    site, ana, key, knows
):
    client = browser(site, ana)
    token = {"X-CSRFToken": token_of(client, "/me")}
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(hours=1), tick=False):
        given = client.post("/prove/passkey/challenge", headers=token).get_json()
        assert given["userVerification"] == "required"
        key.verifies = knows
        answer = client.post("/prove/passkey", data={"answer": key.sign(given)}, headers=token)
        assert answer.status_code == (303 if knows else 422)
        assert client.get("/me/delete").status_code == (200 if knows else 302)


def test_nobody_is_asked_for_a_second_factor_who_proved_no_first(site, key):
    client = browser(site, None)
    token = token_of(client, "/sign-in")
    answer = client.post("/sign-in/second/challenge", headers={"X-CSRFToken": token})
    assert answer.status_code == 409
    answer = client.post("/sign-in/second/passkey", data={"csrf_token": token, "answer": "{}"})
    assert answer.location == "/sign-in"


# ------------------------------------------------------------------ one's own


def add(client, device, label="My phone", **more):
    given = asked(client, "/me/passkeys/new", "/me/passkeys/challenge")
    token = token_of(client, "/me/passkeys/new")
    made = device.make(given, **more)
    return client.post(
        "/me/passkeys/new", data={"csrf_token": token, "answer": made, "label": label}
    )


def test_a_passkey_is_added_listed_named_anew_and_removed(site, ana, postbox):
    client, device = browser(site, ana), Authenticator(ORIGIN, backed_up=True)
    answer = add(client, device)
    assert answer.status_code == 200  # the first brings recovery codes
    assert answer.headers["Cache-Control"] == "no-store"
    page = client.get("/me/factors").text
    assert "My phone" in page
    assert "on all your devices" in page
    with site.app_context():
        key_id = db.session.scalar(sa.select(Passkey.id))
    send(client, "/me/factors", f"/me/passkeys/{key_id}/rename", label="Old phone")
    assert "Old phone" in client.get("/me/factors").text
    fresh = browser(site, None)
    assert knock(fresh, device.sign(options(fresh))).status_code == 303
    send(client, "/me/factors", f"/me/passkeys/{key_id}/remove")
    again = browser(site, None)
    assert knock(again, device.sign(options(again))).status_code == 422
    run_everything(site)
    subjects = [letter["Subject"] for letter in postbox.letters_to("ana@example.org")]
    assert subjects == [
        "A passkey was added to your account",
        "A passkey was removed from your account",
    ]


def test_removing_it_leaves_the_sign_in_but_not_its_strength(site, app, ana, key):
    client = browser(site, None)
    knock(client, key.sign(options(client)))
    assert sign_ins(site)[0].strong
    with site.app_context():
        key_id = db.session.scalar(sa.select(Passkey.id))
    send(client, "/me/factors", f"/me/passkeys/{key_id}/remove")
    assert is_in(client)
    assert not sign_ins(site)[0].strong


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "https://evil.example"},
        {"rp_id": "evil.example"},
        {"challenge": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"},
    ],
)
def test_a_passkey_made_elsewhere_is_not_kept(site, ana, wrong):
    answer = add(browser(site, ana), Authenticator(ORIGIN), **wrong)
    assert answer.status_code == 422
    with site.app_context():
        assert db.session.scalar(sa.select(Passkey.id)) is None


def test_a_passkey_belongs_to_one_person(site, app, ana):
    bo, device = make_user(app, "Bo"), Authenticator(ORIGIN)
    assert add(browser(site, ana), device).status_code == 200
    assert add(browser(site, bo), device).status_code == 409


def test_ones_own_devices_are_named_so_that_they_make_no_second_key(site, ana, key):
    client = browser(site, ana)
    given = asked(client, "/me/passkeys/new", "/me/passkeys/challenge")
    assert [one["type"] for one in given["excludeCredentials"]] == ["public-key"]
    assert given["authenticatorSelection"]["residentKey"] == "preferred"
    assert given["user"]["id"] != "ana@example.org"


def test_anothers_passkey_is_not_there(site, app, ana, key):
    bo = browser(site, make_user(app, "Bo"))
    with site.app_context():
        key_id = db.session.scalar(sa.select(Passkey.id))
    for address in (f"/me/passkeys/{key_id}", f"/me/passkeys/{uuid.uuid4()}"):
        assert bo.post(f"{address}/rename", data={"label": "Mine"}).status_code == 404
        assert bo.post(f"{address}/remove").status_code == 404
    assert "My key" not in bo.get("/me/factors").text


def test_twenty_are_enough(site, app, ana):
    for _number in range(20):
        make_passkey(app, ana, Authenticator(ORIGIN))
    assert add(browser(site, ana), Authenticator(ORIGIN)).status_code == 409
