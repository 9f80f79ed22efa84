"""Live, ready, and why not."""

import dataclasses
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from conftest import make_settings
from databases import postgres_url

from community import migrating
from community.app import create_app
from community.kernel.db import WRITE, db


@pytest.fixture
def probe(tmp_path, worker_name):
    """Return a client of an application over a database of its own, before anybody migrated it."""

    @contextmanager
    def over(kind, **more):
        url = postgres_url(f"community_health_{worker_name}") if kind == "postgres" else ""
        made = create_app(dataclasses.replace(make_settings(tmp_path, url), **more))
        yield made, made.test_client()
        with made.app_context():
            for engine in db.engines.values():
                engine.dispose()

    return over


def test_ready_is_who_can_serve(browse):
    answer = browse(None).get("/readyz")
    assert (answer.status_code, answer.json) == (200, {"ready": True})
    assert answer.headers["Cache-Control"] == "no-store"


def test_living_asks_no_database(browse, count_queries):
    answer = browse(None).get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"live": True})
    assert answer.headers["Cache-Control"] == "no-store"
    assert count_queries == []


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_an_empty_database_is_not_ready_until_it_was_upgraded(probe, kind):
    with probe(kind) as (made, client):
        answer = client.get("/readyz")
        assert answer.status_code == 503
        assert answer.json == {"ready": False, "why": "The database is empty."}
        with made.app_context():
            migrating.upgrade(db.engines[WRITE].url.render_as_string(hide_password=False))
        assert client.get("/readyz").json == {"ready": True}


@pytest.mark.parametrize(
    "url", ["sqlite:////nowhere/at/all.sqlite", "postgresql+psycopg://@127.0.0.1:9/x"]
)
def test_a_database_that_is_away_is_not_ready_and_yet_one_lives(probe, url):
    with probe("sqlite", database_url=url) as (_made, client):
        answer = client.get("/readyz")
        assert answer.status_code == 503
        assert answer.json == {"ready": False, "why": "The database does not answer."}
        assert answer.headers["Cache-Control"] == "no-store"
        assert client.get("/healthz").status_code == 200


def test_the_next_release_may_upgrade_while_this_one_serves(probe):
    with probe("sqlite") as (made, client):
        with made.app_context():
            migrating.upgrade(db.engines[WRITE].url.render_as_string())
            with db.engines[WRITE].begin() as connection:
                connection.execute(sa.text("UPDATE alembic_version SET version_num = 'later'"))
        assert client.get("/readyz").status_code == 200


@pytest.mark.parametrize(
    ("at", "fault"),
    [(None, "is empty"), ("third", ""), ("second", "has an older schema"), ("fourth", "")],
)
def test_a_schema_that_is_older_is_told_from_a_later_one(at, fault):
    assert migrating.wanting(at, ["third", "second", "first"]) == fault
