"""What caches keep: nothing of members in shared ones, no absence for ever, nothing after all."""

import pytest
from factories.accounts import make_user
from factories.forms import send
from factories.spaces import join, make_space


@pytest.fixture
def ana(app):
    user_id = make_user(app)
    join(app, make_space(app, slug="cohort-9"), user_id)
    return user_id


def test_no_shared_cache_keeps_a_page_or_an_answer_of_members(browse, ana):
    client = browse(ana)
    for path in ("/home", "/me", "/spaces/cohort-9", "/spaces/cohort-9/people", "/api/v1/me"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] in {"private, no-cache", "no-store"}
        assert {"Cookie", "Authorization"} <= set(answer.vary)


def test_signing_out_empties_the_browsers_cache(browse, ana):
    client = browse(ana)
    answer = send(client, "/me", "/sign-out")
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert client.get("/me").status_code == 302


def test_only_files_that_are_there_are_kept(browse):
    """Or a cache would hold for a year that a file of the next release is not there."""
    for path in ("/static/build/app-0123.js", "/static/none.css"):
        answer = browse(None).get(path)
        assert answer.status_code == 404
        assert answer.headers["Cache-Control"] == "private, no-cache"
    found = browse(None).get("/static/mark.svg")
    assert "max-age" in found.headers["Cache-Control"]
    found.close()
