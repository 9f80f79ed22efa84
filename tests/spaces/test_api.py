"""Spaces over JSON."""

import uuid

import pytest
import sqlalchemy as sa
from factories.accounts import make_token, make_user
from factories.spaces import join, make_invitation, make_space

from community.kernel.db import db
from community.spaces.models import Membership, Role

OWNER, ORGANISER, FACILITATOR, MEMBER, OBSERVER = Role


@pytest.fixture
def space(app):
    return make_space(app, "Cohort 9", slug="cohort-9")


@pytest.fixture
def owner(app, space):
    user_id = make_user(app, "Olga Owner")
    join(app, space, user_id, OWNER)
    return user_id


@pytest.fixture
def ana(app, space):
    user_id = make_user(app)
    join(app, space, user_id, MEMBER)
    return user_id


def test_my_spaces_are_listed_with_my_role_in_each(browse, app, space, ana):
    make_space(app, "Not mine")
    newer = make_space(app, "Cohort 10")
    join(app, newer, ana, OBSERVER)
    answer = browse(ana).get("/api/v1/spaces").json
    assert [(row["name"], row["role"]) for row in answer["items"]] == [
        ("Cohort 10", "observer"),
        ("Cohort 9", "member"),
    ]
    assert answer["items"][1]["id"] == str(space)
    assert browse(ana).get(f"/api/v1/spaces/{space}").json == answer["items"][1]


def test_spaces_are_paged_by_bookmark(browse, app, ana):
    for number in range(4):
        join(app, make_space(app, f"More {number}"), ana)
    client, seen, bookmark = browse(ana), [], None
    while True:
        query = {"limit": 2, **({"page": bookmark} if bookmark else {})}
        page = client.get("/api/v1/spaces", query_string=query).json
        seen += [row["name"] for row in page["items"]]
        bookmark = page["next"]
        if bookmark is None:
            break
    assert seen == ["More 3", "More 2", "More 1", "More 0", "Cohort 9"]


def test_a_program_with_a_token_sees_what_its_person_sees(browse, app, space, ana):
    _key, secret = make_token(app, ana)
    answer = browse(None).get(
        f"/api/v1/spaces/{space}/members", headers={"Authorization": f"Bearer {secret}"}
    )
    assert answer.status_code == 200
    assert [row["user"]["name"] for row in answer.json["items"]] == ["Ana Lind"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/api/v1/spaces/{space}", None),
        ("GET", "/api/v1/spaces/{space}/members", None),
        ("PATCH", "/api/v1/spaces/{space}/members/{owner}", {"role": "member"}),
        ("DELETE", "/api/v1/spaces/{space}/members/{owner}", None),
        ("GET", "/api/v1/spaces/{space}/invitations", None),
        ("POST", "/api/v1/spaces/{space}/invitations", {}),
        ("DELETE", "/api/v1/invitations/{invitation}", None),
    ],
)
def test_hidden_equals_absent(browse, app, space, owner, method, path, body):
    key, _token = make_invitation(app, space, owner)
    outsider = browse(make_user(app, "Out"))
    answers = [
        outsider.open(path.format(**ids), method=method, json=body)
        for ids in (
            {"space": space, "owner": owner, "invitation": key},
            {"space": uuid.uuid4(), "owner": uuid.uuid4(), "invitation": uuid.uuid4()},
        )
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].data == answers[1].data
    assert answers[0].content_type == "application/problem+json"
    anonymous = browse(None).open(
        path.format(space=space, owner=owner, invitation=key), method=method, json=body
    )
    assert anonymous.status_code in {400, 401}  # 400: an unsafe request without a CSRF token


def test_an_owner_changes_a_role_and_removes(browse, app, space, owner, ana):
    client = browse(owner)
    changed = client.patch(f"/api/v1/spaces/{space}/members/{ana}", json={"role": "facilitator"})
    assert changed.status_code == 200
    assert changed.json["role"] == "facilitator"
    shown = dict.fromkeys(("pronouns", "organisation", "place", "picture"))
    assert changed.json["user"] == {"id": str(ana), "name": "Ana Lind", **shown}
    assert client.delete(f"/api/v1/spaces/{space}/members/{ana}").status_code == 204
    assert client.delete(f"/api/v1/spaces/{space}/members/{ana}").status_code == 404
    assert browse(ana).get(f"/api/v1/spaces/{space}").status_code == 404


def test_a_member_is_told_no_where_they_see_the_thing(browse, space, owner, ana):
    answer = browse(ana).delete(f"/api/v1/spaces/{space}/members/{owner}")
    assert answer.status_code == 403
    assert answer.json["rule"] == "may_remove_member"
    assert browse(ana).get(f"/api/v1/spaces/{space}/invitations").status_code == 403


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"role": "emperor"}, "role"),
        ({"role": 7}, "role"),
        ({"days": 91}, "days"),
        ({"days": 2.5}, "days"),
        ({"days": "many"}, "days"),
        ({"max_uses": 0}, "max_uses"),
        ({"max_uses": True}, "max_uses"),
        ({"max_uses": None}, "max_uses"),
        ({"uses": 0}, "uses"),
    ],
)
def test_a_wrong_invitation_is_refused_by_name(browse, space, owner, body, named):
    client = browse(owner)
    answer = client.post(f"/api/v1/spaces/{space}/invitations", json=body)
    assert answer.status_code == 422
    assert list(answer.json["fields"]) == [named]
    assert client.get(f"/api/v1/spaces/{space}/invitations").json["items"] == []


def test_an_invitation_is_made_listed_accepted_and_revoked(browse, app, space, owner):
    client = browse(owner)
    made = client.post(f"/api/v1/spaces/{space}/invitations", json={"max_uses": 2})
    assert made.status_code == 201
    assert made.headers["Cache-Control"] == "no-store"
    token = made.json["token"]
    assert made.json["link"] == f"http://127.0.0.1:8000/join/{token}"
    assert made.json["state"] == "open"

    bo = make_user(app, "Bo")
    joined = browse(bo).post("/api/v1/invitations/accept", json={"token": token})
    assert (joined.status_code, joined.json["role"]) == (200, "member")

    [listed] = client.get(f"/api/v1/spaces/{space}/invitations").json["items"]
    assert listed["uses"] == 1
    assert "token" not in listed
    assert "digest" not in listed

    assert client.delete(f"/api/v1/invitations/{listed['id']}").status_code == 204
    [listed] = client.get(f"/api/v1/spaces/{space}/invitations").json["items"]
    assert listed["state"] == "revoked"
    late = browse(make_user(app, "Late")).post("/api/v1/invitations/accept", json={"token": token})
    assert late.status_code == 404
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Membership)) == 2


@pytest.mark.parametrize("token", ["", "x" * 101, 5, None, "a\x00b"])
def test_a_token_that_is_none_is_refused(browse, ana, token):
    answer = browse(ana).post("/api/v1/invitations/accept", json={"token": token})
    assert answer.status_code == 422
    assert list(answer.json["fields"]) == ["token"]


def test_malformed_unicode_is_refused(browse, ana):
    answer = browse(ana).post(
        "/api/v1/invitations/accept",
        data=b'{"token": "\\ud800"}',
        content_type="application/json",
    )
    assert answer.status_code in {400, 422}
    assert answer.content_type == "application/problem+json"


def test_members_cost_the_same_however_many(browse, app, space, owner, count_queries):
    client = browse(owner)

    def statements():
        count_queries.clear()
        assert client.get(f"/api/v1/spaces/{space}/members").status_code == 200
        return len(count_queries)

    few = statements()
    for number in range(30):
        join(app, space, make_user(app, f"Person {number}"))
    assert statements() == few <= 4
