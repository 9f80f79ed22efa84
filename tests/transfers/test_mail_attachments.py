"""What messages carry, brought in as what people attach."""

import base64
import dataclasses
import re

import sqlalchemy as sa
from factories.accounts import drawing
from factories.mail import archive, bring, import_row, message, take_back
from page_text import text_of

from community.discussions.models import Attachment, Post
from community.kernel.db import db
from community.kernel.files.models import StoredFile
from community.kernel.files.store import store
from community.kernel.installed import EXTENSION


def part(data, kind, name):
    """Return a part of a message that carries a file."""
    head = f"Content-Type: {kind}\nContent-Transfer-Encoding: base64"
    where = f'Content-Disposition: attachment; filename="{name}"' if name else ""
    lines = [head, *([where] if where else []), "", base64.encodebytes(data).decode()]
    return "--x\n" + "\n".join(lines)


def carrying(number, *parts, words="See what I found.", **more):
    """Return a message with files."""
    text = f"--x\nContent-Type: text/plain\n\n{words}\n"
    body = text + "".join(parts) + "--x--\n"
    head = "Content-Type: multipart/mixed; boundary=x"
    date = f"Tue, 0{number} Mar 2020 10:00:00 +0000"
    return message(number, subject=f"T{number}", head=head, body=body, date=date, **more)


TABLE = part(b"when,high\n06:10,4.1\n", "text/csv", "=?utf-8?q?Fl=C3=BCsse?=.csv")


PICTURE = drawing("JPEG", comment=b"taken at home")


def attachments(app):
    with app.app_context():
        rows = db.session.execute(
            sa.select(Attachment, Post, StoredFile.digest)
            .join(Post, Post.id == Attachment.post_id)
            .join(StoredFile, StoredFile.id == Attachment.stored_id)
            .order_by(Attachment.name)
        ).all()
        return [(a.name, a.width, p, store().path(digest).read_bytes()) for a, p, digest in rows]


def test_what_messages_carry_is_kept_as_what_people_attach(app, place, browse):
    organiser = place.people["organiser"]
    data = archive(carrying(1, TABLE, part(PICTURE, "image/png", ""), part(b"#!", "x/y", "run.sh")))
    key = bring(app, place.space_id, organiser, data)
    row = import_row(app, key)
    assert row.report["files"] == {"files": 1, "kept": 2}
    assert row.report["notes"] == {"files": 1}
    (table, no_width, post, kept), (picture, width, _post, drawn) = sorted(
        attachments(app), key=lambda each: each[1] or 0
    )
    assert (table, no_width, kept) == ("Fl\u00fcsse.csv", None, b"when,high\n06:10,4.1\n")
    assert (picture, width) == ("file.jpg", 80)
    assert b"taken at home" in PICTURE
    assert b"taken at home" not in drawn
    assert post.body.startswith("See what I found.\n\n[Fl\u00fcsse.csv](/attachments/")
    assert re.search(r'<img [^>]*src="/attachments/', post.html)
    client = browse(place.people["member"])
    page = client.get(f"/threads/{post.thread_id}").text
    address = re.search(r"/attachments/[\w-]+/Fl%C3%BCsse.csv", page)[0]
    assert client.get(address).data == kept
    assert browse(place.people["outsider"]).get(address).status_code == 404
    report = text_of(browse(organiser).get(f"/mail-imports/{key}"))
    assert "Files kept 2" in report
    assert "Files left out: of a kind that is not taken, or damaged. 1" in report
    row = take_back(app, organiser, key)
    assert (row.report["remaining"], attachments(app)) == (0, [])


def test_what_messages_carry_beyond_a_limit_is_counted_and_their_words_stay(
    app, place, monkeypatch
):
    where = "community.transfers.operations.messages"
    monkeypatch.setattr(f"{where}.MOST_FILES", 3)
    monkeypatch.setattr(f"{where}.FILE_LINKS", 150)
    installed = app.extensions[EXTENSION]
    limited = dataclasses.replace(installed.settings, attachment_limit=1_000, space_limit=450)
    monkeypatch.setattr(installed, "settings", limited)
    small = [part(bytes([65 + n]) * 100, "text/plain", f"{n}.txt") for n in range(4)]
    data = archive(
        carrying(1, part(b"a" * 1_001, "text/plain", "large.txt"), words="One."),
        carrying(2, *small[:3], words="Two."),  # the third has no room for its link
        carrying(3, part(b"b" * 400, "text/plain", "b.txt"), words="Three."),
        carrying(4, small[3], words="word " * 9_000),
        carrying(5, part(b"c", "text/plain", "c.txt"), words="Five."),  # a fourth file
        carrying(6, *[part(b"d", "text/plain", "d.txt")] * 22, words="Six."),
    )
    row = import_row(app, bring(app, place.space_id, place.people["owner"], data))
    assert row.written == 6
    assert row.report["files"] == {"file_large": 1, "file_many": 24, "file_room": 1, "kept": 3}
    names = [(name, post.body.split("\n")[0][:4]) for name, _width, post, _data in attachments(app)]
    assert names == [("0.txt", "Two."), ("1.txt", "Two."), ("3.txt", "word")]
    with app.app_context():
        bodies = db.session.scalars(sa.select(Post.body)).all()
    assert max(map(len, bodies)) <= 20_000
    assert {body[:4] for body in bodies} == {"One.", "Two.", "Thre", "word", "Five", "Six."}
    assert any("[…]" in body and "3.txt" in body for body in bodies)
