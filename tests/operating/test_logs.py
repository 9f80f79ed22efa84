"""What the log tells: one line a request, with its id; and what it never tells, of anybody."""

import json
import logging
import re
import smtplib

import pytest
import structlog
from conftest import acting, browser, make_settings
from factories.accounts import make_token, make_user
from factories.discussions import make_thread
from factories.forms import send
from factories.spaces import join, make_invitation, make_space

from community.app import create_app
from community.kernel.db import db
from community.kernel.jobs import run_everything
from community.kernel.operation import enqueue, unit_of_work
from community.spaces.models import Role

PASSWORD = "a quiet heron at dusk"
JOB = "tests.job"


@pytest.fixture
def made(settings, app, tmp_path):
    """Return what makes an application that logs as JSON."""
    apps = []

    def make(**more):
        given = {"log_format": "json", **more}
        apps.append(create_app(make_settings(tmp_path, settings.database, **given)))
        return apps[-1]

    yield make
    for each in apps:
        with each.app_context():
            for engine in db.engines.values():
                engine.dispose()


@pytest.fixture
def lines(capfd):
    """Return the lines logged since last asked."""
    capfd.readouterr()

    def read():
        told = capfd.readouterr().err.splitlines()
        return [json.loads(line) for line in told if line.startswith("{")]

    return read


def test_a_request_is_one_line_of_known_words(made, app, lines):
    olga = make_user(app, "Olga Owner")
    space = make_space(app, slug="cohort-9")
    join(app, space, olga, Role.OWNER)
    client = browser(made(), olga)
    answer = client.get("/spaces/cohort-9/people?q=olga.owner@example.org#part")
    [line] = lines()
    assert line.pop("timestamp").endswith("Z")
    assert line.pop("ms") > 0
    assert line == {
        "event": "request",
        "level": "info",
        "request_id": answer.headers["X-Request-ID"],
        "route": "/spaces/<slug>/people",
        "method": "GET",
        "status": answer.status_code,
    }


def test_an_address_without_a_route_is_not_told_and_probes_are_quiet(made, lines):
    client = made().test_client()
    client.get("/reset/of/olga.owner@example.org")
    client.get("/healthz")
    client.get("/readyz")
    [line] = lines()
    assert (line["route"], line["status"]) == ("unknown", 404)


@pytest.mark.parametrize(
    ("proxies", "given", "taken"),
    [
        (1, "from-the-proxy-0001", True),
        (0, "from-a-stranger-001", False),
        (1, "short", False),
        (1, "x" * 65, False),
        (1, "olga@example.org", False),
        (1, "two words and more", False),
        (1, "", False),
    ],
)
def test_an_id_is_taken_from_a_proxy_one_trusts_if_it_looks_like_one(made, proxies, given, taken):
    client = made(trusted_proxies=proxies).test_client()
    answer = client.get("/sign-in", headers={"X-Request-ID": given})
    told = answer.headers["X-Request-ID"]
    assert (told == given) is taken
    assert taken or re.fullmatch(r"[0-9a-f]{32}", told)


def test_a_job_carries_the_id_of_the_request_it_came_of(made, lines, monkeypatch):
    app = made()
    seen = []

    def job(ctx):
        seen.append(ctx.request_id)
        structlog.get_logger("community.tests").info("at work")

    with app.app_context():
        monkeypatch.setitem(app.extensions["community"].jobs, JOB, job)
        with unit_of_work(ctx := acting(None, request_id="of-the-request-1")):
            enqueue(ctx, JOB, {})
    run_everything(app)
    assert seen == ["of-the-request-1"]
    [line] = [line for line in lines() if line["event"] == "at work"]
    assert (line["request_id"], line["job"]) == ("of-the-request-1", JOB)


def test_a_traceback_names_nobody(made, lines):
    app = made()
    log = logging.getLogger("huey")  # a library's own words go the same way
    for words in (
        smtplib.SMTPRecipientsRefused({"olga.owner@example.org": (450, b"full")}),
        ValueError("duplicate key\nDETAIL:  Key (name)=(Olga Owner) already exists.\nmore"),
    ):
        log.error("Unhandled exception in task for olga.owner@example.org", exc_info=words)
        structlog.get_logger("community.tests").error("a job failed", exc_info=words)
    told = lines()
    assert len(told) == 4
    assert "SMTPRecipientsRefused" in told[0]["exception"]
    for private in ("olga", "Olga", "example.org"):
        assert private not in str(told)
    assert app is not None


def test_a_whole_journey_leaves_no_address_name_token_or_text_in_the_log(made, app, lines, postbox):
    olga = make_user(app, "Olga Owner", email="olga.owner@example.org")
    space = make_space(app, slug="cohort-9")
    join(app, space, olga, Role.OWNER)
    _key, token = make_invitation(app, space, olga)
    _key, bearer = make_token(app, olga)
    thread = make_thread(app, space, olga, title="Lapwings", body="Lapwings over the marsh")
    site = made(trusted_proxies=1)
    lines()
    stranger = {
        "environ_base": {"REMOTE_ADDR": "198.51.100.23"},
        "headers": {"X-Forwarded-For": "203.0.113.77", "User-Agent": "Heronbrowser/9"},
    }
    guest = site.test_client()
    guest.environ_base.update(REMOTE_ADDR="203.0.113.77")
    send(guest, "/sign-in", "/sign-in", email="olga.owner@example.org", password=PASSWORD)
    newcomer = {"name": "Nia Newcomer", "email": "nia@example.org", "zone": "UTC"}
    path = f"/join/{token}"
    send(guest, path, path, password=PASSWORD, **newcomer)
    guest.get(path, **stranger)
    owner = browser(site, olga)
    for page in ("/home", "/me", "/spaces/cohort-9/people?q=Nia", f"/threads/{thread}"):
        owner.get(page)
    answer = owner.post(f"/api/v1/threads/{thread}/posts", json={"body": "Lapwings again"})
    owner.post(f"/api/v1/threads/{thread}/posts", json={"body": 7, "colour": "Lapwings"})
    guest.get("/api/v1/me", headers={"Authorization": f"Bearer {bearer}"})
    guest.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"})
    guest.get("/olga.owner@example.org", **stranger)
    run_everything(site)
    told = lines()
    assert answer.status_code < 500
    assert len(told) > 10
    text = json.dumps(told)
    cookies = [c.value for client in (guest, owner) for c in [client.get_cookie("community")] if c]
    private = ["olga", "owner@", "nia", "newcomer", "lapwing", "heron", "example.org", "203.0.113"]
    private += ["198.51.100", token, bearer, PASSWORD, str(olga), str(space), str(thread), *cookies]
    for each in private:
        assert str(each).lower() not in text.lower(), each
    assert not re.search(r"[\w.]+@[\w.]+", text)
    assert not re.search(r"\b(?:\d{1,3}\.){3}\d{1,3}\b", text)
