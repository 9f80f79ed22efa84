"""One's own account over JSON."""

import uuid

import pytest
from factories.accounts import make_token, make_user

ME = "/api/v1/me"


@pytest.fixture
def ana(app):
    return make_user(app, email="ana@example.org")


def test_i_see_myself(browse, ana):
    mine = browse(ana).get(ME)
    assert mine.status_code == 200
    said = {"pronouns", "organisation", "place", "languages", "about", "about_html", "picture"}
    account = {"id", "name", "email", "zone", "language", "created_at"}
    assert mine.json.keys() == account | said | {"visible"}
    assert mine.json["id"] == str(ana)
    assert mine.json["visible"]["place"] == "self"
    assert mine.json["visible"]["organisation"] == "spaces"


def test_nobody_signed_in_is_nobody(browse, ana):
    answer = browse(None).get(ME)
    assert (answer.status_code, answer.json["code"]) == (401, "unauthenticated")


def test_i_change_one_thing_and_the_rest_stays(browse, ana):
    client = browse(ana)
    before = client.get(ME).json
    changed = client.patch(ME, json={"zone": "Asia/Tokyo"})
    assert changed.status_code == 200
    assert changed.json == {**before, "zone": "Asia/Tokyo"}
    assert client.get(ME).json == changed.json


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"name": ""}, "name"),
        ({"name": None}, "name"),
        ({"name": 5}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"zone": "Mars/Olympus"}, "zone"),
        ({"language": "tlh"}, "language"),
        ({"email": "new@example.org"}, "email"),
        ({"admin": True}, "admin"),
    ],
)
def test_what_cannot_be_changed_is_named(browse, ana, body, named):
    client = browse(ana)
    before = client.get(ME).json
    answer = client.patch(ME, json={"name": "Other", **body} if named != "name" else body)
    assert answer.status_code == 422
    assert list(answer.json["fields"]) == [named]
    [message] = answer.json["fields"][named]
    assert isinstance(message, str)
    assert client.get(ME).json == before


def test_a_cookie_needs_a_csrf_token_and_a_bearer_does_not(browse, app, ana):
    client = browse(ana)
    client.environ_base.pop("HTTP_X_CSRFTOKEN")
    assert client.patch(ME, json={"name": "Forged"}).status_code == 400
    _key, secret = make_token(app, ana)
    answer = browse(None).patch(
        ME, json={"name": "Ana Grün"}, headers={"Authorization": f"Bearer {secret}"}
    )
    assert (answer.status_code, answer.json["name"]) == (200, "Ana Grün")


@pytest.mark.parametrize("header", ["Bearer nonsense", "Bearer", "Basic YTpi", "Bearer  "])
def test_a_token_nobody_made_is_refused_even_beside_a_cookie(browse, ana, header):
    answer = browse(ana).get(ME, headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_tokens_are_listed_without_their_secret_and_revoked(browse, app, ana):
    key, secret = make_token(app, ana)
    make_token(app, make_user(app, "Bo"))
    client = browse(ana)
    [listed] = client.get(f"{ME}/tokens").json["items"]
    assert listed.keys() == {
        "id",
        "label",
        "created_at",
        "expires_at",
        "used_at",
        "scopes",
    }
    assert listed["scopes"] == ["read", "write", "account"]
    assert listed["id"] == str(key)
    bearer = {"Authorization": f"Bearer {secret}"}
    assert browse(None).get(ME, headers=bearer).status_code == 200
    assert client.delete(f"{ME}/tokens/{key}").status_code == 204
    assert browse(None).get(ME, headers=bearer).status_code == 401
    assert client.get(f"{ME}/tokens").json["items"] == []


def test_anothers_token_is_as_absent_as_none(browse, app, ana):
    key, _secret = make_token(app, make_user(app, "Bo"))
    answers = [browse(ana).delete(f"{ME}/tokens/{token}") for token in (key, uuid.uuid4())]
    assert {answer.status_code for answer in answers} == {404}
    assert answers[0].data == answers[1].data
