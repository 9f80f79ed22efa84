"""Bringing an archive of mail into a space, what it does not do, and taking it back."""

import base64
import dataclasses
import gzip
import io
import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.accounts import drawing, make_user
from factories.discussions import consistent, make_thread
from factories.mail import archive, begin, bring, message
from factories.moderation import take
from factories.spaces import join, make_space
from page_text import text_of

from community.accounts.models import User
from community.accounts.policy import visible_accounts
from community.accounts.queries import credentials
from community.discussions.models import (
    Attachment,
    Post,
    ReactionKind,
    ReadPointer,
    Thread,
    ThreadKind,
)
from community.discussions.operations import (
    mark_read,
    mark_unread,
    post_reply,
    react,
)
from community.discussions.queries import thread_head
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from community.kernel.files.models import StoredFile
from community.kernel.files.store import store
from community.kernel.installed import EXTENSION
from community.kernel.jobs import do_row, run_everything
from community.kernel.log import EventRow
from community.kernel.operation import unit_of_work
from community.kernel.outbox import MAX_ATTEMPTS, OutboxRow
from community.notifications.queries import unread_in_frame
from community.spaces.models import Role, Space
from community.transfers.models import MailAuthor, MailImport, MailMessage, MailState
from community.transfers.operations import (
    TAKE_BACK,
    begin_mail_import,
    give_up,
    read_mail,
    take_back_mail,
    write_mail,
)
from community.transfers.operations.messages import cut
from community.transfers.queries import imports_of, lines_of

LATER = "Wed, 04 Mar 2020 10:00:00 +0000"
TALK = archive(
    message(1, body="Who signs for the readings?", who="Ada Lind <ada@a.example>"),
    message(2, answers="m1@lists.example", who="Ben <ben@b.example>", subject="Re: Low water"),
    message(
        3,
        answers="gone@lists.example",
        who="ADA <Ada@A.example>",
        subject="Tide tables",
        date=LATER,
    ),
    message(1),
)


def row_of(app, key):
    with app.app_context():
        return db.session.get_one(MailImport, key)


def threads(app, space_id):
    with app.app_context():
        return db.session.scalars(
            sa.select(Thread).where(Thread.space_id == space_id).order_by(Thread.title)
        ).all()


def counts(app):
    with app.app_context():
        tables = (Thread, Post, User, MailMessage, MailAuthor, ReadPointer)
        return [db.session.scalar(sa.select(sa.func.count(each.id))) for each in tables]


def test_what_comes_in(app, place):
    key = bring(app, place.space_id, place.people["organiser"], TALK)
    row = row_of(app, key)
    assert row.state is MailState.DONE
    assert (row.found, row.kept, row.written, row.stored_id) == (4, 3, 3, None)
    assert row.report["dropped"] == {"twice": 1}
    assert row.report["notes"] == {"orphan": 1}
    told = {name: row.report[name] for name in ("threads", "authors", "replies", "orphans")}
    assert told == {"threads": 2, "authors": 2, "replies": 1, "orphans": 1}
    first, second = threads(app, place.space_id)
    assert (first.title, first.kind, first.last_number, first.history) == (
        "Low water",
        ThreadKind.DISCUSSION,
        2,
        2,
    )
    assert second.title == "Tide tables"
    consistent(app, first.id, second.id)
    with app.app_context():
        posts = db.session.scalars(sa.select(Post).order_by(Post.created_at, Post.number)).all()
        assert {post.created_at.year for post in posts} == {2020}
        assert posts[0].body == "Who signs for the readings?"
        authors = db.session.scalars(sa.select(User).where(User.from_archive)).all()
        assert sorted(user.name for user in authors) == ["Ada Lind", "Ben"]
        names = db.session.scalars(sa.select(EventRow.name).where(EventRow.id > key)).all()
        assert sorted(names) == ["transfers.mail_import_begun", "transfers.space_imported"]


def test_twice_changes_nothing_and_a_later_archive_goes_on(app, place):
    owner = place.people["owner"]
    bring(app, place.space_id, owner, TALK)
    before = counts(app)
    again = bring(app, place.space_id, owner, gzip.compress(TALK), name="list.mbox.gz")
    assert counts(app) == before
    assert row_of(app, again).report["dropped"] == {"before": 4}
    assert row_of(app, again).name == "list.mbox"
    more = archive(
        message(9, answers="m2@lists.example", date="Wed, 04 Mar 2020 10:00:00 +0000"),
        message(10, answers="m9@lists.example", date="Thu, 05 Mar 2020 10:00:00 +0000"),
    )
    bring(app, place.space_id, owner, more)
    [thread] = [each for each in threads(app, place.space_id) if each.title == "Low water"]
    assert (thread.last_number, thread.history) == (4, 4)
    consistent(app, thread.id)
    elsewhere = make_space(app)
    join(app, elsewhere, owner, Role.OWNER)
    other = bring(app, elsewhere, owner, TALK)
    assert row_of(app, other).written == 3  # a space knows nothing of another


def test_the_authors_of_archives_are_nobody(app, place, browse):
    bring(app, place.space_id, place.people["organiser"], TALK)
    with app.app_context():
        ada = db.session.scalars(sa.select(User).where(User.name == "Ada Lind")).one()
        assert credentials(ada.email) is None
        admin = Context.begin(place.people["owner"], admin=True)
        assert ada.id not in {user.id for user in db.session.scalars(visible_accounts(admin))}
        with pytest.raises(sa.exc.IntegrityError), unit_of_work(Context.begin(None)):
            db.session.get_one(User, ada.id).deactivated_at = None
    [thread, _other] = threads(app, place.space_id)
    client = browse(place.people["member"])
    page = client.get(f"/threads/{thread.id}").text
    assert "Ada Lind" in page
    assert page.count("From an archive") >= 2
    assert "a.example" not in page
    assert f"/people/{ada.id}" not in page
    assert client.get(f"/people/{ada.id}").status_code == 404
    posts = client.get(f"/api/v1/threads/{thread.id}/posts").get_json()["items"]
    assert [post["from_archive"] for post in posts] == [True, True]
    assert "Ada Lind" not in client.get("/spaces/tide-school/people").text
    everything = client.get("/me/data.json").text
    assert "Ada Lind" not in everything


def test_history_is_no_news(app, place, postbox):
    member, space_id = place.people["member"], place.space_id
    future = archive(message(1, date="Mon, 01 Jan 2029 10:00:00 +0000"), message(2))
    key = bring(app, space_id, place.people["organiser"], TALK + future)
    assert row_of(app, key).report["dropped"] == {"twice": 3}
    bring(app, space_id, place.people["organiser"], archive(message(7, date="", subject="New")))
    with app.app_context():
        assert unread_in_frame(acting(member)).spaces == {}
        assert db.session.scalar(sa.select(sa.func.count(ReadPointer.id))) == 0
    assert postbox.letters == []
    [thread] = [each for each in threads(app, space_id) if each.title == "Low water"]
    with app.app_context():
        head = thread_head(acting(member), thread.id)
        assert (head.read_number, head.new) == (0, 0)  # it opens at its beginning
        post_reply(acting(place.people["owner"]), thread.id, body="Still so.", reply_to=1)
        assert unread_in_frame(acting(member)).spaces == {space_id: 1}
        assert unread_in_frame(acting(place.people["owner"])).spaces == {}
        head = thread_head(acting(member), thread.id)
        assert (head.read_number, head.new) == (2, 1)
        mark_read(acting(member), thread.id, number=3)
        mark_unread(acting(place.people["observer"]), thread.id, number=2)
        assert unread_in_frame(acting(place.people["observer"])).spaces == {space_id: 2}
    run_everything(app)
    assert postbox.letters == []  # who is answered has no address


def test_dates_that_cannot_be_are_those_of_their_neighbours(app, place):
    data = archive(
        message(1, subject="One"),
        message(2, subject="Two", date="Mon, 01 Jan 2029 10:00:00 +0000"),
        message(3, subject="Three", date="Thu, 01 Jan 1970 00:00:00 +0000"),
    )
    key = bring(app, place.space_id, place.people["owner"], data)
    assert row_of(app, key).report["notes"] == {"date": 2}
    assert {thread.created_at.year for thread in threads(app, place.space_id)} == {2020}


def test_what_is_cut_read_from_html_or_left_out_is_told(app, place):
    html = "Content-Type: text/html; charset=utf-8"
    data = archive(
        message(1, subject="Long", body="word " * 9_000),
        message(2, subject="Html", body="<p>Yes.<script>alert(1)</script></p>", head=html),
        message(3, subject="Nobody", who=""),
        message(4, subject="", body=""),
    )
    key = bring(app, place.space_id, place.people["owner"], data)
    notes = row_of(app, key).report["notes"]
    assert notes == {"cut": 1, "empty": 1, "html": 1, "nameless": 1}
    with app.app_context():
        found = db.session.get_one(MailImport, key)
        assert len(lines_of(found, told_only=True, limit=50)) == 4
        assert "alert" not in " ".join(db.session.scalars(sa.select(Post.html)))
    assert "No subject" in [thread.title for thread in threads(app, place.space_id)]


def test_what_is_cut_ends_at_a_line_and_closes_code():
    body = cut("```\n" + "x = 1\n" * 5_000 + "```")
    assert len(body) <= 20_000
    assert body.count("```") == 2
    assert body.endswith("[…]")


@pytest.mark.parametrize(
    ("who", "refusal"),
    [("facilitator", Forbidden), ("member", Forbidden), ("outsider", NotFound)],
)
def test_who_may_not_bring_or_take_back_changes_nothing(app, place, who, refusal):
    key = bring(app, place.space_id, place.people["owner"], TALK)
    with app.app_context():
        with pytest.raises(refusal):
            begin_mail_import(
                acting(place.people[who]), place.space_id, name="x", source=io.BytesIO(TALK)
            )
        with pytest.raises(NotFound):
            take_back_mail(acting(place.people[who]), key)
        assert imports_of(acting(place.people[who]), place.space_id) == []
    assert row_of(app, key).state is MailState.DONE


def test_what_is_no_archive_is_refused_and_nothing_kept(app, place):
    bad = {
        "text": b"Hello",
        "zip": b"PK\x03\x04" + b"\0" * 99,
        "empty": b"",
        "half": gzip.compress(TALK)[:-20],
        "broken": gzip.compress(TALK)[:60] + b"\xff" * 80,
    }
    for data in bad.values():
        with pytest.raises(Invalid):
            begin(app, place.space_id, place.people["owner"], data)
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count(MailImport.id))) == 0
        assert db.session.scalar(sa.select(sa.func.count(StoredFile.id))) == 0


def test_an_archive_that_unpacks_beyond_all_bounds_is_refused(app, place, monkeypatch):
    monkeypatch.setattr("community.transfers.operations.beginning.MOST_BYTES", 1_000_000)
    bomb = gzip.compress(TALK + b"x" * 5_000_000)
    assert len(bomb) < 20_000
    with pytest.raises(Invalid):
        begin(app, place.space_id, place.people["owner"], bomb)


def test_too_many_messages_are_refused_by_the_worker(app, place, monkeypatch):
    monkeypatch.setattr("community.transfers.operations.reading.MOST_MESSAGES", 2)
    key = bring(app, place.space_id, place.people["owner"], TALK)
    row = row_of(app, key)
    assert (row.state, row.report, row.stored_id) == (MailState.FAILED, {"failed": "many"}, None)
    assert threads(app, place.space_id) == []
    monkeypatch.setattr("community.transfers.operations.beginning.MOST_IMPORTS", 1)
    bring(app, place.space_id, place.people["owner"], archive(message(1)))
    assert len(threads(app, place.space_id)) == 1


def test_one_archive_at_a_time_and_none_in_an_archived_space(app, place):
    owner = place.people["owner"]
    begin(app, place.space_id, owner, TALK)
    with pytest.raises(Conflict):
        begin(app, place.space_id, owner, archive(message(50)))
    run_everything(app)
    with app.app_context(), unit_of_work(acting(owner)):
        space = db.session.get_one(Space, place.space_id)
        space.archived_at = space.created_at
    with pytest.raises(Conflict):
        begin(app, place.space_id, owner, archive(message(50)))


def test_a_worker_that_dies_goes_on_where_it_was(app, place, monkeypatch):
    messages = (
        message(n, subject=f"Thread {n % 7}", who=f"P{n} <p{n}@x.example>") for n in range(1, 61)
    )
    many = archive(*messages)
    key = begin(app, place.space_id, place.people["owner"], many)
    for name in ("reading._ROWS", "writing.BATCH"):
        monkeypatch.setattr(f"community.transfers.operations.{name}", 10)
    monkeypatch.setattr("community.transfers.operations.writing.A_JOB", 20)
    died = []

    def dying(name, turn):
        real = getattr(__import__(f"community.transfers.operations.{name}", fromlist=["x"]), turn)
        calls = iter(range(100))

        def act(*given):
            if next(calls) == 2 and name not in died:
                died.append(name)
                raise RuntimeError("killed")
            return real(*given)

        monkeypatch.setattr(f"community.transfers.operations.{name}.{turn}", act)

    dying("reading", "_add_rows")
    dying("writing", "_write")
    with app.app_context():
        for _turn in range(12):
            rows = db.session.scalars(
                sa.select(OutboxRow.id).where(OutboxRow.done_at.is_(None))
            ).all()
            for row in rows:
                try:
                    do_row(row)
                except RuntimeError:
                    continue
    assert died == ["reading", "writing"]
    row = row_of(app, key)
    assert (row.state, row.written) == (MailState.DONE, 60)
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count(Post.id))) == 60
        write_mail(Context.begin(None), str(key))  # jobs come twice, and do not mind
        read_mail(Context.begin(None), str(key))
        assert db.session.scalar(sa.select(sa.func.count(Post.id))) == 60
    consistent(app, *[thread.id for thread in threads(app, place.space_id)])


def take_back(app, who, key):
    with app.app_context():
        take_back_mail(acting(who), key)
    run_everything(app)
    return row_of(app, key)


def test_what_came_is_taken_back_whole(app, place):
    owner = place.people["owner"]
    own = make_thread(app, place.space_id, owner)
    before = counts(app)
    key = bring(app, place.space_id, owner, TALK)
    [first, _second] = [each for each in threads(app, place.space_id) if each.id != own]
    with app.app_context():
        mark_read(acting(place.people["member"]), first.id, number=1)
        post = db.session.scalars(
            sa.select(Post.id).where(Post.thread_id == first.id).limit(1)
        ).one()
        react(acting(place.people["member"]), post, kind=ReactionKind.THANKS, on=True)
    row = take_back(app, owner, key)
    assert (row.state, row.report["remaining"]) == (MailState.GONE, 0)
    assert counts(app) == before
    assert take_back(app, owner, key).state is MailState.GONE
    assert row_of(app, bring(app, place.space_id, owner, TALK)).written == 3


def test_threads_stay_in_which_somebody_wrote(app, place):
    owner = place.people["owner"]
    key = bring(app, place.space_id, owner, TALK)
    first, _second = threads(app, place.space_id)
    with app.app_context():
        post_reply(acting(place.people["member"]), first.id, body="Still so.")
    row = take_back(app, owner, key)
    assert row.report["remaining"] == 2
    assert [each.id for each in threads(app, place.space_id)] == [first.id]
    consistent(app, first.id)
    with app.app_context():
        names = db.session.scalars(sa.select(User.name).where(User.from_archive)).all()
        assert sorted(names) == ["Ada Lind", "Ben"]
    again = bring(app, place.space_id, owner, TALK)
    assert row_of(app, again).report["dropped"] == {"before": 3}


def test_an_import_at_work_can_be_taken_back(app, place, monkeypatch):
    monkeypatch.setattr("community.transfers.operations.writing.A_JOB", 1)
    monkeypatch.setattr("community.transfers.operations.writing.BATCH", 1)
    key = begin(app, place.space_id, place.people["owner"], TALK)
    with app.app_context():
        read_mail(Context.begin(None), str(key))
        write_mail(Context.begin(None), str(key))
        assert db.session.get_one(MailImport, key).written == 1
    assert take_back(app, place.people["owner"], key).state is MailState.GONE
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count(Post.id))) == 0
        assert db.session.scalar(sa.select(sa.func.count(MailMessage.id))) == 0


def test_the_log_names_who_brought_it_and_a_deleted_account_leaves_it(app, place, browse):
    organiser = place.people["organiser"]
    bring(app, place.space_id, organiser, TALK)
    client = browse(organiser)
    told = client.get("/me/data.json").get_json()["transfers"]
    assert [each["posts"] for each in told["imports_of_mail"]] == [3]
    assert client.post("/me/delete", data={"sure": "1"}).status_code == 303
    page = browse(place.people["owner"]).get("/spaces/tide-school/archives").text
    assert "Former member" in page
    assert "list.mbox" not in page
    assert make_user(app)


NASTY = archive(
    message(1, body="An ordinary one."),
    message(2, subject="=?utf-7?Q?+2AA-?="),
    message(3, who="(" * 3_000),
    message(4, head="Content-Type: multipart/mixed; boundary*" + "9" * 5_000 + "=x"),
    message(5, head="Content-Type: message/rfc822\n\n" * 1_200),
    message(6, head="Content-Type: text/plain; charset=utf-7", body="+2AA-"),
)


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
    row = row_of(app, key)
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
    row = row_of(app, bring(app, place.space_id, place.people["owner"], data))
    assert row.written == 6
    assert row.report["files"] == {"file_large": 1, "file_many": 24, "file_room": 1, "kept": 3}
    names = [(name, post.body.split("\n")[0][:4]) for name, _width, post, _data in attachments(app)]
    assert names == [("0.txt", "Two."), ("1.txt", "Two."), ("3.txt", "word")]
    with app.app_context():
        bodies = db.session.scalars(sa.select(Post.body)).all()
    assert max(map(len, bodies)) <= 20_000
    assert {body[:4] for body in bodies} == {"One.", "Two.", "Thre", "word", "Five", "Six."}
    assert any("[…]" in body and "3.txt" in body for body in bodies)


def test_one_message_that_nobody_can_read_stops_no_other(app, place):
    row = row_of(app, bring(app, place.space_id, place.people["owner"], NASTY))
    assert (row.state, row.written) == (MailState.DONE, 6)
    assert row.report["notes"]["charset"] >= 1


def test_no_control_characters_stand_in_posts(app, place):
    data = archive(message(1, body="One\x0c\x1b[1mtwo.\n\nThree."))
    bring(app, place.space_id, place.people["owner"], data)
    with app.app_context():
        body = db.session.scalars(sa.select(Post.body)).one()
    assert body.startswith("One")
    assert not any(sign in body for sign in "\x0c\x1b")
    assert body.endswith("\n\nThree.")


def test_an_archive_that_cannot_be_read_is_told_and_bars_no_other(app, place):
    owner = place.people["owner"]
    key = begin(app, place.space_id, owner, TALK)
    with app.app_context():
        stored = db.session.get_one(StoredFile, db.session.get_one(MailImport, key).stored_id)
        kept = Path(store().path(stored.digest))
        kept.write_bytes(b"\xff" * len(TALK))  # the disk is failing
    run_everything(app)
    assert (row_of(app, key).state, row_of(app, key).report) == (
        MailState.FAILED,
        {"failed": "none"},
    )
    another = archive(message(9, body="Of another day."))
    assert row_of(app, bring(app, place.space_id, owner, another)).written == 1


def test_an_archive_that_the_disk_cut_short_is_broken(app, place):
    owner = place.people["owner"]
    key = begin(app, place.space_id, owner, TALK)
    with app.app_context():
        stored = db.session.get_one(StoredFile, db.session.get_one(MailImport, key).stored_id)
        Path(store().path(stored.digest)).write_bytes(TALK[: len(TALK) // 2])
    run_everything(app)
    row = row_of(app, key)
    assert (row.state, row.report, row.stored_id) == (MailState.FAILED, {"failed": "broken"}, None)
    assert threads(app, place.space_id) == []


def test_a_taking_back_that_came_to_no_end_is_taken_up_again_and_then_ended(app, place, browse):
    owner = place.people["owner"]
    key = bring(app, place.space_id, owner, TALK)
    with app.app_context():
        take_back_mail(acting(owner), key)
    for turn in (1, 2):
        with app.app_context():
            give_up(Context.begin(None, origin="job"))
            assert db.session.get_one(MailImport, key).state is MailState.LEAVING
            owed = sa.select(sa.func.count(OutboxRow.id)).where(OutboxRow.job == TAKE_BACK)
            assert db.session.scalar(owed) == turn
            with unit_of_work(Context.begin(None)):  # each worker was killed on the way
                db.session.execute(sa.update(OutboxRow).values(attempts=MAX_ATTEMPTS))
    with app.app_context():
        give_up(Context.begin(None, origin="job"))
    row = row_of(app, key)
    assert (row.state, row.report["remaining"]) == (MailState.GONE, 3)
    page = text_of(browse(owner).get(f"/mail-imports/{key}"))
    assert "It could not be taken back to its end: 3 posts remain." in page
    row = take_back(app, owner, key)
    assert (row.report["remaining"], "unfinished" in row.report) == (0, False)
    assert threads(app, place.space_id) == []


def test_as_many_authors_as_there_are_go_at_once(app, place, monkeypatch):
    monkeypatch.setattr("community.transfers.operations.leaving._AUTHORS", 2)
    monkeypatch.setattr("community.transfers.operations.holding.AT_ONCE", 2)
    messages = (message(n, who=f"P{n} <p{n}@x.example>", subject=f"T{n}") for n in range(1, 8))
    key = bring(app, place.space_id, place.people["owner"], archive(*messages))
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count(MailAuthor.id))) == 7
        kept = db.session.scalars(sa.select(Thread.id).where(Thread.title == "T4")).one()
        post_reply(acting(place.people["owner"]), kept, body="Still so.")
    assert take_back(app, place.people["owner"], key).report["remaining"] == 1
    with app.app_context():
        names = db.session.scalars(sa.select(User.name).where(User.from_archive)).all()
        assert names == ["P4"]
        assert db.session.scalar(sa.select(sa.func.count(MailAuthor.id))) == 1


def test_an_import_that_is_being_read_can_be_taken_back(app, place, browse):
    key = begin(app, place.space_id, place.people["owner"], TALK)
    client = browse(place.people["owner"])
    assert "Take it back" in client.get(f"/mail-imports/{key}").text
    assert take_back(app, place.people["owner"], key).state is MailState.GONE
    assert client.get(f"/mail-imports/{key}").status_code == 200
    assert threads(app, place.space_id) == []
    assert row_of(app, bring(app, place.space_id, place.people["owner"], TALK)).written == 3


@pytest.mark.parametrize("far", [0, 1])
def test_what_the_worker_gave_up_is_ended(app, place, monkeypatch, far):
    monkeypatch.setattr("community.transfers.operations.writing.A_JOB", 1)
    monkeypatch.setattr("community.transfers.operations.writing.BATCH", 1)
    key = begin(app, place.space_id, place.people["owner"], TALK)
    with app.app_context():
        if far:
            read_mail(Context.begin(None), str(key))
            write_mail(Context.begin(None), str(key))
        give_up(Context.begin(None, origin="job"))
        assert db.session.get_one(MailImport, key).state in {MailState.READING, MailState.WRITING}
        with unit_of_work(Context.begin(None)):
            db.session.execute(sa.update(OutboxRow).values(attempts=MAX_ATTEMPTS))
        give_up(Context.begin(None, origin="job"))
    run_everything(app)
    assert row_of(app, key).state is (MailState.GONE if far else MailState.FAILED)
    assert row_of(app, key).report["failed"] == "broken"
    assert threads(app, place.space_id) == []
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count(MailMessage.id))) == 0


def test_who_organises_and_is_silenced_sees_what_was_brought_and_brings_nothing(app, place, browse):
    brought, organiser = (
        bring(app, place.space_id, place.people["owner"], TALK),
        place.people["organiser"],
    )
    take(app, place.space_id, place.people["owner"], organiser)
    client = browse(organiser)
    with app.app_context(), pytest.raises(Forbidden, match="silenced here until"):
        begin_mail_import(acting(organiser), place.space_id, name="a.mbox", source=io.BytesIO(TALK))
    shown = client.get("/spaces/tide-school/archives")
    assert "You are silenced here until" in shown.text
    assert 'name="upload"' not in shown.text
    sent = {"upload": (io.BytesIO(TALK), "a.mbox")}
    assert client.post(f"/api/v1/spaces/{place.space_id}/imports", data=sent).status_code == 403
    with app.app_context():
        assert len(imports_of(acting(organiser), place.space_id)) == 1
        assert take_back_mail(acting(organiser), brought).state is MailState.LEAVING
