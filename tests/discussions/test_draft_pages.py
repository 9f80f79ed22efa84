"""Drafts on pages without scripts, over JSON and over the socket."""

import uuid

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.discussions import make_thread
from page_text import fields_of, text_of

from community.discussions.models import Post
from community.discussions.operations import (
    lock_thread,
    merge_posts,
    save_reply_draft,
    save_thread_draft,
)
from community.discussions.queries import draft_of
from community.kernel.db import db
from community.spaces.models import Space

API = "/api/v1"


@pytest.fixture
def talk(app, place):
    with app.app_context():
        return f"/spaces/{db.session.get_one(Space, place.space_id).slug}/threads"


@pytest.fixture
def post(app, place):
    with app.app_context():
        return db.session.scalars(sa.select(Post.id).where(Post.thread_id == place.thread_id)).one()


def kept(app, who, form):
    with app.app_context():
        row, _thrown = draft_of(acting(who), form)
        return row and row.body


def test_a_reply_is_kept_by_a_button_and_stands_in_the_box(app, place, browse, talk):
    member, thread = browse(place.member), f"/threads/{place.thread_id}"
    form = fields_of(member.get(thread), f"{thread}/replies")
    done = member.post(f"{thread}/draft", data={**form, "body": "So far.", "reply_to": "1"})
    assert done.status_code == 303
    page = member.get(thread)
    assert "Kept as a draft." in text_of(page)
    assert "Draft from" in text_of(page)
    assert "Answering Member Example, post 1" in text_of(page)
    form = fields_of(page, f"{thread}/replies")
    assert form["body"] == "So far."
    assert "Draft" in text_of(member.get(talk))
    assert "So far." not in browse(place.facilitator).get(thread).text
    assert member.post(f"{thread}/replies", data={**form, "body": "All."}).status_code == 303
    assert "Draft from" not in text_of(member.get(thread))
    assert kept(app, place.member, place.thread_id) is None


def test_a_window_that_fell_behind_shows_both(app, place, browse):
    member, thread = browse(place.member), f"/threads/{place.thread_id}"
    form = fields_of(member.get(thread), f"{thread}/replies")
    member.post(f"{thread}/draft", data={**form, "body": "From the phone."})
    page = member.post(f"{thread}/draft", data={**form, "body": "From the desk."})
    assert page.status_code == 409
    assert "Another text for this was kept meanwhile" in text_of(page)
    assert "From the phone." in text_of(page)
    again = fields_of(page, f"{thread}/replies")
    assert again["body"] == "From the desk."
    assert member.post(f"{thread}/draft", data=again).status_code == 303
    assert kept(app, place.member, place.thread_id) == "From the desk."
    assert member.post(f"{thread}/draft", data={**again, "body": ""}).status_code == 422


def test_a_thread_is_kept_and_opened_again(app, place, browse, talk):
    member = browse(place.member)
    page = member.get(f"{talk}/new")
    form = {**fields_of(page, f"{talk}/new"), "kind": "ask", "title": "Wells", "tags": "rain, dry"}
    assert member.post(f"{talk}/draft", data=form).status_code == 303
    page = member.get(f"{talk}/new")
    assert 'value="Wells"' in page.text
    assert fields_of(page, f"{talk}/new")["tags"] == "rain, dry"
    assert "Draft from" in text_of(page)
    fresh = member.get(f"{talk}/new?fresh=yes")
    assert 'value="Wells"' not in fresh.text
    assert "Draft: Wells" in text_of(fresh)
    other = {**fields_of(fresh, f"{talk}/new"), "kind": "ask", "title": "Springs", "body": ""}
    assert member.post(f"{talk}/draft", data=other).status_code == 303
    first = uuid.UUID(form["nonce"])
    page = member.get(f"{talk}/new?draft={first}")
    assert 'value="Wells"' in page.text
    sent = {**fields_of(page, f"{talk}/new"), "kind": "ask", "title": "Wells?", "body": "Where?"}
    assert member.post(f"{talk}/new", data=sent).status_code == 303
    listed = text_of(member.get("/drafts"))
    assert "Springs" in listed
    assert "Wells" not in listed
    assert browse(place.observer).post(f"{talk}/draft", data=form).status_code == 403


def test_an_edit_is_kept_with_the_edition_it_began_from(app, place, browse, post):
    member, address = browse(place.member), f"/posts/{post}/edit"
    form = {**fields_of(member.get(address), address), "body": "Anew."}
    assert member.post(f"/posts/{post}/draft", data=form).status_code == 303
    page = member.get(address)
    assert fields_of(page, address)["body"] == "Anew."
    assert "changed in another window" not in text_of(page)
    assert member.put(f"{API}/posts/{post}", json={"body": "Old.", "edition": 1}).status_code == 200
    page = member.get(address)
    assert fields_of(page, address)["body"] == "Anew."
    assert "changed in another window" in text_of(page)
    assert member.post(address, data=fields_of(page, address)).status_code == 303
    assert kept(app, place.member, post) is None


def test_drafts_are_listed_discarded_and_put_back(app, place, browse):
    member = browse(place.member)
    assert "No drafts" in text_of(member.get("/drafts"))
    with app.app_context():
        row = save_reply_draft(acting(place.member), place.thread_id, body="So far. " * 50)
    page = member.get("/drafts")
    assert "Who signs for the readings?" in text_of(page)
    assert "…" in page.text
    assert "No drafts" in text_of(browse(place.owner).get("/drafts"))
    address = f"/drafts/{row.id}"
    assert browse(place.owner).get(address).status_code == 404
    assert "Go on writing" in text_of(member.get(address))
    done = member.post(f"{address}/discard", data={"to": "place"})
    assert done.location.endswith(f"/threads/{place.thread_id}#reply")
    assert f'href="{address}"' in member.get(f"/threads/{place.thread_id}").text
    assert "No drafts" in text_of(member.get("/drafts"))
    assert "You have discarded this draft" in text_of(member.get(address))
    assert member.post(f"{address}/discard").status_code == 404
    assert browse(place.owner).post(f"{address}/restore").status_code == 404
    assert member.post(f"{address}/restore").status_code == 303
    assert member.post(f"{address}/discard").location.endswith("/drafts")


def test_a_draft_for_a_thread_that_was_merged_can_be_read(app, place, browse):
    member, other = browse(place.member), make_thread(app, place.space_id, place.owner)
    with app.app_context():
        row = save_reply_draft(acting(place.member), place.thread_id, body="So far.")
        merge_posts(acting(place.owner), place.thread_id, into=other)
    assert "So far." in text_of(member.get(f"/drafts/{row.id}"))
    assert "It can be read, not sent" in text_of(member.get("/drafts"))
    saved = member.put(
        f"{API}/threads/{place.thread_id}/draft", json={"body": "More.", "revision": row.revision}
    )
    assert saved.status_code == 409


def test_a_draft_whose_place_is_shut_can_be_read(app, place, browse):
    member = browse(place.member)
    with app.app_context():
        row = save_reply_draft(acting(place.member), place.thread_id, body="So far.")
        lock_thread(acting(place.owner), place.thread_id, locked=True)
    page = member.get("/drafts")
    assert f'href="/drafts/{row.id}"' in page.text
    assert "It can be read, not sent" in text_of(page)
    assert "So far." in text_of(member.get(f"/drafts/{row.id}"))
    assert "So far." not in member.get(f"/threads/{place.thread_id}").text


def test_over_json_drafts_are_saved_listed_and_thrown_away(app, place, browse, post):
    member, form = browse(place.member), uuid.uuid4()
    reply, edit = f"{API}/threads/{place.thread_id}/draft", f"{API}/posts/{post}/draft"
    new = f"{API}/spaces/{place.space_id}/drafts/{form}"
    first = member.put(reply, json={"body": " So far. ", "reply_to": 1, "revision": 0})
    assert first.status_code == 200
    assert first.json.keys() == {"id", "revision", "saved_at"}
    clash = member.put(reply, json={"body": "Else.", "revision": 0})
    assert clash.status_code == 409
    assert clash.json["kept"]["body"] == "So far."
    assert clash.json["kept"]["revision"] == first.json["revision"]
    assert member.put(edit, json={"body": "A", "edition": 1, "revision": 0}).status_code == 200
    assert member.put(new, json={"title": "Wells", "revision": 0}).status_code == 200
    empty = member.put(new, json={"title": " ", "revision": 0})
    assert empty.json["fields"] == {"body": ["Write something here."]}
    page = member.get(f"{API}/drafts?limit=2").json
    rest = member.get(f"{API}/drafts", query_string={"limit": 2, "page": page["next"]}).json
    rows = [*page["items"], *rest["items"]]
    assert [(row["title"], row["body"], row["post_id"]) for row in rows] == [
        ("Wells", "", None),
        ("", "A", str(post)),
        ("", "So far.", None),
    ]
    assert rows[0]["form"] == str(form)
    assert rows[2]["thread_title"] == "Who signs for the readings?"
    assert browse(place.owner).get(f"{API}/drafts").json["items"] == []
    assert member.delete(f"{reply}?revision=7").status_code == 409
    for address in (f"{reply}?revision={first.json['revision']}", reply, edit, new):
        assert member.delete(address).status_code == 204
    assert member.get(f"{API}/drafts").json["items"] == []
    assert browse(place.outsider).put(reply, json={"body": "A", "revision": 0}).status_code == 404
    assert browse(place.outsider).delete(reply).status_code == 404


def test_a_thread_begun_over_json_takes_its_draft_along(app, place, browse):
    form = uuid.uuid4()
    with app.app_context():
        row = save_thread_draft(acting(place.member), place.space_id, form, title="Wells")
    given = {"kind": "ask", "title": "Wells?", "body": "Where?"}
    given["draft"] = {"form": str(form), "revision": row.revision}
    made = browse(place.member).post(f"{API}/spaces/{place.space_id}/threads", json=given)
    assert made.status_code == 201
    assert kept(app, place.member, form) is None


def test_a_reply_over_the_socket_takes_its_draft_along(live, place):
    with live.app.app_context():
        row = save_reply_draft(acting(place.member), place.thread_id, body="So")
    fields = {"thread_id": str(place.thread_id), "body": "So far.", "client_id": "act-00001"}
    live.connect(place.member).ask("thread.reply", {**fields, "draft": row.revision})
    assert kept(live.app, place.member, place.thread_id) is None
