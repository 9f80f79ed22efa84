"""Everybody says which letters reach them."""

import pytest
from conftest import acting
from factories.accounts import make_user

from community.correspondence.operations import choose_letters, resume_letters, stop_letters
from community.correspondence.queries import stopped
from community.correspondence.rules import LetterKind


@pytest.fixture
def me(app):
    return make_user(app, "Ana Lima")


def off(app, user_id):
    with app.app_context():
        return stopped(acting(user_id))


def test_without_a_choice_every_letter_comes(app, me):
    assert off(app, me) == set()


def test_the_switches_of_the_page_are_what_is_wanted(app, browse, me):
    client = browse(me)
    page = client.get("/me/letters").text
    assert page.count("checked") == len(LetterKind)
    answer = client.post("/me/letters", data={"reminder": "1", "message": "1"})
    assert answer.status_code == 303
    assert off(app, me) == {LetterKind.ANNOUNCEMENT, LetterKind.SCHEDULE}
    assert client.get("/me/letters").text.count("checked") == 2


def test_the_api_says_the_same(app, browse, me):
    client = browse(me)
    assert client.put("/api/v1/me/letters", json={"wanted": ["reminder"]}).json == {
        "wanted": ["reminder"]
    }
    assert client.get("/api/v1/me/letters").json == {"wanted": ["reminder"]}
    assert client.put("/api/v1/me/letters", json={"wanted": ["everything"]}).status_code == 422
    assert client.get("/api/v1/me/letters").json == {"wanted": ["reminder"]}


def test_stopping_one_kind_leaves_the_others(app, me):
    with app.app_context():
        stop_letters(acting(me), LetterKind.REMINDER)
        stop_letters(acting(me), LetterKind.SCHEDULE)
        stop_letters(acting(me), LetterKind.SCHEDULE)
    assert off(app, me) == {LetterKind.REMINDER, LetterKind.SCHEDULE}
    with app.app_context():
        resume_letters(acting(me), LetterKind.REMINDER)
    assert off(app, me) == {LetterKind.SCHEDULE}


def test_a_choice_is_ones_own(app, me):
    other = make_user(app, "Bo Chen")
    with app.app_context():
        choose_letters(acting(me), wanted=[])
    assert off(app, other) == set()
