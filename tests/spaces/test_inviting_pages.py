"""The pages of invitations: a list is confirmed and sent, a letter answered, a link explained."""

import dataclasses
import datetime as dt
import re

import pytest
import sqlalchemy as sa
from conftest import NOW, acting, browser
from factories.accounts import make_user
from factories.forms import send, without_token
from factories.spaces import make_invitation, make_letter, make_space

from community.app import create_app
from community.kernel.db import db
from community.kernel.jobs import run_everything
from community.spaces.models import Membership
from community.spaces.rules import State

INVITE = "/spaces/cohort-9/invite"
DAY = dt.timedelta(days=1)


def test_nothing_is_sent_before_it_is_confirmed(app, browse, space, owner, postbox):
    client = browse(owner)
    text = "Ana Lind <ana@example.org>\nana@example.org\nnobody"
    fields = {"list": text, "role": "member", "note": "You asked me."}
    checked = send(client, INVITE, f"{INVITE}/check", **fields)
    assert checked.status_code == 200
    for words in (
        "Send 1 invitation",
        "Will be invited as member",
        "Is on this list already",
        "There is no address on this line",
        "You asked me.",
    ):
        assert words in checked.text
    run_everything(app)
    assert postbox.letters == []
    token = re.search(r'name="csrf_token" value="([^"]+)"', checked.text)[1]
    for _time in range(2):
        sent = client.post(f"{INVITE}/send", data={"csrf_token": token, **fields})
        assert sent.status_code == 303
    run_everything(app)
    assert len(postbox.letters) == 1
    page = client.get(INVITE).text
    assert "1 has not answered" in page
    assert "Ana Lind" in page


def test_a_list_can_be_changed_before_it_is_sent(browse, space, owner):
    client = browse(owner)
    text = "ana@example.org\nbo@example.org"
    back = send(client, INVITE, f"{INVITE}/check", list=text, role="observer", edit="1")
    assert back.status_code == 200
    assert text in back.text
    assert '<option value="observer" selected>' in back.text


def test_an_empty_list_is_told_beside_its_field(browse, space, owner):
    answer = send(browse(owner), INVITE, f"{INVITE}/check", list=" ", role="member", note="Hi")
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert "Hi" in answer.text


def test_what_is_nearly_an_address_is_said_to_be_none(browse, space, owner):
    answer = send(browse(owner), INVITE, f"{INVITE}/check", list="bob@exampel..org\nbob", note="")
    assert "This is not an address" in answer.text
    assert "There is no address on this line" in answer.text


def test_a_name_on_a_list_is_text_and_nothing_else(browse, space, owner):
    text = "email,name\nana@example.org,<script>alert(1)</script>"
    answer = send(browse(owner), INVITE, f"{INVITE}/check", list=text, role="member")
    assert "<script>alert" not in answer.text.partition("<main")[2]
    assert "&lt;script&gt;" in answer.text


def test_the_letter_is_answered_without_an_account(app, browse, space, owner):
    _key, token = make_letter(
        app, space, owner, email="ana@example.org", name="Ana Lind", note="You asked me."
    )
    stranger = browse(None)
    page = stranger.get(f"/join/{token}")
    for words in ("Olga Owner", "You asked me.", "No, thank you", 'value="ana@example.org"'):
        assert words in page.text
    assert "data-own-zone" in page.text  # their clock is not known: the browser says it
    said = send(stranger, f"/join/{token}", f"/join/{token}/decline")
    assert said.status_code == 303
    assert said.headers["Cache-Control"] == "no-store"
    again = stranger.get(f"/join/{token}").text
    assert "You said no, thank you" in again
    assert "Make an account and join" in again
    assert "Said no" in browse(owner).get(f"{INVITE}?show=answered").text


def test_a_link_that_has_let_in_all_it_was_for_says_so(app, browse, space, owner):
    _key, token = make_invitation(app, space, owner, uses=3, max_uses=3)
    page = browse(None).get(f"/join/{token}")
    assert page.status_code == 200
    assert "Everybody this link was for has joined." in page.text
    assert "Make an account" not in page.text
    client = browse(make_user(app, "Ana"))
    assert client.post(f"/join/{token}").status_code == 409
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Membership)) == 1


def test_the_page_asks_no_more_of_the_database_for_more_letters(
    app, browse, space, owner, count_queries
):
    client = browse(owner)

    def statements():
        count_queries.clear()
        assert client.get(INVITE).status_code == 200
        return len(count_queries)

    make_letter(app, space, owner, email="one@example.org")
    few = statements()
    for number in range(30):
        make_letter(app, space, owner, email=f"p{number}@example.org")
    assert statements() == few <= 10


def test_every_letter_that_does_not_work_gets_one_answer(app, browse, space, owner):
    past = acting(None).now - DAY
    archived = make_space(app, "Old", archived_at=past)
    spoilt = [
        make_letter(app, space, owner, email="a@example.org", expires_at=past)[1],
        make_letter(app, space, owner, email="b@example.org", revoked_at=past)[1],
        make_letter(app, space, owner, email="c@example.org", uses=1, answered_at=past)[1],
        make_letter(app, archived, owner, email="d@example.org")[1],
        make_letter(app, space, owner, email="e@example.org")[1][:-1] + "-",
        "x" * 43,
    ]
    client = browse(None)
    answers = [client.get(f"/join/{token}") for token in spoilt]
    assert {answer.status_code for answer in answers} == {404}
    assert (
        len(
            {
                without_token(answer).replace(token, "")
                for answer, token in zip(answers, spoilt, strict=True)
            }
        )
        == 1
    )


def test_a_link_is_whole_below_a_path_as_well(settings, app, space, owner):
    """The path stands once, whether a page or a program asks."""
    site = "http://localhost/hall"
    made = create_app(dataclasses.replace(settings, base_url=site))
    client = browser(made, owner)
    asked = client.post(f"/api/v1/spaces/{space}/invitations", base_url=site)
    assert asked.json["link"] == f"{site}/join/{asked.json['token']}"
    client.post("/spaces/cohort-9/invitations", data={"role": "member"}, base_url=site)
    page = client.get("/spaces/cohort-9/invite", base_url=site)
    assert re.search(r'id="invitation-link">(.*?)/join/[^<]+<', page.text)[1] == site
    with made.app_context():
        for engine in db.engines.values():
            engine.dispose()


BECAME = [  # what is known of a letter, and what the list says of it
    ({}, State.OPEN, "Sent"),
    ({"sent_at": None}, State.UNSENT, "On its way"),
    ({"expires_at": NOW}, State.EXPIRED, "Ran out without an answer"),
    ({"refused_at": NOW, "expires_at": NOW}, State.REFUSED, "There is no such mailbox"),
    ({"declined_at": NOW, "refused_at": NOW}, State.DECLINED, "Said no"),
    ({"answered_at": NOW, "uses": 1, "expires_at": NOW}, State.ACCEPTED, "Accepted by"),
]


@pytest.mark.parametrize(("given", "state", "words"), BECAME)
def test_page_and_program_say_the_same_of_a_letter(app, browse, space, owner, given, state, words):
    if "answered_at" in given:
        given = {**given, "answered_by": owner}
    make_letter(app, space, owner, email="bo@example.org", **given)
    client = browse(owner)
    [listed] = client.get(f"/api/v1/spaces/{space}/invitations").json["items"]
    assert listed["state"] == state.value
    show = "answered" if {"answered_at", "declined_at"} & given.keys() else "waiting"
    assert words in client.get(f"{INVITE}?show={show}").text
