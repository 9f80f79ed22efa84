"""A page and an answer of the API while the database is away: in words, guarded, and logged."""

import uuid

import pytest
from conftest import make_settings

from community.app import create_app


@pytest.fixture
def client(tmp_path):
    """Return somebody's browser that was signed in, before an application without its tables."""
    made = create_app(make_settings(tmp_path)).test_client()
    with made.session_transaction() as session:
        session["_user_id"] = str(uuid.uuid4())
        session["_fresh"] = True
    return made


def test_a_page_says_that_something_is_away_and_when_to_come_again(client, caplog):
    answer = client.get("/home")
    assert answer.status_code == 503
    assert "A part of the platform does not answer." in answer.text
    assert answer.headers["Retry-After"] == "2"
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Request-Id"] in caplog.text


def test_an_answer_of_the_api_says_it_too(client):
    answer = client.get("/api/v1/me")
    assert (answer.status_code, answer.json["code"]) == (503, "unavailable")
    assert answer.headers["Retry-After"] == str(answer.json["retry_after"]) == "2"
