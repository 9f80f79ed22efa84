"""Figures for Prometheus: for whom they are there, what they count, and what they never tell."""

import datetime as dt
import re
import uuid

import pytest
from conftest import acting, browser, make_settings
from factories.accounts import make_user
from factories.forms import send
from factories.spaces import join, make_space
from prometheus_client.parser import text_string_to_metric_families
from realtime_client import open_door

from community.app import create_app
from community.kernel import metrics
from community.kernel.db import db
from community.kernel.jobs import do_row, relay_rows
from community.kernel.operation import enqueue, unit_of_work
from community.kernel.outbox import OutboxRow

TOKEN = "a-token-of-prometheus-only"
JOB = "cohorts.none"


@pytest.fixture
def watched(settings, app, tmp_path):
    """Return an application that shows its figures to this machine."""
    made = create_app(make_settings(tmp_path, settings.database, metrics="loopback"))
    yield made
    with made.app_context():
        for engine in db.engines.values():
            engine.dispose()


def figures(client, **more):
    answer = client.get("/metrics", **more)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    return {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def without_id(answer):
    return re.sub(r"[0-9a-f]{32}", "", answer.text)


def test_nobody_finds_figures_unless_the_settings_say_who(tmp_path):
    client = create_app(make_settings(tmp_path, metrics="")).test_client()
    there, nowhere = client.get("/metrics"), client.get("/metricz")
    assert there.status_code == nowhere.status_code == 404
    assert without_id(there) == without_id(nowhere)


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("10.0.0.7", {}, 404),
        ("", {}, 404),  # a Unix socket: who knocks there is a proxy
        ("127.0.0.1", {"X-Forwarded-For": "203.0.113.9"}, 404),
        ("127.0.0.1", {"X-Real-IP": "203.0.113.9"}, 404),
        ("127.0.0.1", {"Forwarded": "for=127.0.0.1"}, 404),
    ],
)
def test_loopback_is_this_machine_and_no_proxy_on_it(watched, address, headers, status):
    given = {"REMOTE_ADDR": address}
    answer = watched.test_client().get("/metrics", environ_base=given, headers=headers)
    assert answer.status_code == status


@pytest.mark.parametrize(
    ("header", "status"),
    [(f"Bearer {TOKEN}", 200), ("Bearer other", 404), ("", 404), (f"Basic {TOKEN}", 404)],
)
def test_a_token_opens_them_from_anywhere(settings, app, tmp_path, header, status):
    made = create_app(make_settings(tmp_path, settings.database, metrics=TOKEN))
    answer = made.test_client().get("/metrics", headers={"Authorization": header})
    assert answer.status_code == status
    with made.app_context():
        for engine in db.engines.values():
            engine.dispose()


def routes_told(client):
    told = text_string_to_metric_families(client.get("/metrics").text)
    return {s.labels["route"] for each in told for s in each.samples if "route" in s.labels}


def test_requests_are_counted_by_route_and_what_matches_none_is_one(watched):
    client = watched.test_client()
    before, known = figures(client), routes_told(client)

    def more(*key):
        return figures(client).get(key, 0) - before.get(key, 0)

    for number in range(3):
        client.get(f"/nowhere/{number}/{uuid.uuid4()}")
        client.get(f"/threads/{uuid.uuid4()}")
    client.open("/sign-in", method="BREW")
    total = "community_http_requests_total"
    assert more(total, "404", "GET", "unknown") == 3
    assert more(total, "/threads/<uuid:thread_id>", "302", "GET") == 3
    timed = "community_http_request_duration_seconds_count"
    assert more(timed, "GET", "unknown") == 3
    assert not any("BREW" in key for key in figures(client))
    routes = {rule.rule for rule in watched.url_map.iter_rules()} | {"unknown"}
    assert routes_told(client) - known <= routes  # other applications of this process told theirs


def test_what_is_owed_is_told_and_how_long(watched, monkeypatch):
    client = watched.test_client()
    assert figures(client)[("community_outbox_waiting",)] == 0
    with watched.app_context():
        monkeypatch.setitem(watched.extensions["community"].jobs, JOB, lambda _ctx: 1 / 0)
        with unit_of_work(ctx := acting(None)):
            enqueue(ctx, JOB, {}, due_at=ctx.now - dt.timedelta(seconds=90))
            enqueue(ctx, JOB, {}, due_at=ctx.now + dt.timedelta(days=1))
    told = figures(client)
    assert told[("community_outbox_waiting",)] == 1
    assert 90 <= told[("community_outbox_oldest_seconds",)] < 120
    assert told[("community_outbox_failing",)] == told[("community_outbox_given_up",)] == 0
    with watched.app_context():
        for key in relay_rows(acting(None)):
            with pytest.raises(ZeroDivisionError):
                do_row(key)
    assert figures(client)[("community_outbox_failing",)] == 1


def test_the_worker_leaves_its_figures_and_they_are_passed_on_while_it_lives(
    watched, monkeypatch, tmp_path
):
    client, settings = watched.test_client(), watched.extensions["community"].settings
    assert ("community_jobs_total", JOB, "done") not in figures(client)
    with watched.app_context():
        monkeypatch.setitem(watched.extensions["community"].jobs, JOB, lambda _ctx: None)
        with unit_of_work(ctx := acting(None)):
            enqueue(ctx, JOB, {})
        [key] = relay_rows(acting(None))
        do_row(key)
        assert db.session.get(OutboxRow, key).done_at is not None
    metrics.beat(settings)
    assert figures(client)[("community_jobs_total", JOB, "done")] >= 1
    monkeypatch.setattr(metrics, "SILENT_AFTER", -1.0)
    assert ("community_jobs_total", JOB, "done") not in figures(client)


def test_refused_sign_ins_and_open_sockets_are_numbers_only(settings, app, browse):
    person = make_user(app, email="olga.owner@example.org")
    join(app, make_space(app, slug="cohort-9"), person)
    failed = ("community_sign_ins_failed_total",)
    with open_door(settings, browse) as door:
        door.app.extensions["community"].settings = make_settings(
            settings.data_dir, settings.database, metrics="loopback"
        )
        client = door.app.test_client()
        before = figures(client)[failed]
        send(client, "/sign-in", "/sign-in", email="olga.owner@example.org", password="wrong one")
        assert figures(client)[failed] == before + 1
        door.connect(person)
        assert figures(client)[("community_sockets_open",)] == 1
        client = browser(door.app, person)
        client.get("/home")
        client.get("/spaces/cohort-9?q=olga.owner@example.org")
        told = client.get("/metrics").text
    for private in ("olga", "example.org", str(person), "cohort-9", "127.0.0.1"):
        assert private not in told


def test_figures_are_told_though_the_database_is_away(tmp_path):
    away = make_settings(tmp_path, "postgresql+psycopg://@127.0.0.1:9/x", metrics="loopback")
    told = figures(create_app(away).test_client())
    assert told[("community_database_up",)] == 0
    assert ("community_outbox_waiting",) not in told


def test_asking_for_them_costs_one_statement(watched, count_queries):
    client = watched.test_client()
    client.get("/metrics")
    count_queries.clear()
    client.get("/metrics")
    assert len([each for each in count_queries if "SELECT" in each and "outbox" in each]) == 1
    assert len(count_queries) <= 2
