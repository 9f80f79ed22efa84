"""Bringing an archive of mail into a space, what it does not do, and taking it back."""

import gzip
import io
from pathlib import Path

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.discussions import consistent
from factories.mail import (
    TALK,
    archive,
    begin,
    bring,
    import_row,
    message,
    rows_of_mail,
    threads_in,
)
from factories.moderation import take
from factories.spaces import join, make_space

from community.accounts.models import User
from community.accounts.policy import visible_accounts
from community.accounts.queries import credentials
from community.discussions.models import Post, ReadPointer, ThreadKind
from community.discussions.operations import mark_read, mark_unread, post_reply
from community.discussions.queries import thread_head
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from community.kernel.files.models import StoredFile
from community.kernel.files.store import store
from community.kernel.jobs import run_everything
from community.kernel.log import EventRow
from community.kernel.operation import unit_of_work
from community.notifications.queries import unread_in_frame
from community.spaces.models import Role, Space
from community.transfers.models import MailImport, MailState
from community.transfers.operations import begin_mail_import, take_back_mail
from community.transfers.operations.messages import cut
from community.transfers.queries import imports_of, lines_of


def test_what_comes_in(app, place):
    key = bring(app, place.space_id, place.people["organiser"], TALK)
    row = import_row(app, key)
    assert row.state is MailState.DONE
    assert (row.found, row.kept, row.written, row.stored_id) == (4, 3, 3, None)
    assert row.report["dropped"] == {"twice": 1}
    assert row.report["notes"] == {"orphan": 1}
    told = {name: row.report[name] for name in ("threads", "authors", "replies", "orphans")}
    assert told == {"threads": 2, "authors": 2, "replies": 1, "orphans": 1}
    first, second = threads_in(app, place.space_id)
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
    before = rows_of_mail(app)
    again = bring(app, place.space_id, owner, gzip.compress(TALK), name="list.mbox.gz")
    assert rows_of_mail(app) == before
    assert import_row(app, again).report["dropped"] == {"before": 4}
    assert import_row(app, again).name == "list.mbox"
    more = archive(
        message(9, answers="m2@lists.example", date="Wed, 04 Mar 2020 10:00:00 +0000"),
        message(10, answers="m9@lists.example", date="Thu, 05 Mar 2020 10:00:00 +0000"),
    )
    bring(app, place.space_id, owner, more)
    [thread] = [each for each in threads_in(app, place.space_id) if each.title == "Low water"]
    assert (thread.last_number, thread.history) == (4, 4)
    consistent(app, thread.id)
    elsewhere = make_space(app)
    join(app, elsewhere, owner, Role.OWNER)
    other = bring(app, elsewhere, owner, TALK)
    assert import_row(app, other).written == 3  # a space knows nothing of another


def test_the_authors_of_archives_are_nobody(app, place, browse):
    bring(app, place.space_id, place.people["organiser"], TALK)
    with app.app_context():
        ada = db.session.scalars(sa.select(User).where(User.name == "Ada Lind")).one()
        assert credentials(ada.email) is None
        admin = Context.begin(place.people["owner"], admin=True)
        assert ada.id not in {user.id for user in db.session.scalars(visible_accounts(admin))}
        with pytest.raises(sa.exc.IntegrityError), unit_of_work(Context.begin(None)):
            db.session.get_one(User, ada.id).deactivated_at = None
    [thread, _other] = threads_in(app, place.space_id)
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
    assert import_row(app, key).report["dropped"] == {"twice": 3}
    bring(app, space_id, place.people["organiser"], archive(message(7, date="", subject="New")))
    with app.app_context():
        assert unread_in_frame(acting(member)).spaces == {}
        assert db.session.scalar(sa.select(sa.func.count(ReadPointer.id))) == 0
    assert postbox.letters == []
    [thread] = [each for each in threads_in(app, space_id) if each.title == "Low water"]
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
    assert import_row(app, key).report["notes"] == {"date": 2}
    assert {thread.created_at.year for thread in threads_in(app, place.space_id)} == {2020}


def test_what_is_cut_read_from_html_or_left_out_is_told(app, place):
    html = "Content-Type: text/html; charset=utf-8"
    data = archive(
        message(1, subject="Long", body="word " * 9_000),
        message(2, subject="Html", body="<p>Yes.<script>alert(1)</script></p>", head=html),
        message(3, subject="Nobody", who=""),
        message(4, subject="", body=""),
    )
    key = bring(app, place.space_id, place.people["owner"], data)
    notes = import_row(app, key).report["notes"]
    assert notes == {"cut": 1, "empty": 1, "html": 1, "nameless": 1}
    with app.app_context():
        found = db.session.get_one(MailImport, key)
        assert len(lines_of(found, told_only=True, limit=50)) == 4
        assert "alert" not in " ".join(db.session.scalars(sa.select(Post.html)))
    assert "No subject" in [thread.title for thread in threads_in(app, place.space_id)]


def test_what_is_cut_ends_at_a_line_and_closes_code():
    body = cut("```\n" + "x = 1\n" * 5_000 + "```")
    assert len(body) <= 20_000
    assert body.count("```") == 2
    assert body.endswith("[…]")


@pytest.mark.parametrize(
    ("who", "refusal"), [("facilitator", Forbidden), ("member", Forbidden), ("outsider", NotFound)]
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
    assert import_row(app, key).state is MailState.DONE


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
    row = import_row(app, key)
    assert (row.state, row.report, row.stored_id) == (MailState.FAILED, {"failed": "many"}, None)
    assert threads_in(app, place.space_id) == []
    monkeypatch.setattr("community.transfers.operations.beginning.MOST_IMPORTS", 1)
    bring(app, place.space_id, place.people["owner"], archive(message(1)))
    assert len(threads_in(app, place.space_id)) == 1


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


NASTY = archive(
    message(1, body="An ordinary one."),
    message(2, subject="=?utf-7?Q?+2AA-?="),
    message(3, who="(" * 3_000),
    message(4, head="Content-Type: multipart/mixed; boundary*" + "9" * 5_000 + "=x"),
    message(5, head="Content-Type: message/rfc822\n\n" * 1_200),
    message(6, head="Content-Type: text/plain; charset=utf-7", body="+2AA-"),
)


def test_one_message_that_nobody_can_read_stops_no_other(app, place):
    row = import_row(app, bring(app, place.space_id, place.people["owner"], NASTY))
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
    assert (import_row(app, key).state, import_row(app, key).report) == (
        MailState.FAILED,
        {"failed": "none"},
    )
    another = archive(message(9, body="Of another day."))
    assert import_row(app, bring(app, place.space_id, owner, another)).written == 1


def test_an_archive_that_the_disk_cut_short_is_broken(app, place):
    owner = place.people["owner"]
    key = begin(app, place.space_id, owner, TALK)
    with app.app_context():
        stored = db.session.get_one(StoredFile, db.session.get_one(MailImport, key).stored_id)
        Path(store().path(stored.digest)).write_bytes(TALK[: len(TALK) // 2])
    run_everything(app)
    row = import_row(app, key)
    assert (row.state, row.report, row.stored_id) == (MailState.FAILED, {"failed": "broken"}, None)
    assert threads_in(app, place.space_id) == []


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
