"""A form that is sent after its session ended: what one is told, and what is kept."""

import re

import pytest
from factories.accounts import make_user
from factories.spaces import join, make_space

NEW_THREAD = "/spaces/tide-school/threads/new"
WRITTEN = {
    "kind": "question",
    "title": "Low water",
    "body": "At six,\n<b>or</b> seven?",
    "nonce": "1",
}
OURS = {"Referer": f"http://localhost{NEW_THREAD}?kind=question"}


@pytest.fixture
def ana(app):
    user_id = make_user(app, "Ana")
    join(app, make_space(app, slug="tide-school"), user_id)
    return user_id


def signed_out(browse):
    client = browse(None)
    client.environ_base.pop("HTTP_X_CSRFTOKEN", None)  # the session is gone, and its token with it
    return client


def test_one_is_told_so_and_led_back_to_the_page_one_wrote_on(browse, ana):
    answer = signed_out(browse).post(NEW_THREAD, data=WRITTEN, headers=OURS)
    assert answer.status_code == 401
    assert "<h1>You were signed out</h1>" in answer.text
    [onward] = re.findall(r'class="button main" href="([^"]+)"', answer.text)
    assert onward == f"/sign-in?next={NEW_THREAD}?kind%3Dquestion"


def test_what_one_wrote_is_shown_and_nothing_else_of_the_form(browse, ana):
    answer = signed_out(browse).post(NEW_THREAD, data=WRITTEN, headers=OURS)
    [shown] = re.findall(r"<textarea[^>]*readonly>\s(.*?)</textarea>", answer.text, re.DOTALL)
    assert shown == "Low water\n\nAt six,\n&lt;b&gt;or&lt;/b&gt; seven?"


def test_a_password_is_never_shown(browse, ana):
    typed = {"old_password": "four words of mine"}
    answer = signed_out(browse).post("/me", data=typed, headers={"Referer": "http://localhost/me"})
    assert answer.status_code == 401
    assert "four words" not in answer.text


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/spaces", "http://localhost.evil.example/", ""]
)
def test_another_site_shows_nothing_through_us_and_leads_nowhere(browse, ana, elsewhere):
    headers = {"Referer": elsewhere} if elsewhere else {}
    answer = signed_out(browse).post(NEW_THREAD, data=WRITTEN, headers=headers)
    assert answer.status_code == 401
    assert "Low water" not in answer.text
    assert 'class="button main" href="/sign-in"' in answer.text


def test_signed_in_without_a_token_is_refused_as_ever(browse, ana):
    client = browse(ana)
    client.environ_base.pop("HTTP_X_CSRFTOKEN")
    answer = client.post(NEW_THREAD, data=WRITTEN, headers=OURS)
    assert answer.status_code == 400
    assert "Low water" not in answer.text
