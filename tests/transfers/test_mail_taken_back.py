"""Taking back what an archive of mail brought, and a worker that dies on the way."""

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.accounts import make_user
from factories.discussions import consistent, make_thread
from factories.mail import (
    TALK,
    archive,
    begin,
    bring,
    import_row,
    message,
    rows_of_mail,
    take_back,
    threads_in,
)
from page_text import text_of

from community.accounts.models import User
from community.discussions.models import Post, ReactionKind, Thread
from community.discussions.operations import mark_read, post_reply, react
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.jobs import do_row, run_everything
from community.kernel.operation import unit_of_work
from community.kernel.outbox import MAX_ATTEMPTS, OutboxRow
from community.transfers.models import MailAuthor, MailImport, MailMessage, MailState
from community.transfers.operations import TAKE_BACK, give_up, read_mail, take_back_mail, write_mail


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
    row = import_row(app, key)
    assert (row.state, row.written) == (MailState.DONE, 60)
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count(Post.id))) == 60
        write_mail(Context.begin(None), str(key))  # jobs come twice, and do not mind
        read_mail(Context.begin(None), str(key))
        assert db.session.scalar(sa.select(sa.func.count(Post.id))) == 60
    consistent(app, *[thread.id for thread in threads_in(app, place.space_id)])


def test_what_came_is_taken_back_whole(app, place):
    owner = place.people["owner"]
    own = make_thread(app, place.space_id, owner)
    before = rows_of_mail(app)
    key = bring(app, place.space_id, owner, TALK)
    [first, _second] = [each for each in threads_in(app, place.space_id) if each.id != own]
    with app.app_context():
        mark_read(acting(place.people["member"]), first.id, number=1)
        post = db.session.scalars(
            sa.select(Post.id).where(Post.thread_id == first.id).limit(1)
        ).one()
        react(acting(place.people["member"]), post, kind=ReactionKind.THANKS, on=True)
    row = take_back(app, owner, key)
    assert (row.state, row.report["remaining"]) == (MailState.GONE, 0)
    assert rows_of_mail(app) == before
    assert take_back(app, owner, key).state is MailState.GONE
    assert import_row(app, bring(app, place.space_id, owner, TALK)).written == 3


def test_threads_stay_in_which_somebody_wrote(app, place):
    owner = place.people["owner"]
    key = bring(app, place.space_id, owner, TALK)
    first, _second = threads_in(app, place.space_id)
    with app.app_context():
        post_reply(acting(place.people["member"]), first.id, body="Still so.")
    row = take_back(app, owner, key)
    assert row.report["remaining"] == 2
    assert [each.id for each in threads_in(app, place.space_id)] == [first.id]
    consistent(app, first.id)
    with app.app_context():
        names = db.session.scalars(sa.select(User.name).where(User.from_archive)).all()
        assert sorted(names) == ["Ada Lind", "Ben"]
    again = bring(app, place.space_id, owner, TALK)
    assert import_row(app, again).report["dropped"] == {"before": 3}


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
    row = import_row(app, key)
    assert (row.state, row.report["remaining"]) == (MailState.GONE, 3)
    page = text_of(browse(owner).get(f"/mail-imports/{key}"))
    assert "It could not be taken back to its end: 3 posts remain." in page
    row = take_back(app, owner, key)
    assert (row.report["remaining"], "unfinished" in row.report) == (0, False)
    assert threads_in(app, place.space_id) == []


def test_as_many_authors_as_there_are_go_at_once(app, place, monkeypatch):
    monkeypatch.setattr("community.transfers.operations.taking_back._AUTHORS", 2)
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
    assert threads_in(app, place.space_id) == []
    assert import_row(app, bring(app, place.space_id, place.people["owner"], TALK)).written == 3


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
    assert import_row(app, key).state is (MailState.GONE if far else MailState.FAILED)
    assert import_row(app, key).report["failed"] == "broken"
    assert threads_in(app, place.space_id) == []
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count(MailMessage.id))) == 0
