"""What stands in an inbox, why, and what of it is unread: by the rules of what it is about."""

import datetime as dt

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.spaces import join, make_space

from community.discussions.models import ReactionKind, ThreadKind
from community.discussions.operations import (
    block_person,
    edit_post,
    follow_space,
    follow_thread,
    mark_all_read,
    mark_read,
    mark_unread,
    merge_posts,
    react,
    remove_post,
    restore_post,
    undo_mark_all,
)
from community.discussions.rules import Level
from community.kernel.db import db
from community.kernel.errors import NotFound
from community.kernel.jobs import run_everything
from community.kernel.keys import new_key
from community.kernel.operation import unit_of_work
from community.kernel.sweeping import sweep
from community.notifications.letters import tell_announcement
from community.notifications.models import InboxNotice
from community.notifications.operations import erase, mark_all, mark_entry, unmark_all
from community.notifications.queries import entries_of
from community.notifications.rules import COUNTED, LISTED, REACTED_AGAIN, Reason
from community.spaces.models import Role
from community.spaces.operations import remove_member


def now():
    return dt.datetime.now(dt.UTC)


def test_answers_of_a_thread_are_one_entry_that_says_who_and_why(table):
    thread = table.begin(table.ana, kind=ThreadKind.QUESTION)
    table.reply(table.bo, thread)
    table.reply(table.olu, thread)
    last = table.reply(table.bo, thread, reply_to=1)
    [entry] = table.entries(table.ana)
    assert (entry.key, entry.title, entry.space) == (thread, "The well", "Cohort 9")
    assert (entry.why, entry.told, entry.unread) == (Reason.REPLY, 3, 3)
    assert (entry.people, entry.others) == (["Bo Chen", "Olu Ade"], 0)
    assert entry.post_id != last.id, "it leads to the first unread post"
    assert table.unread(table.ana) == 1
    assert table.entries(table.bo) == []
    assert table.unread(table.bo) == 0


def test_reading_the_thread_reads_its_entry_and_reading_back_undoes_it(table):
    thread = table.begin(table.ana, kind=ThreadKind.QUESTION)
    for _ in range(3):
        table.reply(table.bo, thread)
    table.do(mark_read, table.ana, thread, number=2)
    [entry] = table.entries(table.ana)
    assert (entry.told, entry.unread) == (3, 2)
    table.do(mark_read, table.ana, thread, number=4)
    assert table.unread(table.ana) == 0
    assert [entry.unread for entry in table.entries(table.ana)] == [0]
    table.do(mark_unread, table.ana, thread, number=3)
    assert [entry.unread for entry in table.entries(table.ana)] == [2]
    assert table.unread(table.ana) == 1


def test_all_threads_marked_as_read_read_the_inbox_and_undone_it_is_unread(table):
    thread = table.begin(table.ana, kind=ThreadKind.QUESTION)
    table.reply(table.bo, thread)
    ctx = acting(table.ana)
    with table.app.app_context():
        mark_all_read(ctx, until=ctx.now)
    assert table.unread(table.ana) == 0
    table.do(undo_mark_all, table.ana, at=ctx.now)
    assert table.unread(table.ana) == 1


@pytest.mark.parametrize("gone", ["removed", "blocked", "left", "muted", "no mention any more"])
def test_what_is_hidden_is_neither_listed_nor_counted(table, gone):
    thread = table.begin(table.olu)
    post = table.reply(table.bo, thread, "What does @Ana Lima say?")
    assert table.unread(table.ana) == 1
    if gone == "removed":
        table.do(remove_post, table.bo, post.id)
    elif gone == "blocked":
        table.do(block_person, table.ana, table.bo)
    elif gone == "left":
        table.do(remove_member, table.olu, table.space, table.ana)
    elif gone == "muted":
        table.do(follow_thread, table.ana, thread, level=Level.MUTED)
    else:
        table.do(edit_post, table.bo, post.id, body="What do we say?", edition=1)
    assert table.unread(table.ana) == 0
    assert table.entries(table.ana) == []
    with table.app.app_context(), pytest.raises(NotFound):
        mark_entry(acting(table.ana), thread, read=True)
    if gone == "removed":
        table.do(restore_post, table.bo, post.id)
        assert table.unread(table.ana) == 1


def test_an_answer_reaches_who_muted_and_a_watcher_hears_of_all(app, table):
    thread = table.begin(table.ana)
    table.do(follow_space, table.ana, table.space, level=Level.MUTED)
    table.do(follow_thread, table.olu, thread, level=Level.WATCHING)
    table.reply(table.bo, thread, "@Ana Lima?")
    table.reply(table.bo, thread, "And you?", reply_to=1)
    run_everything(app)
    [to_ana] = table.entries(table.ana)
    assert (to_ana.why, to_ana.told) == (Reason.REPLY, 1)
    [to_olu] = table.entries(table.olu)
    assert (to_olu.why, to_olu.told) == (Reason.WATCHING, 2)


def test_a_post_that_moves_takes_its_notice_along(app, table):
    thread = table.begin(table.olu)
    post = table.reply(table.bo, thread, "What does @Ana Lima say?")
    elsewhere = table.begin(table.olu, title="The pump")
    with app.app_context():
        merge_posts(acting(table.olu), thread, into=elsewhere, numbers=[post.number])
    [entry] = table.entries(table.ana)
    assert (entry.key, entry.title) == (elsewhere, "The pump")


def test_an_announcement_is_in_every_inbox_once_however_often_the_job_runs(app, table):
    thread = table.begin(table.olu, kind=ThreadKind.ANNOUNCEMENT, title="Low water")
    run_everything(app)

    table.do(tell_announcement, table.olu, thread_id=str(thread))
    for reader in (table.ana, table.bo):
        [entry] = table.entries(reader)
        assert (entry.why, entry.title, entry.told) == (Reason.ANNOUNCEMENT, "Low water", 1)
    assert table.entries(table.olu) == []


def test_reactions_to_a_post_are_one_entry_and_not_each_by_itself_is_new(table):
    thread = table.begin(table.ana)
    post = table.reply(table.ana, thread, "A map of wells.")
    table.do(react, table.bo, post.id, kind=ReactionKind.THANKS, on=True)
    [entry] = table.entries(table.ana)
    assert (entry.key, entry.why, entry.people) == (post.id, Reason.REACTION, ["Bo Chen"])
    table.do(mark_entry, table.ana, post.id, read=True)
    table.do(react, table.olu, post.id, kind=ReactionKind.HEART, on=True)
    [entry] = table.entries(table.ana)
    assert (entry.people, entry.unread) == (["Olu Ade", "Bo Chen"], 0)
    with table.app.app_context(), unit_of_work(acting(None)):
        db.session.execute(sa.update(InboxNotice).values(at=now() - REACTED_AGAIN * 2))
    table.do(react, table.bo, post.id, kind=ReactionKind.AGREE, on=True)
    assert [entry.unread for entry in table.entries(table.ana)] == [1]
    for who, kind in (
        (table.bo, ReactionKind.THANKS),
        (table.bo, ReactionKind.AGREE),
        (table.olu, ReactionKind.HEART),
    ):
        table.do(react, who, post.id, kind=kind, on=False)
    assert table.entries(table.ana) == []
    assert table.unread(table.ana) == 0


def test_an_entry_is_marked_and_marked_back_without_reading_the_thread(table):
    thread = table.begin(table.ana, kind=ThreadKind.QUESTION)
    table.reply(table.bo, thread)
    table.reply(table.bo, thread)
    table.do(mark_entry, table.ana, thread, read=True)
    assert table.unread(table.ana) == 0
    table.do(mark_entry, table.ana, thread, read=True)
    table.do(mark_entry, table.ana, thread, read=False)
    assert [entry.unread for entry in table.entries(table.ana)] == [2]
    table.do(mark_read, table.ana, thread, number=3)
    table.do(mark_entry, table.ana, thread, read=False)
    assert [entry.unread for entry in table.entries(table.ana)] == [2]
    assert table.unread(table.ana) == 1


def test_all_is_marked_as_read_and_taken_back(table):
    first, second = (table.begin(table.ana, kind=ThreadKind.QUESTION) for _ in range(2))
    table.reply(table.bo, first)
    until = now()
    table.reply(table.bo, second)
    ctx = acting(table.ana)
    with table.app.app_context():
        assert mark_all(ctx, until=until) == 1
    assert [entry.key for entry in table.entries(table.ana, unread=True)] == [second]
    with table.app.app_context():
        assert unmark_all(acting(table.bo), at=ctx.now) == 0, "nobody takes back what others did"
        assert unmark_all(acting(table.ana), at=ctx.now) == 1
    assert table.unread(table.ana) == 2


def test_the_count_ends_at_ninety_nine(table):
    with table.app.app_context(), unit_of_work(acting(None)):
        db.session.add_all(
            InboxNotice(
                user_id=table.ana,
                subject_id=subject,
                why=Reason.MESSAGE,
                space_id=table.space,
                at=now(),
            )
            for subject in subjects(COUNTED + 20)
        )
    assert table.unread(table.ana) == COUNTED + 1
    assert LISTED > COUNTED


def subjects(number):

    return [new_key() for _ in range(number)]


def test_notices_go_when_read_a_month_ago_and_with_the_account(app, table):
    thread = table.begin(table.ana, kind=ThreadKind.QUESTION)
    table.reply(table.bo, thread)
    table.reply(table.bo, thread)
    with app.app_context(), unit_of_work(acting(None)):
        first = sa.select(InboxNotice.id).order_by(InboxNotice.id).limit(1).scalar_subquery()
        old = sa.update(InboxNotice).where(InboxNotice.id == first)
        db.session.execute(old.values(read_at=now() - dt.timedelta(days=31)))
    with app.app_context():
        sweep(acting(None))
    assert [entry.told for entry in table.entries(table.ana)] == [1]
    table.do(erase, table.ana)
    assert table.entries(table.ana) == []


def test_an_inbox_of_several_spaces_is_paged_and_counted(app, table):
    other = make_space(app, "Wells", slug="wells")
    join(app, other, table.ana, Role.OWNER)
    threads = [table.begin(table.ana, kind=ThreadKind.QUESTION) for _ in range(5)]
    for thread in threads:
        table.reply(table.bo, thread)

    with app.app_context():
        ctx = acting(table.ana)
        seen, page = [], None
        while True:
            found = entries_of(ctx, limit=2, page=page)
            seen += [row.key for row in found.items]
            if (page := found.next) is None:
                break
    assert seen == threads[::-1]
