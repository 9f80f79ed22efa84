"""Posts are edited, removed and put back on pages and over JSON."""

import datetime as dt

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.discussions import reply
from page_text import fields_of, text_of

from community.discussions.models import Post
from community.discussions.operations import edit_post, lock_thread, post_reply, remove_post
from community.discussions.rules import SECOND_THOUGHTS
from community.kernel.db import db
from community.kernel.operation import unit_of_work
from community.spaces.models import Space

SECRET = "The well is *dry*."


@pytest.fixture
def post(app, place):
    """The id of a reply by the member."""
    with app.app_context():
        return post_reply(acting(place.member), place.thread_id, body=SECRET).id


def later(user_id):
    return acting(user_id, now=dt.datetime.now(dt.UTC) + 2 * SECOND_THOUGHTS)


def test_it_is_edited_by_the_form_and_says_so(place, post, browse):
    author, reader = browse(place.member), browse(place.observer)
    address = f"/posts/{post}/edit"
    thread = f"/threads/{place.thread_id}"
    assert f'href="{address}"' in author.get(thread).text
    assert f'href="{address}"' not in reader.get(thread).text
    assert reader.get(address).status_code == 403
    form = fields_of(author.get(address), address)
    assert form["body"].strip() == "The well is *dry*."
    done = author.post(address, data={**form, "body": "The well is full."})
    assert (done.status_code, done.headers["Location"]) == (303, f"{thread}?after=0#p2")
    assert "Edited" in text_of(reader.get(thread))
    empty = author.post(address, data={**form, "body": " "})
    assert empty.status_code == 422
    assert author.get(f"/posts/{post}").headers["Location"] == f"{thread}?after=0#p2"


def test_a_form_that_is_too_late_shows_both_texts(app, place, post, browse):
    author, address = browse(place.member), f"/posts/{post}/edit"
    form = fields_of(author.get(address), address)
    with app.app_context():
        edit_post(later(place.member), post, body="From my phone.", edition=1)
    clash = author.post(address, data={**form, "body": "From my desk."})
    assert clash.status_code == 409
    assert "changed in another window" in text_of(clash)
    assert "<ins>phone</ins>" in clash.text
    again = fields_of(clash, address)
    assert (again["body"].strip(), again["edition"]) == ("From my desk.", "2")
    assert author.post(address, data=again).status_code == 303


def test_what_a_post_said_before_is_shown_with_what_changed(app, place, post, browse):
    with app.app_context():
        edit_post(later(place.member), post, body="The well is *full*.", edition=1)
    page = browse(place.observer).get(f"/posts/{post}/editions")
    assert "<del>dry</del><ins>full</ins>" in page.text
    assert browse(place.outsider).get(f"/posts/{post}/editions").status_code == 404


def test_it_is_edited_over_json(place, post, browse):
    author = browse(place.member)
    address = f"/api/v1/posts/{post}"
    words = author.get(address).get_json()
    assert (words["body"], words["edition"]) == ("The well is *dry*.", 1)
    edited = author.put(address, json={"body": "The well is full.", "edition": 1})
    assert edited.status_code == 200
    assert edited.get_json()["edited_at"] is not None
    assert author.put(address, json={"body": "x", "edition": 7}).status_code == 409
    assert browse(place.owner).put(address, json={"body": "x", "edition": 1}).status_code == 403
    listed = browse(place.observer).get(f"{address}/editions").get_json()["items"]
    assert [each["body"] for each in listed] == ["The well is full."]
    shown = author.get(f"/api/v1/threads/{place.thread_id}/posts").get_json()["items"][1]
    assert (shown["edition"], shown["has_editions"]) == (2, False)


def test_an_edit_of_another_page_of_the_thread_is_found_by_its_address(app, place, browse):
    for _ in range(30):
        reply(app, place.thread_id, place.member)
    with app.app_context():
        last = db.session.scalars(sa.select(Post.id).where(Post.number == 31)).one()
    led = browse(place.observer).get(f"/posts/{last}")
    assert led.headers["Location"] == f"/threads/{place.thread_id}?after=20#p31"


def test_its_words_are_nowhere_any_more(app, place, post, browse):
    with app.app_context():
        quoting = post_reply(acting(place.owner), place.thread_id, body="Really?", reply_to=2).id
        remove_post(acting(place.member), post)
    reader = browse(place.observer)
    page = reader.get(f"/threads/{place.thread_id}")
    assert "The well" not in page.text
    assert "Removed by who wrote it." in text_of(page)
    assert "answers post 2, which was removed" in text_of(page)
    listed = reader.get(f"/api/v1/threads/{place.thread_id}/posts").get_json()["items"]
    assert listed[1]["removal"] == "author"
    assert (listed[1]["html"], listed[1]["author"], listed[1]["role"]) == ("", None, None)
    assert listed[2]["reply_to"].items() >= {"number": 2, "name": None}.items()
    for address in (f"/posts/{post}", f"/posts/{post}/editions", f"/posts/{post}/restore"):
        assert reader.get(address).status_code == 404
    for address in (f"/api/v1/posts/{post}", f"/api/v1/posts/{post}/editions"):
        assert reader.get(address).status_code == 404
    assert reader.get(f"/posts/{quoting}").status_code == 303
    assert reader.get(f"/threads/{place.thread_id}?reply_to=2").status_code == 200


def test_it_is_taken_away_and_put_back_by_forms(place, post, browse):
    author = browse(place.member)
    address = f"/posts/{post}/remove"
    thread = f"/threads/{place.thread_id}"
    assert f'href="{address}"' in author.get(thread).text
    assert "The well is dry" in text_of(author.get(address))
    done = author.post(address, follow_redirects=True)
    assert "The post is removed." in text_of(done)
    undo = f"/posts/{post}/restore"
    assert f'href="{undo}"' in done.text
    assert "The well is dry" in text_of(author.get(undo))
    back = author.post(undo, follow_redirects=True)
    assert "The post is back." in text_of(back)
    assert "The well is dry" in text_of(back)


def test_who_leads_says_why_they_take_a_post_away(place, post, browse):
    leader, address = browse(place.facilitator), f"/posts/{post}/remove"
    asked = leader.get(address).text
    assert 'name="reason"' in asked
    for reason in ("", "because"):
        refused = leader.post(address, data={"reason": reason})
        assert refused.status_code == 422
        assert "Choose a reason. Its author is told it." in text_of(refused)
    assert browse(place.member).get(f"/posts/{post}").status_code == 303
    done = leader.post(address, data={"reason": "unkind"}, follow_redirects=True)
    assert "The post is removed." in text_of(done)
    told = browse(place.member)
    assert "A post of yours was hidden" in text_of(told.get("/me/decisions"))
    assert "hidden" in text_of(told.get("/inbox"))
    leader.post(f"/posts/{post}/restore")
    assert "Lifted" in text_of(told.get("/me/decisions"))
    assert "A post of yours was put back" in text_of(told.get("/inbox"))
    api = f"/api/v1/posts/{post}"
    assert leader.delete(f"{api}?reason=because").status_code == 422
    assert leader.delete(f"{api}?reason=advertising").status_code == 204
    [last, _first] = told.get("/api/v1/me/decisions").get_json()["items"]
    assert (last["outcome"], last["reason"]) == ("hidden", "advertising")
    assert "The reason" in text_of(told.get(f"/me/decisions/{last['id']}"))


def test_it_is_taken_away_and_put_back_over_json(place, post, browse):
    author, address = browse(place.member), f"/api/v1/posts/{post}"
    assert author.delete(address).status_code == 204
    assert author.delete(address).status_code == 404
    assert browse(place.observer).post(f"{address}/restore").status_code == 404
    restored = author.post(f"{address}/restore")
    assert restored.status_code == 200
    assert restored.get_json()["removal"] is None


def test_long_histories_are_read_in_pages(app, place, post, browse):
    with app.app_context():
        for number in range(1, 13):
            ctx = acting(place.member, now=dt.datetime.now(dt.UTC) + number * 2 * SECOND_THOUGHTS)
            edit_post(ctx, post, body=f"Words {number}.", edition=number)
    reader = browse(place.observer)
    newest = reader.get(f"/posts/{post}/editions").text
    assert newest.count('class="edition"') == 10
    oldest = reader.get(f"/posts/{post}/editions?after=10")
    assert oldest.text.count('class="edition"') == 3
    assert "At first," in text_of(oldest)
    assert "At first," not in text_of(reader.get(f"/posts/{post}/editions"))


def test_in_an_archived_space_nothing_is_said_of_another_window(app, place, post, browse):
    author, address = browse(place.member), f"/posts/{post}/edit"
    form = fields_of(author.get(address), address)
    with app.app_context(), unit_of_work(acting(None)):
        db.session.get_one(Space, place.space_id).archived_at = dt.datetime.now(dt.UTC)
    refused = author.post(address, data={**form, "body": "Still."})
    assert refused.status_code == 409
    assert "another window" not in text_of(refused)
    assert "Still." in refused.text


def test_what_one_typed_comes_back_where_the_thread_was_locked_meanwhile(app, place, browse):
    with app.app_context():
        lock_thread(acting(place.owner), place.thread_id, locked=True)
    sent = browse(place.member).post(
        f"/threads/{place.thread_id}/replies", data={"body": "Long thoughts.", "seen": "1"}
    )
    assert sent.status_code == 403
    assert "Long thoughts." in sent.text
