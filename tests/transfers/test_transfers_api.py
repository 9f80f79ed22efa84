"""What comes in and goes out over JSON: as on the pages, for the same people."""

import io

from factories.mail import archive, begin, message
from factories.spaces import join, make_space

from community.kernel.jobs import run_everything
from community.spaces.models import Role
from community.transfers.formats.talk import Reader, check

TALK = archive(
    message(1), message(2, answers="m1@lists.example"), message(3, answers="x@y", subject="Tides"),
    message(1),
)  # fmt: skip
NOWHERE = "01a00000-0000-7000-8000-000000000000"


def send(client, space_id, data=TALK, name="list.mbox"):
    where = f"/api/v1/spaces/{space_id}/imports"
    return client.post(where, data={"upload": (io.BytesIO(data), name)})


def test_an_archive_is_brought_in_looked_at_and_taken_back(app, place, browse):
    client = browse(place.people["organiser"])
    answer = send(client, place.space_id)
    assert answer.status_code == 201
    began = answer.get_json()
    assert (began["state"], began["name"], began["by"]) == (
        *("reading", "list.mbox"), "Organiser Example",
    )  # fmt: skip
    assert (began["threads"], began["failed"], began["remaining"]) == (None, None, None)
    run_everything(app)
    where = f"/api/v1/imports/{began['id']}"
    done = client.get(where).get_json()
    assert [done[name] for name in ("state", "found", "kept", "written")] == ["done", 4, 3, 3]
    assert [done[name] for name in ("threads", "replies", "orphans")] == [2, 1, 1]
    assert (done["notes"], done["dropped"], done["files"]) == ({"orphan": 1}, {"twice": 1}, {})
    assert done["first_at"] == "2020-03-03T10:00:00+00:00"
    listed = client.get(f"/api/v1/spaces/{place.space_id}/imports").get_json()["items"]
    assert listed == [done]
    page = client.get(f"{where}/messages?limit=3").get_json()
    assert [line["number"] for line in page["items"]] == [1, 2, 3]
    assert page["items"][2] | {"thread_id": None} == {
        "number": 3, "at": "2020-03-03T10:00:00+00:00", "title": "Tides", "thread_id": None,
        "post": 1, "notes": ["orphan"], "dropped": None,
    }  # fmt: skip
    rest = client.get(f"{where}/messages?after={page['next']}").get_json()
    assert [line["dropped"] for line in rest["items"]] == ["twice"]
    assert rest["next"] is None
    assert len(client.get(f"{where}/messages?told=true").get_json()["items"]) == 2
    leaving = client.post(f"{where}/take-back").get_json()
    assert leaving["state"] == "leaving"
    run_everything(app)
    gone = client.get(where).get_json()
    assert (gone["state"], gone["remaining"]) == ("gone", 0)


def test_what_is_refused_says_why(app, place, browse):
    client = browse(place.people["owner"])
    answer = send(client, place.space_id, b"Hello")
    assert answer.status_code == 422
    assert "neither an archive of mail" in answer.get_json()["fields"]["upload"][0]
    where, form = f"/api/v1/spaces/{place.space_id}/imports", "multipart/form-data"
    assert client.post(where, data={}, content_type=form).status_code == 422
    begin(app, place.space_id, place.people["owner"], TALK)
    assert send(client, place.space_id).status_code == 409


def test_the_talk_is_taken_along_and_loaded_by_its_owner_alone(app, place, browse):
    client, other = browse(place.people["owner"]), browse(place.people["organiser"])
    where = f"/api/v1/spaces/{place.space_id}/exports"
    made = client.post(where)
    assert made.status_code == 201
    key = made.get_json()["id"]
    assert made.get_json()["state"] == "making"
    assert client.get(f"/api/v1/exports/{key}/archive").status_code == 404
    run_everything(app)
    told = client.get(f"/api/v1/exports/{key}").get_json()
    assert (told["state"], told["threads"]) == ("done", 0)
    assert client.get(where).get_json()["items"] == [told]
    answer = client.get(f"/api/v1/exports/{key}/archive")
    assert (answer.status_code, answer.content_type) == (200, "application/zip")
    assert "no-store" in answer.headers["Cache-Control"]
    assert check(Reader(io.BytesIO(answer.data)))["threads"] == 0
    assert other.get(where).get_json()["items"] == []
    for path in (f"/api/v1/exports/{key}", f"/api/v1/exports/{key}/archive"):
        assert other.get(path).status_code == 404
    assert other.delete(f"/api/v1/exports/{key}").status_code == 404
    assert client.delete(f"/api/v1/exports/{key}").status_code == 204
    assert client.get(f"/api/v1/exports/{key}").status_code == 404


def test_feeds_are_opened_listed_and_shut(app, place, browse):
    owner = place.people["owner"]
    client = browse(owner)
    second = make_space(app, "Elsewhere")
    join(app, second, owner, Role.MEMBER)
    assert client.get("/api/v1/me/feeds").get_json() == {"items": [], "of_thread": None}
    made = client.post("/api/v1/me/feeds")
    assert made.status_code == 201
    assert client.get("/api/v1/me/feeds").get_json() == made.get_json()
    items = made.get_json()["items"]
    assert {item["space_id"] for item in items} == {None, str(place.space_id), str(second)}
    assert made.get_json()["of_thread"].endswith("/threads/{thread_id}.atom")
    stranger = app.test_client()
    paths = [f"/{item['address'].split('/', 3)[3]}" for item in items]
    assert [stranger.get(path).status_code for path in paths] == [200] * 3
    assert client.delete("/api/v1/me/feeds").status_code == 204
    assert [stranger.get(path).status_code for path in paths] == [404] * 3


def test_who_may_not_finds_it_as_the_pages_say(place, browse):
    for who, status in (("facilitator", 403), ("member", 403), ("outsider", 404)):
        client = browse(place.people[who])
        assert send(client, place.space_id).status_code == status
        for part in ("imports", "exports"):
            where = f"/api/v1/spaces/{place.space_id}/{part}"
            assert client.get(where).status_code == status
        assert client.post(f"/api/v1/spaces/{place.space_id}/exports").status_code == status
        assert client.get(f"/api/v1/imports/{NOWHERE}").status_code == 404
