"""Files of posts: what is taken, who reads them, when they go."""

import dataclasses
import datetime as dt
import io

import pytest
import sqlalchemy as sa
from factories.accounts import drawing
from factories.attachments import attach
from factories.discussions import make_thread, reply
from factories.files import CSV, PDF, TXT
from factories.spaces import join, make_space
from PIL import Image

from community.accounts.operations import delete_account
from community.discussions.models import Attachment, Post, ThreadKind
from community.discussions.operations import (
    edit_post,
    remove_post,
    rendered,
    restore_post,
    start_rendered_thread,
    sweep_attachments,
    wipe_removed,
)
from community.discussions.queries import room_used
from community.discussions.rules import (
    HIDDEN_KEPT_FOR,
    KEPT_FOR,
    LOOSE_FOR,
    MOST_ATTACHED,
    MOST_LOOSE,
)
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import Conflict, Forbidden, Invalid, NotFound, TooMany
from community.kernel.files.keeping import kept_digests
from community.spaces.models import Role
from community.spaces.operations import remove_member

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"


def limits(app, monkeypatch, **less):
    installed = app.extensions["community"]
    monkeypatch.setattr(installed, "settings", dataclasses.replace(installed.settings, **less))


def post_of(app, place, file, who=None, **more):
    """Reply with a file; returns the post's id and its HTML."""
    number = reply(app, place.thread_id, who or place.member, f"See {file['markdown']}", **more)
    with app.app_context():
        row = db.session.scalars(
            sa.select(Post).where(Post.thread_id == place.thread_id, Post.number == number)
        ).one()
        return row.id, row.html


def carrier(app, file):
    with app.app_context():
        row = db.session.get(Attachment, file["id"])
        return row and row.post_id


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("evil.svg", SVG),
        ("page.html", HTML),
        ("page.png", HTML),
        ("moving.gif", b"GIF89a" + b"\0" * 40),
        ("empty.pdf", b""),
        ("tool.exe", b"MZ\0\0" + b"\0" * 100),
        ("broken.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 50),
    ],
)
def test_what_is_no_picture_and_no_document_is_refused_in_words(app, place, name, data):
    with pytest.raises(Invalid) as refused:
        attach(app, place.space_id, place.member, name, data)
    assert refused.value.fields["upload"][0]
    assert attach(app, place.space_id, place.member)["media_type"] == "application/pdf"


def test_a_picture_is_drawn_anew_and_nothing_else_of_its_file_stays(app, browse, place):
    exif = Image.Exif()
    exif[0x010E] = "Taken in my garden"
    data = drawing("JPEG", exif=exif, size=(3_000, 1_500)) + b"PK\x03\x04 a second file"
    file = attach(app, place.space_id, place.member, "../garden party.PNG", data)
    assert (file["name"], file["width"], file["height"]) == ("garden party.jpg", 2_000, 1_000)
    answer = browse(place.member).get(file["address"])
    assert b"garden" not in answer.data
    assert b"second file" not in answer.data
    assert Image.open(io.BytesIO(answer.data)).size == (2_000, 1_000)
    assert answer.headers["Content-Disposition"].startswith("inline")


def test_how_files_go_out(app, browse, place):
    for name, data in (("map.pdf", PDF), ("rows.csv", CSV), ("page.txt", HTML)):
        file = attach(app, place.space_id, place.member, name, data)
        answer = browse(place.member).get(file["address"])
        assert answer.data == data
        head = answer.headers
        assert head["Content-Disposition"].startswith("attachment")
        assert head["X-Content-Type-Options"] == "nosniff"
        assert head["Cache-Control"] == "private, no-cache"
        assert "sandbox" in head["Content-Security-Policy"]
        assert answer.mimetype == file["media_type"]
        part = browse(place.member).get(file["address"], headers={"Range": "bytes=0-2"})
        assert (part.status_code, part.data) == (206, data[:3])
        again = {"If-None-Match": head["ETag"]}
        assert browse(place.member).get(file["address"], headers=again).status_code == 304


def test_a_post_shows_pictures_and_names_other_files(app, place):
    picture = attach(app, place.space_id, place.member, "tea.png", drawing())
    _post, html = post_of(app, place, picture)
    assert f'src="{picture["address"]}"' in html
    for part in ('width="80"', 'height="60"', 'loading="lazy"', 'alt=""'):
        assert part in html
    document = attach(app, place.space_id, place.member, "Plan [2] (new).pdf")
    _post, html = post_of(app, place, document)
    assert f'<a href="{document["address"]}" class="file"' in html
    assert "Plan [2] (new).pdf</a>" in html
    assert '<span class="file-note">(PDF, 1 kB)</span>' in html


def test_who_reads_a_file(app, browse, place):
    file = attach(app, place.space_id, place.member)

    def readers():
        return {
            name
            for name, key in place.people.items()
            if browse(key).get(file["address"]).status_code == 200
        }

    assert readers() == {"member"}
    key, _html = post_of(app, place, file)
    everybody = {"owner", "organiser", "facilitator", "member", "observer"}
    assert readers() == everybody
    assert app.test_client().get(file["address"]).status_code in {302, 303, 401}
    with app.app_context():
        remove_post(Context.begin(place.member), key)
    assert readers() == set()
    with app.app_context():
        restore_post(Context.begin(place.member), key)
    assert readers() == everybody
    with app.app_context():
        remove_member(Context.begin(place.owner), place.space_id, place.member)
    assert readers() == everybody - {"member"}


def test_who_has_left_does_not_read_what_they_had_sent(app, browse, place):
    file = attach(app, place.space_id, place.member)
    with app.app_context():
        remove_member(Context.begin(place.owner), place.space_id, place.member)
    assert browse(place.member).get(file["address"]).status_code == 404


def test_who_may_not_write_attaches_nothing(app, place):
    for who, error in ((place.observer, Forbidden), (place.outsider, NotFound)):
        with pytest.raises(error):
            attach(app, place.space_id, who)
    assert attach(app, place.space_id, place.member)["size"] == len(PDF)


def test_only_ones_own_file_of_this_space_is_put_into_a_post(app, browse, place):
    elsewhere = make_space(app, "elsewhere")
    join(app, elsewhere, place.member, Role.MEMBER)
    others = attach(app, place.space_id, place.facilitator, "theirs.png", drawing())
    foreign = attach(app, elsewhere, place.member, "there.png", drawing(colour="red"))
    for file in (others, foreign):
        _post, html = post_of(app, place, file)
        assert "<img" not in html
        assert 'class="file' not in html
        assert f'href="{file["address"]}"' in html
        assert carrier(app, file) is None
        assert browse(place.owner).get(file["address"]).status_code == 404


def test_the_first_post_that_names_a_file_carries_it(app, browse, place):
    file = attach(app, place.space_id, place.member, "tea.png", drawing())
    first, html = post_of(app, place, file)
    _second, plain = post_of(app, place, file)
    assert "<img" in html
    assert "<img" not in plain
    assert carrier(app, file) == first
    with app.app_context():
        remove_post(Context.begin(place.member), first)
    assert browse(place.member).get(file["address"]).status_code == 404


def test_a_file_put_into_two_posts_at_once_is_refused_to_the_second(app, place):
    file = attach(app, place.space_id, place.member, "tea.png", drawing())
    with app.app_context():
        ctx = Context.begin(place.member)
        said = {"kind": ThreadKind.DISCUSSION, "title": "Twice"}
        words = [rendered(ctx, file["markdown"], place.space_id) for _turn in range(2)]
        start_rendered_thread(ctx, place.space_id, words[0], **said)
        with pytest.raises(Conflict):
            start_rendered_thread(ctx, place.space_id, words[1], **said)


def test_what_is_edited_out_of_a_post_is_its_uploaders_again(app, browse, place):
    file = attach(app, place.space_id, place.member)
    key, _html = post_of(app, place, file)
    with app.app_context():
        edit_post(Context.begin(place.member), key, body="Without.", edition=1)
    assert carrier(app, file) is None
    assert browse(place.member).get(file["address"]).status_code == 200
    assert browse(place.owner).get(file["address"]).status_code == 404
    with app.app_context():
        post = edit_post(Context.begin(place.member), key, body=file["markdown"], edition=2)
        assert 'class="file"' in post.html
        assert edit_post(
            Context.begin(place.member), key, body=f"Still {file['markdown']}", edition=3
        ).html.count('class="file"')
    assert carrier(app, file) == key


def test_a_thread_begins_with_a_file(app, place):
    file = attach(app, place.space_id, place.member)
    thread = make_thread(app, place.space_id, place.member, body=file["markdown"])
    with app.app_context():
        post = db.session.scalars(sa.select(Post).where(Post.thread_id == thread)).one()
        assert 'class="file"' in post.html
    assert carrier(app, file) == post.id


def test_a_post_carries_so_many_files(app, place):
    files = [
        attach(app, place.space_id, place.member, f"{number}.txt", TXT)
        for number in range(MOST_ATTACHED + 1)
    ]
    lines = [file["markdown"] for file in files]
    with pytest.raises(Invalid):
        reply(app, place.thread_id, place.member, "\n".join(lines))
    reply(app, place.thread_id, place.member, "\n".join(lines[1:]))
    assert carrier(app, files[0]) is None
    assert carrier(app, files[1]) is not None


def test_the_same_file_again_is_the_one_that_is_there(app, place):
    one = attach(app, place.space_id, place.member)
    assert attach(app, place.space_id, place.member)["id"] == one["id"]
    assert attach(app, place.space_id, place.facilitator)["id"] != one["id"]


def test_so_many_files_wait_for_a_post(app, place):
    files = [
        attach(app, place.space_id, place.member, f"{number}.txt", TXT)
        for number in range(MOST_LOOSE)
    ]
    with pytest.raises(Conflict):
        attach(app, place.space_id, place.member)
    assert attach(app, place.space_id, place.member, "0.txt", TXT)["id"] == files[0]["id"]
    attach(app, place.space_id, place.facilitator)
    post_of(app, place, files[0])
    attach(app, place.space_id, place.member)


def test_the_files_of_a_space_have_a_limit(app, place, monkeypatch):
    limits(app, monkeypatch, space_limit=2 * len(PDF) + 1)
    file = attach(app, place.space_id, place.member)
    key, _html = post_of(app, place, file)
    attach(app, place.space_id, place.facilitator, "b.pdf", PDF + b"\n")
    with pytest.raises(Conflict) as full:
        attach(app, place.space_id, place.owner, "c.pdf", PDF)
    assert "no room" in str(full.value.message)
    with app.app_context():
        remove_post(Context.begin(place.owner), key)
        assert room_used(place.space_id) == 2 * len(PDF) + 1, "it can be put back"
        later = dt.datetime.now(dt.UTC) + HIDDEN_KEPT_FOR + dt.timedelta(days=1)
        wipe_removed(Context.begin(None, now=later))
        assert room_used(place.space_id) == len(PDF) + 1
    attach(app, place.space_id, place.owner, "c.pdf", PDF)


def test_what_one_adds_within_a_day_has_a_limit(app, place, monkeypatch):
    limits(app, monkeypatch, daily_limit=len(PDF) + 1)
    attach(app, place.space_id, place.member)
    with pytest.raises(TooMany):
        attach(app, place.space_id, place.member, "b.pdf", PDF + b"\n")
    attach(app, place.space_id, place.facilitator, "b.pdf", PDF + b"\n")


def test_a_file_has_a_limit(app, place, monkeypatch):
    limits(app, monkeypatch, attachment_limit=len(PDF))
    for name, data in (("big.pdf", PDF + b"\n"), ("big.png", drawing(size=(500, 400)) + PDF)):
        with pytest.raises(Invalid):
            attach(app, place.space_id, place.member, name, data)
    attach(app, place.space_id, place.member)


def test_what_was_never_sent_goes_after_a_while(app, place):
    loose = attach(app, place.space_id, place.member, "loose.txt", TXT)
    sent = attach(app, place.space_id, place.member)
    post_of(app, place, sent)
    now = dt.datetime.now(dt.UTC)
    with app.app_context():
        early = now + LOOSE_FOR - dt.timedelta(hours=1)
        assert sweep_attachments(dataclasses.replace(Context.begin(None), now=early)) == 0
        late = now + LOOSE_FOR + dt.timedelta(hours=1)
        assert sweep_attachments(dataclasses.replace(Context.begin(None), now=late)) == 1
        assert db.session.get(Attachment, loose["id"]) is None
        assert db.session.get(Attachment, sent["id"]) is not None
        assert len(kept_digests()) == 2  # the other goes with the sweep of files


def test_files_of_a_post_that_is_wiped_go_with_its_words(app, place):
    file = attach(app, place.space_id, place.member)
    key, _html = post_of(app, place, file)
    with app.app_context():
        remove_post(Context.begin(place.member), key)
        late = dt.datetime.now(dt.UTC) + KEPT_FOR + dt.timedelta(hours=1)
        wipe_removed(dataclasses.replace(Context.begin(None), now=late))
        assert db.session.get(Attachment, file["id"]) is None


def test_what_becomes_of_files_when_an_account_is_deleted(app, browse, place):
    loose = attach(app, place.space_id, place.member, "loose.txt", TXT)
    sent = attach(app, place.space_id, place.member)
    post_of(app, place, sent)
    told = browse(place.member).get("/me/data.json").get_data(as_text=True)
    assert "loose.txt" in told
    assert sent["address"] in told
    with app.app_context():
        delete_account(Context.begin(place.member))
        assert db.session.get(Attachment, loose["id"]) is None
    assert browse(place.owner).get(sent["address"]).status_code == 200
