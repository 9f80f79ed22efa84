"""The box in which posts are written, over JSON and without scripts."""

import io

import sqlalchemy as sa
from factories.accounts import drawing
from factories.attachments import attach
from factories.discussions import reply
from factories.files import PDF
from factories.forms import send, with_file

from community.discussions.models import Attachment, Post, Thread
from community.kernel.db import db


def counted(app, model):
    with app.app_context():
        return db.session.scalar(sa.select(sa.func.count()).select_from(model))


def slug_of_space(app, place):
    with app.app_context():
        return db.session.scalar(
            sa.text("select slug from space where id = :id").bindparams(
                sa.bindparam("id", place.space_id, sa.Uuid())
            )
        )


def send_over_json(client, place, name="tea time.png", data=None, **more):
    form = with_file("upload", data or drawing(), filename=name, **more)
    return client.post(f"/api/v1/spaces/{place.space_id}/attachments", **form)


def test_a_file_is_sent_over_json_and_the_words_looked_at(app, browse, place):
    client = browse(place.member)
    made = send_over_json(client, place)
    assert made.status_code == 201
    file = made.get_json()
    assert file["markdown"] == f"![]({file['address']})"
    assert file["address"].endswith("/tea%20time.png")
    where = f"/api/v1/spaces/{place.space_id}/preview"
    looked = client.post(where, json={"body": f"*So* {file['markdown']} <script>"})
    html = looked.get_json()["html"]
    assert "<em>So</em>" in html
    assert 'width="80"' in html
    assert "<script>" not in html
    theirs = browse(place.facilitator).post(where, json={"body": file["markdown"]})
    assert "<img" not in theirs.get_json()["html"]
    assert browse(place.observer).post(where, json={"body": "x"}).status_code == 403
    assert browse(place.outsider).post(where, json={"body": "x"}).status_code == 404


def test_what_is_not_taken_over_json_is_said_by_its_field(browse, place):
    client = browse(place.member)
    refused = send_over_json(client, place, "a.svg", b"<svg/>")
    assert (refused.status_code, list(refused.get_json()["fields"])) == (422, ["upload"])
    assert send_over_json(client, place, "a.png", b"x" * 3_000_000).status_code == 413
    assert send_over_json(client, place, nobody_knows="1").status_code == 422
    where = f"/api/v1/spaces/{place.space_id}/attachments"
    assert client.post(where, json={}).status_code == 415
    empty = client.post(where, data={}, content_type="multipart/form-data")
    assert empty.status_code == 422
    assert send_over_json(browse(place.observer), place).status_code == 403
    assert send_over_json(browse(place.outsider), place).status_code == 404


def test_who_may_not_attach_is_refused_before_a_file_is_read(browse, place):
    class Unread(io.BytesIO):
        def read(self, *_size):
            raise AssertionError("it was read")

        readline = readinto = read

    for who, status in ((place.observer, 403), (place.outsider, 404)):
        for where in (
            f"/api/v1/spaces/{place.space_id}/attachments",
            f"/threads/{place.thread_id}/replies/attachments",
        ):
            answer = browse(who).post(
                where,
                input_stream=Unread(),
                content_type="multipart/form-data; boundary=x",
                content_length=1_500_000,
            )
            assert answer.status_code == status


def test_how_much_room_files_take_is_for_who_leads(app, browse, place):
    attach(app, place.space_id, place.member)
    where = f"/api/v1/spaces/{place.space_id}/attachments/room"
    assert browse(place.owner).get(where).get_json() == {"used": len(PDF), "most": 2_000_000_000}
    assert browse(place.member).get(where).status_code == 403
    threads = f"/spaces/{slug_of_space(app, place)}/threads"
    assert "Files of posts take 1 kB of 2 GB here" in browse(place.owner).get(threads).text
    assert "Files of posts" not in browse(place.member).get(threads).text


def test_a_reply_is_looked_at_before_it_is_sent(app, browse, place):
    client, page = browse(place.member), f"/threads/{place.thread_id}"
    before = counted(app, Post)
    looked = send(client, page, f"{page}/replies", body="So *be* it", seen="1", preview="yes")
    assert looked.status_code == 200
    assert "<p>So <em>be</em> it</p>" in looked.text
    assert ">\nSo *be* it</textarea>" in looked.text
    assert counted(app, Post) == before
    empty = send(client, page, f"{page}/replies", body=" ", seen="1", preview="yes")
    assert empty.status_code == 422


def test_a_file_is_put_into_a_reply_without_scripts(app, browse, place):
    client, page = browse(place.member), f"/threads/{place.thread_id}"
    where = f"{page}/replies/attachments"
    added = client.post(
        where,
        data={
            "body": "Look at this",
            "seen": "1",
            "alt": "Tea [green]",
            "upload": (io.BytesIO(drawing()), "tea.png"),
        },
        content_type="multipart/form-data",
    )
    assert added.status_code == 200
    assert "“tea.png” is put into the text" in added.text
    assert "Look at this\n\n![Tea \\[green\\]](/attachments/" in added.text
    assert counted(app, Attachment) == 1
    none = client.post(where, data={"body": "Kept"}, content_type="multipart/form-data")
    assert (none.status_code, "Choose a file first" in none.text) == (422, True)
    assert ">\nKept</textarea>" in none.text
    bad = {"body": "Kept", "upload": (io.BytesIO(b"<svg/>"), "a.svg")}
    refused = client.post(where, data=bad, content_type="multipart/form-data")
    assert (refused.status_code, ">\nKept</textarea>" in refused.text) == (422, True)


def test_a_file_that_was_chosen_and_not_added_is_not_forgotten(app, browse, place):
    client, page = browse(place.member), f"/threads/{place.thread_id}"
    before = counted(app, Post)
    sent = send(client, page, f"{page}/replies", body="Here it is", seen="1", upload="map.pdf")
    assert sent.status_code == 422
    assert "not added it yet" in sent.text
    assert counted(app, Post) == before


def test_a_new_thread_is_looked_at_and_gets_a_file(app, browse, place):
    page = f"/spaces/{slug_of_space(app, place)}/threads/new"
    client, before = browse(place.member), counted(app, Thread)
    typed = {"kind": "question", "title": "", "body": "*Why*", "nonce": "a"}
    looked = send(client, page, page, preview="yes", **typed)
    assert looked.status_code == 200
    assert "<em>Why</em>" in looked.text
    added = client.post(
        f"{page}/attachments",
        data={**typed, "upload": (io.BytesIO(PDF), "map.pdf")},
        content_type="multipart/form-data",
    )
    assert added.status_code == 200
    assert "[map.pdf](/attachments/" in added.text
    assert counted(app, Thread) == before


def test_a_post_that_is_edited_is_looked_at_and_gets_a_file(app, browse, place):
    file = attach(app, place.space_id, place.member, "tea.png", drawing())
    number = reply(app, place.thread_id, place.member, file["markdown"])
    with app.app_context():
        key = db.session.scalar(
            sa.select(Post.id).where(Post.thread_id == place.thread_id, Post.number == number)
        )
    client, page = browse(place.member), f"/posts/{key}/edit"
    body = f"Now {file['markdown']}"
    looked = send(client, page, page, body=body, edition="1", preview="yes")
    assert 'width="80"' in looked.text  # it carries it already
    assert 'name="edition" value="1"' in looked.text
    added = client.post(
        f"{page}/attachments",
        data={"body": body, "edition": "1", "upload": (io.BytesIO(PDF), "map.pdf")},
        content_type="multipart/form-data",
    )
    assert "[map.pdf](/attachments/" in added.text
    other = browse(place.facilitator).get(page)
    assert other.status_code == 403


def test_a_post_is_quoted_with_the_way_to_it(app, browse, place):
    number = reply(app, place.thread_id, place.facilitator, "One line\n\nanother *one*")
    page = browse(place.member).get(f"/threads/{place.thread_id}?reply_to={number}&quote=yes")
    with app.app_context():
        key = db.session.scalar(
            sa.select(Post.id).where(Post.thread_id == place.thread_id, Post.number == number)
        )
    words = (
        f"&gt; [Facilitator Example, post {number}](/posts/{key})\n&gt;\n&gt; One line\n"
        "&gt;\n&gt; another *one*\n"
    )
    assert words in page.text
    assert "quote=yes" in page.text
    plain = browse(place.member).get(f"/threads/{place.thread_id}?reply_to={number}")
    assert "&gt; [Facilitator" not in plain.text
