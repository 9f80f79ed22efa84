"""What is said of a thread, on pages, over JSON and over the socket."""

import pytest
from conftest import acting
from factories.discussions import make_thread, reply
from page_text import fields_of, text_of

from community.discussions.operations import lock_thread, mark_read, pin_thread
from community.kernel.db import db
from community.spaces.models import Space


@pytest.fixture
def talk(app, place):
    """The address of the page with the threads of the space."""
    with app.app_context():
        return f"/spaces/{db.session.get_one(Space, place.space_id).slug}/threads"


def test_it_is_renamed_pinned_and_locked_on_its_settings(app, place, browse, talk):
    owner, thread = browse(place.owner), f"/threads/{place.thread_id}"
    make_thread(app, place.space_id, place.member, title="Newer")
    assert f'href="{thread}/settings"' in owner.get(thread).text
    assert f'href="{thread}/settings"' not in browse(place.observer).get(thread).text
    assert browse(place.observer).get(f"{thread}/settings").status_code == 403
    done = owner.post(f"{thread}/settings", data={"title": "Wells", "kind": "ask"})
    assert done.status_code == 303
    assert owner.post(f"{thread}/settings", data={"title": "", "kind": "ask"}).status_code == 422
    assert owner.post(f"{thread}/pin", data={"on": "yes"}).status_code == 303
    assert owner.post(f"{thread}/lock", data={"on": "yes"}).status_code == 303
    assert owner.post(f"{thread}/lock", data={"on": "maybe"}).status_code == 422
    listed = text_of(browse(place.observer).get(talk))
    assert listed.index("Wells") < listed.index("Newer")
    assert listed.count("Wells") == 1
    assert "Pinned" in listed
    page = browse(place.facilitator).get(thread)
    assert 'id="reply"' in page.text
    page = browse(place.member).get(thread)
    assert "This thread is locked" in text_of(page)
    assert 'id="reply"' not in page.text


def test_the_answer_is_chosen_by_a_button_and_shown_at_the_top(app, place, browse, talk):
    reply(app, place.thread_id, place.facilitator, "It was the storm.")
    asker, thread = browse(place.member), f"/threads/{place.thread_id}"
    page = asker.get(thread)
    assert page.text.count('form="answer"') == 2, "the reply, and the one that may arrive"
    assert 'form="answer"' not in browse(place.observer).get(thread).text
    assert asker.post(f"{thread}/answer", data={"number": "2"}).status_code == 303
    page = browse(place.observer).get(thread)
    assert "Answered in post 2" in text_of(page)
    assert '<article class="post accepted" id="p2"' in page.text
    assert "Answered" in text_of(browse(place.observer).get(talk))
    assert asker.post(f"{thread}/answer", data={"number": "9"}).status_code == 404
    assert asker.post(f"{thread}/answer", data={}).status_code == 422
    assert asker.post(f"{thread}/answer/take-back").status_code == 303
    assert "Answered in post" not in text_of(asker.get(thread))


def test_lists_say_which_threads_they_show_and_when_there_are_none(app, place, browse, talk):
    member = browse(place.member)
    for show, words in (
        ("unread", "Nothing unread"),
        ("mine", "Who signs for the readings?"),
        ("unanswered", "Who signs for the readings?"),
    ):
        assert words in text_of(member.get(f"{talk}?show={show}"))
    reply(app, place.thread_id, place.facilitator)
    assert "No question waits" in text_of(member.get(f"{talk}?show=unanswered"))
    assert "Nothing of yours yet" in text_of(browse(place.observer).get(f"{talk}?show=mine"))
    assert member.get(f"{talk}?show=nonsense").status_code == 404


def test_one_reads_again_from_a_post_on(app, place, browse, talk):
    reply(app, place.thread_id, place.member)
    with app.app_context():
        mark_read(acting(place.observer), place.thread_id, number=2)
    reader, thread = browse(place.observer), f"/threads/{place.thread_id}"
    assert 'name="number" value="2"' in reader.get(thread).text
    assert fields_of(reader.get(thread), f"{thread}/unread").keys() == {"csrf_token"}
    done = reader.post(f"{thread}/unread", data={"number": "2"}, follow_redirects=True)
    assert "is unread from post 2 on" in text_of(done)
    assert "1 new" in text_of(done)


def test_it_is_done_over_json_too(app, place, browse):
    reply(app, place.thread_id, place.facilitator)
    owner, address = browse(place.owner), f"/api/v1/threads/{place.thread_id}"
    given = {"title": "Wells", "kind": "question"}
    assert owner.put(address, json=given).get_json()["title"] == "Wells"
    assert owner.put(f"{address}/pin").get_json()["pinned_at"] is not None
    assert owner.delete(f"{address}/pin").get_json()["pinned_at"] is None
    assert owner.put(f"{address}/lock").get_json()["locked_at"] is not None
    post = owner.get(f"{address}/posts").get_json()["items"][1]["id"]
    assert owner.post(f"/api/v1/posts/{post}/accept").status_code == 204
    assert owner.get(address).get_json()["answer"] == 2
    assert owner.delete(f"{address}/answer").get_json()["answer"] is None
    assert owner.put(f"{address}/unread", json={"number": 2}).status_code == 204
    listed = f"/api/v1/spaces/{place.space_id}/threads?show=unanswered"
    assert owner.get(listed).get_json()["items"] == []
    assert browse(place.observer).put(f"{address}/lock").status_code == 403


def test_who_follows_the_thread_hears_of_it(live, place):
    reader = live.connect(place.observer)
    reader.ask("thread.join", {"thread_id": str(place.thread_id), "since": 1})
    with live.app.app_context():
        lock_thread(acting(place.owner), place.thread_id, locked=True)
        pin_thread(acting(place.owner), place.thread_id, pinned=True)
    told = reader.heard("thread.changed")
    assert [message["seq"] for message in told] == [2, 3]
    assert told[1]["data"]["locked_at"] is not None
    missed = reader.ask("thread.sync", {"thread_id": str(place.thread_id), "since": 0})
    assert [event["name"] for event in missed["events"]] == [
        "thread.reply_posted",
        "thread.changed",
        "thread.changed",
    ]
