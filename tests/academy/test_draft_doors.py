"""Drafts over JSON: the whole way from an empty course to its first version."""

import base64

import pytest
from factories.academy import PICTURE
from factories.accounts import make_user
from factories.spaces import join, make_space

from community.spaces.models import Role, SpaceKind

DRAFTS = "/api/v1/course-drafts"


@pytest.fixture
def network(app):
    return make_space(app, "The network", kind=SpaceKind.NETWORK)


@pytest.fixture
def client(app, browse, network):
    user_id = make_user(app)
    join(app, network, user_id, Role.ORGANISER)
    return browse(user_id)


@pytest.fixture
def draft(client, network):
    sent = {"space_id": str(network), "title": "Sharing data"}
    answer = client.post(DRAFTS, json=sent)
    assert answer.status_code == 201
    return answer.json


def test_a_course_is_written_looked_at_and_published(client, draft):
    where = f"{DRAFTS}/{draft['id']}"
    module = client.post(f"{where}/modules", json={"title": "One"}).json
    there = f"{DRAFTS}/modules/{module['id']}"
    page = client.post(f"{there}/activities", json={"kind": "page", "title": "Read"}).json
    assert {problem["field"] for problem in page["problems"]} == {"minutes", None}
    picture = {"name": "Waves.svg", "data": base64.b64encode(PICTURE).decode()}
    assert client.post(f"{where}/pictures", json=picture).json["path"] == "assets/waves.svg"
    text = {"title": "Read", "minutes": 5, "required": True, "phase": None, "front": {}}
    text |= {"body": "![](assets/waves.svg)", "revision": 1}
    saved = client.put(f"{DRAFTS}/activities/{page['id']}", json=text).json
    assert (saved["problems"], [hint["code"] for hint in saved["hints"]]) == ([], ["alt-missing"])
    assert saved == client.get(f"{DRAFTS}/activities/{page['id']}").json
    assert client.get(f"{where}/problems").json == {"problems": []}
    difference = client.get(f"{where}/difference").json
    assert [change["what"] for change in difference["changes"]] == [["added"]] * 4
    refused = client.post(f"{where}/publish", json={"seen": "another"})
    assert refused.status_code == 409
    version = client.post(f"{where}/publish", json={"seen": difference["digest"]})
    assert (version.status_code, version.json["number"]) == (201, 1)
    twice = client.post(f"{where}/publish", json={"seen": difference["digest"]})
    assert (twice.status_code, twice.json) == (201, version.json)
    page = {"seen": difference["digest"]}  # a double click gets to the course as well
    shown = client.post(f"/studio/{draft['id']}/publish", data=page)
    assert (shown.status_code, shown.location) == (303, f"/courses/{version.json['id']}")
    assert client.get(where).status_code == 404
    again = client.post(f"/api/v1/courses/{draft['course_id']}/draft").json
    assert (again["number"], again["newest"], len(again["modules"])) == (1, 1, 1)
    assert [item["id"] for item in client.get(DRAFTS).json["items"]] == [again["id"]]


def test_whoever_was_slower_is_told_what_is_kept(client, draft):
    where = f"{DRAFTS}/{draft['id']}"
    module = client.post(f"{where}/modules", json={"title": "One"}).json
    there = f"{DRAFTS}/modules/{module['id']}"
    mine = {"title": "One", "summary": "", "body": "mine", "opens_later": False, "revision": 1}
    assert client.put(there, json=mine).json["revision"] == 2
    refused = client.put(there, json={**mine, "body": "theirs"})
    assert refused.status_code == 409
    assert refused.json["kept"]["body"] == "mine"
    assert client.put(there, json=mine).status_code == 200  # a retry is no conflict
    theirs = {**mine, "body": "theirs", "revision": refused.json["kept"]["revision"]}
    assert client.put(there, json=theirs).json["body"] == "theirs"


def test_parts_are_moved_and_taken_away(client, draft):
    where = f"{DRAFTS}/{draft['id']}"
    one, two = (client.post(f"{where}/modules", json={"title": t}).json for t in ("One", "Two"))
    page = client.post(
        f"{DRAFTS}/modules/{one['id']}/activities", json={"kind": "page", "title": "Read"}
    ).json
    moved = client.post(
        f"{DRAFTS}/activities/{page['id']}/move", json={"module_id": two["id"], "position": 1}
    )
    assert moved.json["module_id"] == two["id"]
    assert (
        client.post(f"{DRAFTS}/modules/{two['id']}/move", json={"position": 1}).json["position"]
        == 1
    )
    gone = client.post(f"{DRAFTS}/activities/{page['id']}/remove", json={"revision": 1})
    assert gone.status_code == 204
    seen = client.get(where).json["edits"]
    away = f"{DRAFTS}/modules/{one['id']}/remove"
    assert client.post(away, json={"edits": seen - 1}).status_code == 409
    assert client.post(away, json={"edits": seen}).status_code == 204
    assert client.post(f"{where}/discard", json={"edits": seen}).status_code == 409
    left = client.get(where).json["modules"]
    assert [(module["title"], module["activities"]) for module in left] == [("Two", [])]


def test_a_text_is_taken_as_it_is_typed_and_no_longer_than_a_course_takes(client, draft):
    where = f"{DRAFTS}/{draft['id']}"
    text = {"title": "", "language": "en", "licence": "", "summary": "", "revision": 1}
    for name in text:
        part = {key: value for key, value in text.items() if key != name}
        assert name in client.put(where, json=part).json["fields"]  # nothing is emptied unsaid
    text["body"] = "    code\r\n\r\nÅ\n"
    saved = client.put(where, json=text).json
    assert (saved["body"], saved["title"]) == ("    code\n\nÅ\n", "")
    for body in ("x" * 60_001, "a\x00b"):
        refused = client.put(where, json={**text, "body": body, "revision": 2})
        assert list(refused.json["fields"]) == ["body"]


def test_a_text_is_seen_before_it_is_kept(client, draft):
    where = f"{DRAFTS}/{draft['id']}"
    sent = {"kind": "page", "title": "Read", "minutes": 5, "body": "A *text*."}
    seen = client.post(f"{where}/preview", json=sent).json
    assert (seen["html"], seen["problems"]) == ("<p>A <em>text</em>.</p>\n", [])
    front = client.post(f"{where}/preview", json={**sent, "front": {"colour": "red"}}).json
    assert front["problems"] == []  # nothing of it could be kept


def test_a_draft_is_put_away(client, draft):
    where = f"{DRAFTS}/{draft['id']}"
    seen = {"edits": draft["edits"]}
    assert client.post(f"{where}/discard", json=seen).status_code == 204
    assert client.post(f"{where}/discard", json=seen).status_code == 404
    assert client.get(where).status_code == 404
    assert client.get("/api/v1/courses").json["items"] == []
