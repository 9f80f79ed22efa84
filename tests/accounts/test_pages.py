"""The door and one's own page, as a browser meets them."""

import re
import uuid

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from factories.accounts import PASSWORD, PASSWORD_HASH, make_sign_in, make_token, make_user
from factories.forms import send

from community.accounts.models import SignIn, User
from community.accounts.queries import Doorkeeper
from community.accounts.rules import is_outdated
from community.kernel.db import db
from community.kernel.revocation import Revocation

WRONG = "Address and password do not belong together"


@pytest.fixture
def ana(app):
    return make_user(app, email="ana@example.org", password_hash=PASSWORD_HASH)


def sign_in(client, page="/sign-in", email="ana@example.org", password=PASSWORD, **more):
    return send(client, page, "/sign-in", email=email, password=password, **more)


def open_sign_ins(app):
    with app.app_context():
        return db.session.scalars(sa.select(SignIn.id).where(SignIn.ended_at.is_(None))).all()


# ------------------------------------------------------------------ in


def test_address_and_password_open_the_door(browse, app, ana):
    client = browse(None)
    answer = sign_in(client, email=" ANA@example.org")
    assert answer.status_code == 303
    assert client.get("/me").status_code == 200
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Expires" in cookie  # the browser may be closed in between
    with client.session_transaction() as session:
        assert session["_user_id"] == str(open_sign_ins(app)[0])


@pytest.mark.parametrize(
    "typed",
    [
        {"password": "wrong " + PASSWORD},
        {"email": "nobody@example.org"},
        {"email": "no address at all"},
        {"email": "asleep@example.org"},
        {"email": "gone@example.org"},
    ],
)
def test_every_wrong_sign_in_gets_the_same_answer(browse, app, ana, typed):
    make_user(app, "No Password", email="asleep@example.org")
    make_user(
        app,
        "Gone",
        email="gone@example.org",
        password_hash=PASSWORD_HASH,
        deactivated_at=sa.func.now(),
    )
    client = browse(None)
    answer = sign_in(client, **typed)
    assert answer.status_code == 422
    assert WRONG in answer.text
    assert "aria-invalid" not in answer.text
    assert open_sign_ins(app) == []
    assert client.get("/me").status_code == 302


def test_what_was_typed_comes_back_but_never_the_password(browse, ana):
    answer = sign_in(browse(None), password="not this one")
    assert 'value="ana@example.org"' in answer.text
    assert "not this one" not in answer.text


@pytest.mark.parametrize("field", ["email", "password"])
def test_an_empty_field_is_named(browse, ana, field):
    answer = sign_in(browse(None), **{field: ""})
    assert answer.status_code == 422
    assert f'id="f-{field}-error"' in answer.text


def test_a_field_nobody_knows_is_refused(browse, app, ana):
    assert sign_in(browse(None), admin="1").status_code == 422
    assert open_sign_ins(app) == []


def test_without_a_csrf_token_nobody_is_signed_in(browse, app, ana):
    answer = browse(None).post("/sign-in", data={"email": "ana@example.org", "password": PASSWORD})
    assert answer.status_code == 400
    assert open_sign_ins(app) == []


@pytest.mark.parametrize("onward", ["/me", "/join/abc?x=1"])
def test_one_is_led_where_one_was_going(browse, ana, onward):
    client = browse(None)
    page = client.get("/sign-in", query_string={"next": onward})
    assert f'name="next" value="{onward}"' in page.text
    assert sign_in(client, next=onward).location == onward


@pytest.mark.parametrize("onward", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_but_never_to_another_site(browse, ana, onward):
    client = browse(None)
    assert "evil" not in client.get("/sign-in", query_string={"next": onward}).text
    assert "evil" not in sign_in(client, next=onward).location
    assert "evil" not in client.get("/sign-in", query_string={"next": onward}).location


def test_a_page_that_needs_somebody_asks_and_comes_back(browse, ana):
    client = browse(None)
    asked = client.get("/me?x=1")
    assert asked.location == "/sign-in?next=/me?x%3D1"
    assert sign_in(client, page=asked.location, next="/me?x=1").location == "/me?x=1"


def test_signing_in_begins_a_new_session(browse, ana):
    client = browse(None)
    client.get("/sign-in")
    with client.session_transaction() as session:
        session["planted"] = "by somebody else"
        before = session["csrf_token"]
    sign_in(client)
    with client.session_transaction() as session:
        assert "planted" not in session
        assert session.get("csrf_token") != before


def test_signing_in_as_another_ends_the_former_sign_in(browse, app, ana):
    bo = make_user(app, "Bo")
    client = browse(bo)
    former = open_sign_ins(app)
    page = browse(None)
    page.get("/sign-in")
    client.environ_base.pop("HTTP_X_CSRFTOKEN")
    answer = send_from(client, "/me", "/sign-in")
    assert answer.status_code == 303
    assert former[0] not in open_sign_ins(app)
    assert "ana@example.org" in client.get("/me").text


def send_from(client, page, action):
    """Post the sign-in form with the token of another page: it is shown to nobody signed in."""
    token = client.get(page).text.split('name="csrf_token" value="')[1].split('"')[0]
    typed = {"csrf_token": token, "email": "ana@example.org", "password": PASSWORD}
    return client.post(action, data=typed)


def test_an_outdated_hash_is_made_anew_at_sign_in(browse, app):

    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    user_id = make_user(app, email="old@example.org", password_hash=hasher.hash(PASSWORD))
    assert sign_in(browse(None), email="old@example.org").status_code == 303
    with app.app_context():
        kept = db.session.get_one(User, user_id).password_hash
    assert not is_outdated(kept)
    assert sign_in(browse(None), email="old@example.org").status_code == 303


# ------------------------------------------------------------------ out


def test_signing_out_ends_the_cookie_even_for_who_copied_it(browse, app, ana):
    client, copied = browse(None), browse(None)
    sign_in(client)
    with client.session_transaction() as mine, copied.session_transaction() as theirs:
        theirs.update(mine)
    assert copied.get("/me").status_code == 200
    [sign_in_id] = open_sign_ins(app)
    answer = send(client, "/me", "/sign-out")
    assert (answer.status_code, answer.location) == (303, "/")
    assert copied.get("/me").status_code == 302
    with client.session_transaction() as session:
        assert not session
    with app.app_context():
        [row] = db.session.scalars(sa.select(Revocation))
        assert (row.user_id, row.sign_in_id) == (ana, sign_in_id)


def test_signing_out_leaves_other_browsers_alone(browse, app, ana):
    here, there = browse(None), browse(None)
    sign_in(here)
    sign_in(there)
    send(here, "/me", "/sign-out")
    assert there.get("/me").status_code == 200


def test_signing_out_needs_a_csrf_token(browse, app, ana):
    client = browse(None)
    sign_in(client)
    assert client.post("/sign-out").status_code == 400
    assert client.get("/me").status_code == 200


# ------------------------------------------------------------------ one's own page


def test_ones_own_page_changes_name_and_zone(browse, ana):
    client = browse(ana)
    answer = send(client, "/me", "/me", name="Ana Grün", zone="Asia/Tokyo")
    assert answer.status_code == 303
    page = client.get("/me").text
    assert 'value="Ana Grün"' in page
    assert '<option value="Asia/Tokyo" selected>' in page
    assert "Saved." in page


@pytest.mark.parametrize(
    ("field", "typed"), [("name", ""), ("name", "x" * 121), ("zone", "Mars/Olympus")]
)
def test_a_wrong_field_is_named_and_changes_nothing(browse, app, ana, field, typed):
    answer = send(browse(ana), "/me", "/me", **{"name": "New", "zone": "UTC", field: typed})
    assert answer.status_code == 422
    assert f'id="f-{field}-error"' in answer.text
    with app.app_context():
        user = db.session.get_one(User, ana)
        assert (user.name, user.zone) == ("Ana Lind", "Africa/Nairobi")


@pytest.mark.parametrize("field", ["email", "admin", "password_hash", "id"])
def test_what_is_not_ones_own_to_change_is_refused(browse, app, ana, field):
    answer = send(browse(ana), "/me", "/me", name="Ana", zone="UTC", **{field: "1"})
    assert answer.status_code == 422
    with app.app_context():
        assert db.session.get_one(User, ana).admin is False


def test_a_zone_the_select_does_not_offer_stays_what_it_is(browse, app):
    bo = make_user(app, "Bo", zone="EST5EDT")
    assert '<option value="EST5EDT" selected>' in browse(bo).get("/me").text


def test_tokens_are_listed_and_revoked(browse, app, ana):
    assert "You have no API tokens" in browse(ana).get("/me/tokens").text
    key, secret = make_token(app, ana, label="Monthly report")
    client = browse(ana)
    assert "Monthly report" in client.get("/me/tokens").text
    assert secret not in client.get("/me/tokens").text
    answer = send(client, "/me/tokens", f"/me/tokens/{key}/revoke")
    assert answer.status_code == 303
    with app.app_context():
        assert Doorkeeper().by_bearer(secret) is None


def test_anothers_token_is_not_there(browse, app, ana):
    key, _secret = make_token(app, make_user(app, "Bo"))
    for token in (key, uuid.uuid4()):
        assert browse(ana).post(f"/me/tokens/{token}/revoke").status_code == 404


def test_ones_own_page_asks_the_same_whatever_one_has(browse, app, ana, count_queries):
    client = browse(ana)

    def statements():
        count_queries.clear()
        client.get("/me")
        return len(count_queries)

    few = statements()
    for _number in range(20):
        make_token(app, ana)
        make_sign_in(app, ana)
    assert statements() == few <= 6


# ------------------------------------------------------------------ limits


def test_one_account_is_not_tried_for_ever(strict, ana):
    client = strict.test_client()
    answers = [sign_in(client, password=f"guess {n} {n} {n}").status_code for n in range(12)]
    assert answers == [422] * 10 + [429] * 2
    refused = sign_in(client)
    assert refused.status_code == 429  # the right one too, or guessing would go on
    assert int(refused.headers["Retry-After"]) <= 60
    assert "A little slower" in refused.text


def test_one_address_does_not_try_accounts_for_ever(strict, app):
    client = strict.test_client()
    answers = [sign_in(client, email=f"p{n}@example.org").status_code for n in range(61)]
    assert answers == [422] * 60 + [429]


def test_looking_at_the_door_is_not_limited(strict):
    client = strict.test_client()
    assert {client.get("/sign-in").status_code for _ in range(80)} == {200}


MINE = (  # by what they are about
    ("/me", "/drafts", "/me/decisions", "/certificates"),
    ("/me/letters", "/me/following", "/me/feeds"),
    ("/me/security", "/me/data", "/me/tokens"),
)


@pytest.mark.parametrize("page", [page for group in MINE for page in group])
def test_each_of_ones_own_pages_leads_to_all_of_them(browse, ana, page):
    menu, tabs = _own_pages(browse(ana).get(page).text)
    assert re.findall(r'<a href="([^"]+)"', menu) == [each for group in MINE for each in group]
    assert re.findall(r'<a href="([^"]+)"', tabs) == next(list(g) for g in MINE if page in g)
    for part in (menu, tabs):
        assert re.findall(r'<a href="([^"]+)" aria-current="page"', part) == [page]


def test_a_page_below_one_of_ones_own_stands_beside_its_neighbours(browse, ana):
    menu, tabs = _own_pages(browse(ana).get("/me/letters/times").text)
    assert re.findall(r'<a href="([^"]+)"', tabs) == list(MINE[1])
    for part in (menu, tabs):
        assert re.findall(r'<a href="([^"]+)" aria-current="true"', part) == ["/me/letters"]
        assert 'aria-current="page"' not in part


def _own_pages(page: str) -> list[str]:
    """Return the menu of all of one's own pages, and the tabs that stand beside it."""
    row = page.partition('<nav class="tabs account"')[2].partition("</nav>")[0]
    menu, _end, tabs = row.partition("</details>")
    return [menu, tabs]
