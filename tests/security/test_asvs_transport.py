"""Behind TLS every answer says so, every cookie is bound to it, and sockets come from our pages."""

import pytest
from conftest import browser, make_settings
from factories.accounts import PASSWORD, PASSWORD_HASH, make_user
from factories.forms import send
from flask.testing import FlaskClient

from community.app import create_app, open_live_door
from community.kernel.db import db

HOST = "community.example.org"
SITE = f"https://{HOST}"
HANDSHAKE = "/socket.io/?EIO=4&transport=polling"


class Noting(FlaskClient):
    """A browser that asks over TLS, from our own pages, and keeps every cookie it was ever told."""

    told: list[str]

    def open(self, *args, **more):
        more = {"base_url": SITE, "headers": {"Referer": f"{SITE}/"}, **more}
        answer = super().open(*args, **more)
        self.told = [*getattr(self, "told", []), *answer.headers.getlist("Set-Cookie")]
        return answer


@pytest.fixture
def behind_tls(settings, app, tmp_path):
    made = create_app(make_settings(tmp_path, settings.database, base_url=SITE))
    open_live_door(made, async_mode="threading")
    made.test_client_class = Noting
    yield made
    with made.app_context():
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture
def ana(app):
    return make_user(app, email="ana@example.org", password_hash=PASSWORD_HASH)


ANSWERS = {
    "/": 200,
    "/home": 302,
    "/sign-in": 200,
    "/sign-out": 405,
    "/none": 404,
    "/static/mark.svg": 200,
    "/static/none.css": 404,
    "/api/v1/me": 401,
    "/api/openapi.json": 200,
    "/healthz": 200,
}


def test_every_answer_keeps_browsers_on_tls_for_a_year(behind_tls):
    client = behind_tls.test_client()
    for path, status in ANSWERS.items():
        answer = client.get(path)
        assert answer.status_code == status
        [age, *_rest] = answer.headers["Strict-Transport-Security"].split("; ")
        assert int(age.removeprefix("max-age=")) >= 365 * 24 * 3600
        answer.close()


def test_every_cookie_from_coming_in_to_going_out_is_bound_to_this_host(behind_tls, ana):
    client = behind_tls.test_client()
    typed = {"email": "ana@example.org", "password": PASSWORD}
    assert send(client, "/sign-in", "/sign-in", **typed).status_code == 303
    assert client.get("/me").status_code == 200
    assert send(client, "/me", "/sign-out").status_code == 303
    assert len(client.told) >= 3
    for cookie in client.told:
        assert cookie.startswith("__Host-community=")
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
        assert "Domain" not in cookie


ORIGINS = {
    SITE: 200,
    f"{SITE}:8443": 400,
    f"http://{HOST}": 400,
    "https://elsewhere.example": 400,
    f"https://{HOST}.elsewhere.example": 400,
    "null": 400,
}


def test_a_socket_is_opened_from_our_own_pages_only(behind_tls, ana):
    client = browser(behind_tls, ana)
    for origin, status in ORIGINS.items():
        answer = client.get(HANDSHAKE, headers={"Origin": origin})
        assert answer.status_code == status, origin
        allowed = [SITE] if status == 200 else []
        assert answer.headers.getlist("Access-Control-Allow-Origin") == allowed, origin
