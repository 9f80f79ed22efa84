"""What every answer says to browsers, what cookies are like, and what logs do not hold."""

import re

import pytest
import structlog
from conftest import make_settings
from factories.accounts import make_user
from factories.forms import csrf_in
from factories.spaces import join, make_space
from realtime_client import open_door

from community.app import create_app
from community.kernel.db import db
from community.spaces.models import Role

PAGES = [
    "/",
    "/sign-in",
    "/home",
    "/me",
    "/spaces/cohort-9/people",
    "/none",
    "/api/v1/me",
    "/api/docs",
]


@pytest.fixture
def owner(app):
    user_id = make_user(app, email="olga.owner@example.org", password_hash=None)
    join(app, make_space(app, slug="cohort-9"), user_id, Role.OWNER)
    return user_id


@pytest.fixture
def behind_tls(settings, app, tmp_path):
    made = create_app(
        make_settings(tmp_path, settings.database, base_url="https://community.example.org")
    )
    yield made
    with made.app_context():
        for engine in db.engines.values():
            engine.dispose()


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("known", [True, False], ids=["signed in", "stranger"])
def test_every_answer_is_guarded(browse, owner, path, known):
    answer = browse(owner if known else None).get(path)
    policy = dict(
        part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";")
    )
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    allowed = answer.headers["Permissions-Policy"].split(", ")
    assert {"camera=()", "microphone=()", "geolocation=()"} <= set(allowed)
    assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>|<style|\sstyle=|\son[a-z]+=", answer.text)


@pytest.mark.parametrize("query", ["EIO=4&transport=polling", "EIO=4&transport=none", ""])
def test_answers_of_long_polling_are_guarded_too(settings, browse, owner, query):
    with open_door(settings, browse) as door:
        cookies = browse(owner).get_cookie("community")
        client = door.app.test_client()
        client.set_cookie("community", cookies.value)
        answer = client.get(f"/socket.io/?{query}")
        assert answer.status_code == (200 if "polling" in query else 400)
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        page = client.get("/home")
        assert page.status_code == 200
        assert page.headers["Cache-Control"] == "private, no-cache"


def test_a_cookie_is_out_of_reach_of_scripts_and_other_sites(browse):
    cookie = browse(None).get("/sign-in").headers["Set-Cookie"]
    assert cookie.startswith("community=")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))


def test_behind_tls_it_belongs_to_this_host_and_to_tls(behind_tls):
    answer = behind_tls.test_client().get("/sign-in", base_url="https://community.example.org")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-community=")
    assert {"HttpOnly", "SameSite=Lax", "Path=/", "Secure"} <= set(cookie.split("; "))
    assert "Domain" not in cookie
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")


@pytest.fixture
def said(caplog, capfd):
    """Return all that was logged or printed so far."""
    return lambda: caplog.text + "".join(capfd.readouterr())


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_a_fault_is_logged_by_its_request_and_tells_no_address_and_no_password(
    tmp_path, said, log_format
):
    made = create_app(make_settings(tmp_path, log_format=log_format))  # nobody made its tables
    client, secret = made.test_client(), "a quiet heron at dusk"
    token = csrf_in(client.get("/reset"))  # a page that asks the database nothing
    answer = client.post(
        "/sign-in",
        data={"csrf_token": token, "email": "olga@example.org", "password": secret},
    )
    assert answer.status_code >= 500
    told = said()
    assert "no such table: user_account" in told
    assert answer.headers["X-Request-Id"] in told
    for private in (secret, "olga", client.get_cookie("community").value):
        assert private not in told
        assert private not in answer.text


def test_a_value_whose_name_looks_secret_is_hidden_wherever_it_is_logged(app, said):
    log = structlog.get_logger("community.anywhere")
    log.warning("tried", password="a heron", Set_Cookie="a crane", user_email="a@b.org", place=7)
    told = said()
    assert told.count("[hidden]") >= 3
    assert "place" in told
    for private in ("a heron", "a crane", "a@b.org"):
        assert private not in told
