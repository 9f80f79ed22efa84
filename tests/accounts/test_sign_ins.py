"""Where one is signed in: seen, ended, told."""

import datetime as dt
import uuid

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.accounts import PASSWORD, PASSWORD_HASH, make_sign_in, make_token, make_user
from factories.forms import send

from community.accounts.models import SignIn
from community.accounts.queries import DOORKEEPER
from community.accounts.rules import MAX_SIGN_INS, device_of
from community.accounts.wiring import write_seen
from community.kernel.db import db
from community.kernel.jobs import run_everything
from community.kernel.revocation import Revocation

PAGE = "/me/security"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like"
    " Gecko) Version/17.5 Mobile/15E148 Safari/604.1"
)
EDGE = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0"
)


@pytest.fixture
def ana(app):
    old = acting(None).now - dt.timedelta(days=30)
    return make_user(app, email="ana@example.org", password_hash=PASSWORD_HASH, created_at=old)


def sign_in(browse, agent):
    client = browse(None)
    client.environ_base["HTTP_USER_AGENT"] = agent
    send(client, "/sign-in", "/sign-in", email="ana@example.org", password=PASSWORD)
    return client


@pytest.mark.parametrize(
    ("agent", "device"),
    [(FIREFOX, "Firefox/Linux"), (SAFARI, "Safari/iPhone"), (EDGE, "Edge/Windows"), ("x", "/")],
)
def test_a_browser_is_kept_in_two_coarse_words(agent, device):
    assert device_of(agent) == device
    assert not any(letter.isdigit() for letter in device)


def test_the_page_says_where_since_when_and_which_is_this_one(app, browse, ana):
    sign_in(browse, SAFARI)
    page = sign_in(browse, FIREFOX).get(PAGE).text
    for words in ("Safari on iPhone", "Firefox on Linux", "this browser", "Last used"):
        assert words in page
    assert "127.0.0.1" not in page.split("<main")[1]


def test_one_is_ended_and_then_all_others(app, browse, ana):
    here, phone, library = (sign_in(browse, agent) for agent in (FIREFOX, SAFARI, EDGE))
    with app.app_context():
        rows = {row.device: row.id for row in db.session.scalars(sa.select(SignIn))}
    lost = rows["Safari/iPhone"]
    assert send(here, PAGE, f"/me/sign-ins/{lost}/end").status_code == 303
    assert phone.get("/me").status_code == 302
    assert library.get("/me").status_code == 200
    with app.app_context():  # what closes its sockets in every process
        assert db.session.scalar(sa.select(Revocation.sign_in_id)) == lost
    assert send(here, PAGE, "/me/sign-ins/end-others").status_code == 303
    assert library.get("/me").status_code == 302
    assert "One other browser is signed out." in here.get(PAGE).text


def test_anothers_sign_in_is_not_there(app, browse, ana):
    theirs = make_sign_in(app, make_user(app, "Bo"))
    for key in (theirs, uuid.uuid4()):
        assert browse(ana).post(f"/me/sign-ins/{key}/end").status_code == 404


def test_programs_list_and_end_them_too(app, browse, ana):
    make_sign_in(app, ana)
    _key, secret = make_token(app, ana)
    bearer = {"Authorization": f"Bearer {secret}"}
    client = app.test_client()
    [row] = client.get("/api/v1/me/sign-ins", headers=bearer).json["items"]
    assert row["device"] == "Firefox on Linux"
    assert client.delete(f"/api/v1/me/sign-ins/{row['id']}", headers=bearer).status_code == 204
    assert client.get("/api/v1/me/sign-ins", headers=bearer).json["items"] == []
    assert client.delete("/api/v1/me/sign-ins", headers=bearer).status_code == 204


def test_another_kind_of_browser_is_told_by_letter_and_a_known_one_is_not(
    app, browse, ana, postbox
):
    sign_in(browse, FIREFOX)
    run_everything(app)
    assert "Firefox on Linux" in postbox.text_to("ana@example.org")
    postbox.letters.clear()
    sign_in(browse, FIREFOX)
    run_everything(app)
    assert postbox.letters == []
    sign_in(browse, SAFARI)
    run_everything(app)
    assert "Safari on iPhone" in postbox.text_to("ana@example.org")


def test_when_it_was_in_use_is_written_once_an_hour_and_not_by_the_page(
    app, browse, ana, count_queries
):
    client = browse(ana)
    long_ago = acting(None).now - dt.timedelta(hours=2)
    with app.app_context():
        key = make_sign_in(app, ana, seen_at=long_ago)
    with client.session_transaction() as session:
        session["_user_id"] = str(key)
    DOORKEEPER.take_seen()
    count_queries.clear()
    client.get("/me")
    assert not [said for said in count_queries if said.startswith(("UPDATE", "INSERT"))]
    with app.app_context():
        write_seen(acting(None), uuid.uuid4())
        assert acting(None).now - db.session.get_one(SignIn, key).seen_at < dt.timedelta(minutes=1)
    client.get("/me")
    assert DOORKEEPER.take_seen() == set()


def test_the_oldest_end_when_there_are_too_many(app, browse, ana):
    for _number in range(MAX_SIGN_INS):
        make_sign_in(app, ana)
    sign_in(browse, FIREFOX)
    with app.app_context():
        held = sa.select(sa.func.count()).where(SignIn.ended_at.is_(None))
        assert db.session.scalar(held) == MAX_SIGN_INS


def test_the_page_asks_the_same_however_many_there_are(app, browse, ana, count_queries):
    client = browse(ana)

    def statements():
        count_queries.clear()
        client.get(PAGE)
        return len(count_queries)

    few = statements()
    for _number in range(20):
        make_sign_in(app, ana)
    assert statements() == few <= 10
