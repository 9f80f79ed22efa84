"""Certificates over JSON."""

import pytest
from conftest import acting

from community.accounts.operations import delete_account
from community.certificates.rules import grouped

WHY = {"reason": "mistake", "note": "It was the other Zoë."}


def test_one_lists_and_names_ones_own(browse, honours):
    client = browse(honours.learner)
    listed = client.get("/api/v1/me/certificates").json
    assert [item["id"] for item in listed["items"]] == [str(honours.certificate)]
    assert listed["name"] == "Zoë Álvarez"
    wanted = client.put("/api/v1/me/certificates/name", json={"name": "Zed"})
    assert wanted.json["name"] == "Zed"
    named = client.put(f"{honours.path}/name", json={"name": "Zoë A."})
    assert (named.json["name"], named.json["edition"]) == ("Zoë A.", 2)
    assert named.json["learner"] == {"id": str(honours.learner), "name": "Zoë Álvarez"}
    assert named.json["leads"] == ["Fatou Lead"]
    assert named.json["verify_url"].endswith(honours.verify)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"note": "Why"}, "reason"),
        ({"reason": "mistake"}, "note"),
        ({"reason": "mistake", "note": ""}, "note"),
        ({"reason": "verdict_withdrawn", "note": "Why"}, "reason"),
        ({"reason": "else", "note": "Why"}, "reason"),
        ({**WHY, "note": "x" * 501}, "note"),
        ({**WHY, "by": "me"}, "by"),
    ],
)
def test_what_cannot_be_used_is_named_and_changes_nothing(browse, honours, given, field):
    client = browse(honours.organiser)
    refused = client.post(f"{honours.path}/revoke", json=given)
    assert refused.status_code == 422
    assert list(refused.json["fields"]) == [field]
    assert client.get(honours.path).json["valid"]


def test_organisers_list_revoke_and_issue_again(browse, honours):
    client, path = browse(honours.organiser), f"/api/v1/runs/{honours.world.run}/certificates"
    [line] = client.get(path).json["items"]
    assert (line["id"], line["revoked_at"]) == (str(honours.certificate), None)
    revoked = client.post(f"{honours.path}/revoke", json=WHY).json
    assert (revoked["valid"], revoked["reason"], revoked["note"]) == (
        False,
        "mistake",
        "It was the other Zoë.",
    )
    assert client.get(f"{path}?revoked=false").json["items"] == []
    assert len(client.get(f"{path}?revoked=true").json["items"]) == 1
    again = client.post(f"{honours.path}/reissue").json
    assert (again["valid"], again["edition"]) == (True, 2)


def test_hidden_and_absent_are_one_answer(browse, honours):
    absent = "/api/v1/certificates/00000000-0000-7000-8000-000000000000"
    for who in (honours.other, honours.facilitator, honours.outsider):
        client = browse(who)
        assert client.get(honours.path).status_code == 404
        assert client.get(honours.path).json == client.get(absent).json
        assert client.post(f"{honours.path}/revoke", json=WHY).status_code == 404
    assert browse(None).get(honours.path).status_code == 401
    listing = f"/api/v1/runs/{honours.world.run}/certificates"
    assert browse(honours.learner).get(listing).status_code == 403
    assert browse(honours.outsider).get(listing).status_code == 404


def test_anybody_asks_by_the_code(app, browse, honours):
    client, path = browse(None), f"/api/v1{honours.verify}"
    said = client.get(path).json
    assert said["valid"]
    assert said["name"] == "Zoë Álvarez"
    assert said["code"] == grouped(honours.code)
    assert not said.keys() & {"id", "note", "learner", "leads", "user_id"}
    browse(honours.organiser).post(f"{honours.path}/revoke", json=WHY)
    revoked = client.get(path).json
    assert (revoked["valid"], revoked["reason"]) == (False, "mistake")
    assert "note" not in revoked
    with app.app_context():
        delete_account(acting(honours.learner))
    gone = client.get(path)
    assert gone.status_code == 404
    assert gone.json == client.get("/api/v1/verify/nothing").json
    for answer in (client.get(path), gone, client.get(f"/verify?code={honours.code}")):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"


def test_it_is_among_what_one_takes_along(browse, honours):
    kept = browse(honours.learner).get("/me/data.json").json
    [mine] = kept["certificates"]["certificates"]
    assert (mine["name"], mine["code"]) == ("Zoë Álvarez", grouped(honours.code))
