"""How one follows threads and spaces, and whom one blocks: on pages and over JSON."""

import pytest
from factories.discussions import make_thread, reply
from page_text import text_of

from community.kernel.db import db
from community.spaces.models import Space


@pytest.fixture
def slug(app, place):
    with app.app_context():
        return db.session.get_one(Space, place.space_id).slug


def test_a_thread_is_muted_and_heard_again_in_its_head(app, place, browse, slug):
    reader, thread = browse(place.observer), f"/threads/{place.thread_id}"
    assert "Tracking : how you follow this thread" in text_of(reader.get(thread))
    assert "1 new" in text_of(reader.get(f"/spaces/{slug}/threads"))
    done = reader.post(f"{thread}/following", data={"level": "muted", "after": "0"})
    assert (done.status_code, done.location) == (303, f"{thread}?after=0")
    page = text_of(reader.get(thread))
    assert "How you follow this thread: Muted." in page
    assert "You chose this for the thread." in page
    listed = text_of(reader.get(f"/spaces/{slug}/threads"))
    assert "1 new" not in listed
    assert "Muted" in listed
    assert "Nothing unread" in text_of(reader.get(f"/spaces/{slug}/threads?show=unread"))
    assert "Who signs" in text_of(reader.get("/me/following"))
    gone = reader.post(f"/me/following/threads/{place.thread_id}/forget")
    assert (gone.status_code, gone.location) == (303, "/me/following")
    assert "You follow all threads as their spaces." in text_of(reader.get("/me/following"))
    assert "1 new" in text_of(reader.get(f"/spaces/{slug}/threads"))


def test_a_space_is_muted_but_for_one_thread(app, place, browse, slug):
    other = make_thread(app, place.space_id, place.member, title="Wells in March")
    reader = browse(place.observer)
    done = reader.post(f"/spaces/{slug}/following", data={"level": "muted"})
    assert (done.status_code, done.location) == (303, f"/spaces/{slug}/threads")
    page = text_of(reader.get(f"/spaces/{slug}/threads"))
    assert "You chose this for the space." in page
    assert "1 new" not in page
    assert "You follow all of" in text_of(reader.get(f"/threads/{other}"))
    reader.post(f"/threads/{other}/following", data={"level": "watching"})
    assert text_of(reader.get(f"/spaces/{slug}/threads")).count("1 new") == 1
    reader.post(f"/threads/{other}/following", data={"level": ""})
    assert "1 new" not in text_of(reader.get(f"/spaces/{slug}/threads"))
    assert reader.post(f"/me/following/spaces/{slug}/forget").status_code == 303
    assert text_of(reader.get(f"/spaces/{slug}/threads")).count("1 new") == 2


def test_a_level_that_there_is_not_changes_nothing(place, browse, slug):
    reader = browse(place.observer)
    for address in (f"/threads/{place.thread_id}/following", f"/spaces/{slug}/following"):
        assert reader.post(address, data={"level": "loud"}).status_code == 422
    assert reader.get("/api/v1/following/spaces").json == {"items": []}


def test_what_a_blocked_person_writes_is_folded_for_who_blocked_them(app, place, browse):
    reply(app, place.thread_id, place.facilitator, "Words to be folded.")
    reader, thread = browse(place.observer), f"/threads/{place.thread_id}"
    assert "Block Member Example" in text_of(reader.get(f"/people/{place.member}"))
    assert "Block" not in text_of(reader.get(f"/people/{place.observer}"))
    assert reader.post(f"/people/{place.facilitator}/block").status_code == 303
    assert "You have blocked them." in text_of(reader.get(f"/people/{place.facilitator}"))
    page = reader.get(thread).text
    before, _fold, after = page.partition('<details class="folded" id="p2" data-number="2">')
    assert "Who is the steward?" in before
    assert "Words to be folded." in after
    assert 'data-blocks="/api/v1/blocked-people"' in page
    other = browse(place.facilitator).get(thread).text
    assert "data-blocks" not in other
    assert other.count('class="folded"') == 1, "only the template for posts that may arrive"
    assert "Facilitator Example" in text_of(reader.get("/me/following"))
    assert reader.post(f"/people/{place.facilitator}/unblock").status_code == 303
    assert "data-blocks" not in reader.get(thread).text
    assert "Nobody." in text_of(reader.get("/me/following"))


def test_over_json_it_is_read_chosen_and_taken_back(place, browse):
    reader = browse(place.observer)
    thread = f"/api/v1/threads/{place.thread_id}/following"
    space = f"/api/v1/spaces/{place.space_id}/following"
    usual = {"level": "tracking", "because": "usual"}
    assert reader.get(thread).json == reader.get(space).json == usual
    assert reader.put(space, json={"level": "normal"}).json == {
        "level": "normal",
        "because": "space",
    }
    assert reader.get(thread).json == {"level": "normal", "because": "space"}
    assert reader.put(thread, json={"level": "watching"}).json["because"] == "chosen"
    assert reader.put(thread, json={"level": "loud"}).status_code == 422
    [kept] = reader.get("/api/v1/following/threads").json["items"]
    assert (kept["thread_id"], kept["level"]) == (str(place.thread_id), "watching")
    [kept] = reader.get("/api/v1/following/spaces").json["items"]
    assert (kept["space_id"], kept["level"]) == (str(place.space_id), "normal")
    assert reader.delete(thread).json == {"level": "normal", "because": "space"}
    assert reader.delete(space).json == usual
    people = "/api/v1/blocked-people"
    assert reader.put(f"{people}/{place.member}").status_code == 204
    assert reader.put(f"{people}/{place.observer}").status_code == 409
    assert reader.put(f"{people}/{place.outsider}").status_code == 404
    assert reader.get(people).json["items"] == [{"id": str(place.member), "name": "Member Example"}]
    assert browse(place.member).get(people).json["items"] == []
    assert reader.delete(f"{people}/{place.member}").status_code == 204
    assert reader.get(people).json["items"] == []


def test_who_wrote_in_a_thread_of_a_space_they_follow_less_hears_of_it(app, place, browse, slug):
    writer = browse(place.member)
    writer.post(f"/spaces/{slug}/following", data={"level": "normal"})
    make_thread(app, place.space_id, place.owner, title="Not theirs")
    reply(app, place.thread_id, place.owner)
    listed = text_of(writer.get(f"/spaces/{slug}/threads?show=unread"))
    assert "Who signs" in listed
    assert "Not theirs" not in listed
    assert "You wrote in this thread." in text_of(writer.get(f"/threads/{place.thread_id}"))
