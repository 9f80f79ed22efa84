"""The talk of a space is taken along, and comes in elsewhere as it stood."""

import io
import json

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.accounts import make_user
from factories.discussions import consistent, make_thread
from factories.mail import begin, bring
from factories.spaces import join, make_space
from factories.talk import archive_of, contents, posts_in

from community.discussions.models import (
    PollKind,
    PollShows,
    Post,
    ReactionKind,
    Tag,
    Thread,
    ThreadKind,
)
from community.discussions.operations import (
    PollGiven,
    add_attachment,
    close_poll,
    lock_thread,
    post_reply,
    react,
    remove_post,
    vote,
)
from community.discussions.rules import attachment_path
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import Conflict, Forbidden, NotFound
from community.kernel.jobs import run_everything
from community.notifications.queries import unread_in_frame
from community.spaces.models import Membership, Role
from community.spaces.operations import change_role
from community.transfers.formats.talk import Reader, check
from community.transfers.models import ExportState, MailImport, TalkExport
from community.transfers.operations import (
    ask_export,
    make_export,
    read_mail,
    remove_export,
    take_back_mail,
    write_mail,
)
from community.transfers.policy import find_talk_export


def test_what_is_taken_along_and_brought_in_is_the_same_to_the_byte(app, place, talk):
    owner = place.people["owner"]
    first, counts = archive_of(app, owner, place.space_id)
    assert counts["threads"] == 5
    assert archive_of(app, owner, place.space_id)[0] == first
    elsewhere = make_space(app, "Elsewhere")
    join(app, elsewhere, owner, Role.OWNER)
    key = bring(app, elsewhere, owner, first, name="talk.zip")
    with app.app_context():
        row = db.session.get_one(MailImport, key)
        assert (row.state, row.found, row.written) == ("done", counts["posts"], counts["posts"])
        assert row.name == "talk.zip"
        threads = db.session.scalars(
            sa.select(Thread).where(Thread.space_id == elsewhere).order_by(Thread.title)
        ).all()
        assert [thread.title for thread in threads] == [
            *("Apart", "Long", "Merged away", "Where?", "Who signs?")
        ]
        members = sa.select(sa.func.count()).where(Membership.space_id == elsewhere)
        assert db.session.scalar(members) == 1
        assert unread_in_frame(acting(owner)).spaces.get(elsewhere) is None
    second, _counts = archive_of(app, owner, elsewhere)
    assert contents(second) == contents(first)
    assert second == first
    consistent(app, *[thread.id for thread in threads])


def elsewhere_of(app, owner):
    key = make_space(app, "Elsewhere")
    join(app, key, owner, Role.OWNER)
    return key


def test_all_that_its_maker_sees_goes_and_comes_back(app, place, talk):
    owner, space = place.people["owner"], place.space_id
    persian = "\u0645\u06cc\u200c\u062e"  # with a joiner that no name is without
    names = ("Ana Lind (she/her)", "@ben", "d'Arc'", "\U0001f469\u200d\U0001f4bb Mo", persian)
    people = [make_user(app, name) for name in names]
    for who in people:
        join(app, space, who, Role.MEMBER)
    rich = PollGiven(
        question="Which?",
        options=["One", "Two", "Three"],
        kind=PollKind.RANKED,
        shows=PollShows.CLOSED,
        named=True,
    )
    thread = make_thread(
        app, space, people[0], kind=ThreadKind.SHOW_AND_TELL, title="All \u2013 of it", body="*See*"
    )
    with app.app_context():
        for who in people:
            post_reply(acting(who), thread, body=f"I am {who}.", reply_to=1)
        polled = post_reply(acting(owner), thread, body="Order them", poll=rich)
        vote(acting(people[1]), polled.id, choices=[2, 1])
        close_poll(acting(owner), polled.id)
        hidden = post_reply(acting(people[1]), thread, body="Not for all.")
        remove_post(acting(owner), hidden.id)
        table = add_attachment(
            acting(people[2]), space, name="Tide table.csv", source=io.BytesIO(b"a,b\n1,2\n")
        )
        link = f"[Tide table.csv]({attachment_path(table.id, table.name)})"
        last = post_reply(
            acting(people[2]), thread, body=f"{link}, {link}\n\n[up](/posts/{polled.id})"
        )
        for kind in ReactionKind:
            react(acting(people[3]), last.id, kind=kind, on=True)
        react(acting(people[4]), last.id, kind=ReactionKind.HEART, on=True)
        lock_thread(acting(owner), thread, locked=True)
    first, counts = archive_of(app, owner, space)
    shown = contents(first)["people.jsonl"].decode()
    assert all(json.dumps(name, ensure_ascii=False) in shown for name in names)
    there = elsewhere_of(app, owner)
    key = bring(app, there, owner, first, name="talk.zip")
    with app.app_context():
        assert db.session.get_one(MailImport, key).written == counts["posts"]
    second, _counts = archive_of(app, owner, there)
    assert contents(second) == contents(first)
    assert second == first


def test_what_was_taken_back_in_part_comes_in_again_whole(app, place, talk):
    owner, there = place.people["owner"], elsewhere_of(app, place.people["owner"])
    data, counts = archive_of(app, owner, place.space_id)
    key = bring(app, there, owner, data)
    with app.app_context():
        polled = sa.select(Thread.id).where(Thread.space_id == there, Thread.title == "Where?")
        thread = db.session.scalars(polled).one()
        said = post_reply(acting(owner), thread, body="Here.")
        take_back_mail(acting(owner), key)
    run_everything(app)
    with app.app_context():
        remaining = db.session.get_one(MailImport, key).report["remaining"]
        assert 0 < remaining < counts["posts"]
    again = bring(app, there, owner, data)
    with app.app_context():
        row = db.session.get_one(MailImport, again)
        assert (row.state, row.written) == ("done", counts["posts"] - remaining)
        remove_post(acting(owner), said.id)
        threads = db.session.scalars(sa.select(Thread).where(Thread.space_id == there)).all()
        merged = next(each for each in threads if each.title == "Merged away")
        assert merged.merged_into_id == thread
    consistent(app, *[each.id for each in threads])
    lines = posts_in(archive_of(app, owner, there)[0])
    assert [line for line in lines if line["removed"] != "author"] == [
        line for line in posts_in(data) if line["removed"] != "author"
    ]


def test_what_was_taken_back_while_it_was_written_is_filled_up(app, place, talk, monkeypatch):
    owner, there = place.people["owner"], elsewhere_of(app, place.people["owner"])
    data, counts = archive_of(app, owner, place.space_id)
    monkeypatch.setattr("community.transfers.operations.talk.writing.BATCH", 2)
    monkeypatch.setattr("community.transfers.operations.writing.A_TALK_JOB", 2)
    key = begin(app, there, owner, data)
    with app.app_context():
        read_mail(Context.begin(None), str(key))
        write_mail(Context.begin(None), str(key))
        thread = db.session.scalars(sa.select(Thread.id).where(Thread.space_id == there)).one()
        post_reply(acting(owner), thread, body="Already.")
        take_back_mail(acting(owner), key)
    run_everything(app)
    again = bring(app, there, owner, data)
    with app.app_context():
        row = db.session.get_one(MailImport, again)
        assert (row.state, row.written) == ("done", counts["posts"] - 2)
        keys = db.session.scalars(sa.select(Thread.id).where(Thread.space_id == there)).all()
    assert len(keys) == counts["threads"]
    consistent(app, *keys)


def test_no_tag_stays_that_came_with_what_was_taken_back(app, place, talk):
    owner, there = place.people["owner"], elsewhere_of(app, place.people["owner"])
    make_thread(app, there, owner, tags=["rivers"])
    key = bring(app, there, owner, archive_of(app, owner, place.space_id)[0])
    with app.app_context():
        take_back_mail(acting(owner), key)
    run_everything(app)
    with app.app_context():
        assert db.session.get_one(MailImport, key).report["remaining"] == 0
        names = db.session.scalars(sa.select(Tag.name).where(Tag.space_id == there)).all()
        assert names == ["rivers"]


def test_the_same_archive_twice_changes_nothing(app, place, talk):
    owner = place.people["owner"]
    data, counts = archive_of(app, owner, place.space_id)
    elsewhere = make_space(app, "Elsewhere")
    join(app, elsewhere, owner, Role.OWNER)
    bring(app, elsewhere, owner, data)
    with app.app_context():
        before = db.session.scalar(sa.select(sa.func.count(Post.id)))
    again = bring(app, elsewhere, owner, data)
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count(Post.id))) == before
        row = db.session.get_one(MailImport, again)
        assert (row.written, row.report["dropped"]) == (0, {"before": counts["posts"]})


def test_an_archive_holds_what_its_maker_sees_and_nothing_else(app, place, talk):
    data, _counts = archive_of(app, place.people["organiser"], place.space_id)
    whole = b"".join(contents(data).values()).decode(errors="replace")
    assert "A secret slip." not in whole
    assert "@example.org" not in whole
    for key in (*place.people.values(), *talk, place.space_id):
        assert str(key) not in whole
    lines = posts_in(data)
    slip = next(line for line in lines if line["removed"] == "author")
    assert (slip["author"], slip["body"], slip["files"]) == (None, "", [])
    quoting = next(line for line in lines if "Thanks" in line["body"])
    assert "](post:1/2)" in quoting["body"]
    assert "@Owner Example" in quoting["body"]
    assert lines[0]["reactions"] == {"heart": [2], "thanks": [2, 3]}
    names = contents(data)
    assert any(name.startswith("files/") for name in names)
    assert "I do, and Ben." in names["threads/00001-who-signs.md"].decode()


def test_who_may_not_take_talk_along_is_refused(app, place):
    with app.app_context():
        for who in ("facilitator", "member", "outsider"):
            refusal = NotFound if who == "outsider" else Forbidden
            with pytest.raises(refusal):
                ask_export(acting(place.people[who]), place.space_id)


def test_an_archive_is_made_by_the_worker_for_who_asked(app, place, talk):
    owner, organiser = place.people["owner"], place.people["organiser"]
    with app.app_context():
        key = ask_export(acting(owner), place.space_id).id
    run_everything(app)
    with app.app_context():
        row = db.session.get_one(TalkExport, key)
        assert (row.state, row.threads) == (ExportState.DONE, 5)
        with pytest.raises(NotFound):
            find_talk_export(acting(organiser), key)
        with pytest.raises(NotFound):
            remove_export(acting(organiser), key)
        make_export(acting(owner), str(key))  # jobs come twice, and do not mind
        remove_export(acting(owner), key)
        assert db.session.get(TalkExport, key) is None
        for _turn in range(3):
            ask_export(acting(owner), place.space_id)
        with pytest.raises(Conflict):
            ask_export(acting(owner), place.space_id)


def test_an_archive_that_its_maker_may_not_have_any_more_has_failed(app, place, talk):
    owner, organiser = place.people["owner"], place.people["organiser"]
    with app.app_context():
        key = ask_export(acting(organiser), place.space_id).id
        change_role(acting(owner), place.space_id, organiser, role=Role.MEMBER)
    run_everything(app)
    with app.app_context():
        change_role(acting(owner), place.space_id, organiser, role=Role.ORGANISER)
        assert find_talk_export(acting(organiser), key).state is ExportState.FAILED


def test_the_pages_offer_it_and_send_it_to_its_owner_alone(app, place, talk, browse):
    owner, other = browse(place.people["owner"]), browse(place.people["organiser"])
    assert owner.post("/spaces/tide-school/archives/exports").status_code == 303
    assert "Being written" in owner.get("/spaces/tide-school/archives").text
    with app.app_context():
        key = db.session.scalars(sa.select(TalkExport.id)).one()
    assert owner.get(f"/talk-exports/{key}.zip").status_code == 404
    run_everything(app)
    assert "Load the archive" in owner.get("/spaces/tide-school/archives").text
    answer = owner.get(f"/talk-exports/{key}.zip")
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    assert check(Reader(io.BytesIO(answer.data)))["threads"] == 5
    assert other.get(f"/talk-exports/{key}.zip").status_code == 404
    assert other.post(f"/talk-exports/{key}/remove").status_code == 404
    assert owner.post(f"/talk-exports/{key}/remove").status_code == 303
    assert owner.get(f"/talk-exports/{key}.zip").status_code == 404
