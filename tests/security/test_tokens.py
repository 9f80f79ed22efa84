"""Tokens do what their scopes say, on every route; what they do not say is refused."""

import datetime as dt
import re
import uuid

import pytest
import sqlalchemy as sa
from factories.accounts import make_token, make_user
from factories.forms import send

from community.accounts.models import ApiToken, User
from community.accounts.operations import switch_off_account, switch_on_account
from community.accounts.queries import DOORKEEPER
from community.accounts.wiring import write_seen
from community.app import create_app
from community.kernel.context import Context
from community.kernel.db import WRITE, db
from community.kernel.doors import access_of, signed_in
from community.kernel.jobs import run_everything
from community.kernel.sign_in import SCOPES

ME = "/api/v1/me"


@pytest.fixture
def ana(app):
    return make_user(app, email="ana@example.org", admin=True)


def bearer(secret):
    return {"Authorization": f"Bearer {secret}"}


def routes(app):
    """Yield every route and method of the API, with an address that fits it."""
    for rule in app.url_map.iter_rules():
        if (
            not rule.rule.startswith("/api/")
            or access_of(app.view_functions[rule.endpoint]) == "public"
        ):
            continue
        address = re.sub(r"<uuid:\w+>", str(uuid.uuid4()), rule.rule)
        address = re.sub(r"<int:\w+>", "1", address)
        address = re.sub(r"<(?:\w+:)?\w+>", "word", address)
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            yield rule.endpoint, method, address


def needed(endpoint, method):
    if endpoint.startswith("accounts_api."):
        return "account"
    return "read" if method == "GET" else "write"


def test_every_route_asks_for_its_scope_and_for_no_other(app, ana):
    alone = {scope: make_token(app, ana, scopes=scope)[1] for scope in SCOPES}
    rest = {
        scope: make_token(app, ana, scopes=" ".join(s for s in SCOPES if s != scope))[1]
        for scope in SCOPES
    }
    client, seen, wrong = app.test_client(), 0, []
    for endpoint, method, address in routes(app):
        seen += 1
        scope = needed(endpoint, method)
        refused = client.open(address, method=method, headers=bearer(rest[scope]))
        if refused.status_code != 403 or refused.get_json().get("scope") != scope:
            wrong.append((endpoint, method, refused.status_code))
        elif f'scope="{scope}"' not in refused.headers["WWW-Authenticate"]:
            wrong.append((endpoint, method, "not in the header"))
        taken = client.open(address, method=method, headers=bearer(alone[scope]))
        if taken.status_code == 401 or "scope" in (taken.get_json(silent=True) or {}):
            wrong.append((endpoint, method, "its scope is not enough"))
    assert wrong == []
    assert seen > 40


def test_the_document_says_the_scope_of_each_operation(app):
    document = app.test_client().get("/api/openapi.json").get_json()
    said = 0
    for endpoint, method, _address in routes(app):
        [rule] = [r for r in app.url_map.iter_rules(endpoint) if method in r.methods]
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        security = document["paths"][path][method.lower()]["security"]
        assert {"bearer": [needed(endpoint, method)]} in security, path
        said += 1
    assert said > 40


def test_a_route_that_says_no_scope_is_shut_to_programs(settings, app, ana):
    made = create_app(settings)
    made.add_url_rule("/api/v1/naked", "naked", signed_in(lambda: "shown"))
    _key, secret = make_token(app, ana)
    assert made.test_client().get("/api/v1/naked", headers=bearer(secret)).status_code == 403
    with made.app_context():
        for engine in db.engines.values():
            engine.dispose()


def test_a_token_opens_no_page(app, ana):
    _key, secret = make_token(app, ana)
    for page in ("/me", "/me/tokens", "/me/factors", "/me/security"):
        assert app.test_client().get(page, headers=bearer(secret)).status_code == 302


def test_no_address_of_the_api_makes_tokens_or_touches_passwords_factors_or_addresses(app):
    unsafe = {(endpoint, method) for endpoint, method, _ in routes(app) if method != "GET"}
    assert {one for one in unsafe if one[0].startswith("accounts_api.")} == {
        ("accounts_api.change_me", "PATCH"),
        ("accounts_api.end_one", "DELETE"),
        ("accounts_api.end_others", "DELETE"),
        ("accounts_api.revoke", "DELETE"),
    }


def test_an_administrators_token_is_no_administrator(app, ana):
    _key, secret = make_token(app, ana)
    with app.app_context():
        who = DOORKEEPER.by_bearer(secret)
    assert not who.admin
    assert who.proved_at is None
    assert not who.strong


def test_the_token_of_somebody_deactivated_opens_nothing(app, ana):
    _key, secret = make_token(app, ana)
    client = app.test_client()
    assert client.get(ME, headers=bearer(secret)).status_code == 200
    with app.app_context(), db.engines[WRITE].begin() as connection:
        gone = sa.update(User).where(User.id == ana).values(deactivated_at=User.created_at)
        connection.execute(gone)
    assert client.get(ME, headers=bearer(secret)).status_code == 401


def test_its_last_use_is_kept_to_the_hour(app, ana):
    key, secret = make_token(app, ana)
    app.test_client().get(ME, headers=bearer(secret))
    with app.app_context():
        write_seen(Context.begin(None), uuid.uuid4())
        used = db.session.get_one(ApiToken, key).used_at
    assert used is not None
    assert (used.minute, used.second) == (0, 0)
    assert dt.datetime.now(dt.UTC) - used < dt.timedelta(hours=1, minutes=1)


# ------------------------------------------------------------------ the page


def make(client, **more):
    typed = {"label": "Monthly report", "scopes": "read", "days": "7", **more}
    return send(client, "/me/tokens", "/me/tokens", **typed)


def test_a_token_is_made_shown_once_and_works(browse, app, ana):
    client = browse(ana)
    answer = make(client, scopes=["read", "account"])
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    secret = re.search(r'id="token">([^<]+)<', answer.text)[1]
    assert app.test_client().get(ME, headers=bearer(secret)).status_code == 200
    page = client.get("/me/tokens").text
    assert "Monthly report" in page
    assert "read, account" in page
    assert "not used yet" in page
    assert secret not in page


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ({"label": ""}, "label"),
        ({"label": "x" * 81}, "label"),
        ({"days": "0"}, "days"),
        ({"days": "366"}, "days"),
        ({"days": "soon"}, "days"),
        ({"scopes": []}, "scopes"),
        ({"scopes": "admin"}, "scopes"),
    ],
)
def test_what_cannot_be_used_is_named_and_makes_none(browse, app, ana, typed, named):
    answer = make(browse(ana), **typed)
    assert answer.status_code == 422
    assert f'id="f-{named}' in answer.text
    assert "error-summary" in answer.text
    with app.app_context():
        assert db.session.scalar(sa.select(ApiToken.id)) is None


def test_who_is_shut_out_and_let_in_again_has_no_token_left(app, ana):
    make_user(app, "Bo Min", admin=True)
    _key, secret = make_token(app, ana)
    for switch in (switch_off_account, switch_on_account):
        with app.app_context():
            switch(Context.begin(None, origin="shell"), ana)
        assert app.test_client().get(ME, headers=bearer(secret)).status_code == 401


def test_a_token_made_on_its_page_is_told_by_letter(app, browse, ana, postbox):
    form = {"label": "Reports", "scopes": ["read"], "days": "7"}
    assert send(browse(ana), "/me/tokens", "/me/tokens", **form).status_code == 200
    run_everything(app)
    assert "/me/tokens" in postbox.text_to("ana@example.org")
