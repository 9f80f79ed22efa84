"""What somebody switched off reaches them neither in the inbox nor by letter."""

import sqlalchemy as sa
from conftest import acting
from letters import text_of

from community.correspondence.operations import choose
from community.correspondence.rules import Channel, Choice, Topic
from community.discussions.models import ThreadKind
from community.discussions.operations import follow_thread
from community.discussions.rules import Level
from community.kernel.context import clock
from community.kernel.db import db
from community.kernel.jobs import run_everything
from community.kernel.operation import unit_of_work
from community.kernel.posting import Why
from community.mailing.queries import my_ledger
from community.mailing.rules import Fate
from community.notifications.models import AnswerNews
from community.notifications.operations import owe_answers
from community.notifications.rules import DELAY, Reason

INBOX, MAIL = Channel.INBOX, Channel.MAIL


def switch(table, reader, choice, channel, *topics):
    table.do(choose, reader, {(topic, channel): choice for topic in topics})


def owe(app):
    with app.app_context():
        with unit_of_work(acting(None)):
            db.session.execute(sa.update(AnswerNews).values(at=clock() - DELAY))
        owe_answers(acting(None))


def lines(app, reader):
    with app.app_context():
        return my_ledger(acting(reader)).items


def test_an_inbox_leaves_out_what_is_off_and_has_it_again(app, table):
    thread = table.begin(table.ana)
    mine = table.reply(table.ana, thread, "Mine.")
    table.reply(table.bo, thread, "What says @Ana Lima?")
    table.begin(table.olu, kind=ThreadKind.ANNOUNCEMENT, title="At six")
    run_everything(app)
    assert [entry.why for entry in table.entries(table.ana)] == [
        Reason.ANNOUNCEMENT,
        Reason.MENTION,
    ]
    switch(table, table.ana, Choice.OFF, INBOX, Topic.MENTION, Topic.ANNOUNCEMENT)
    assert table.entries(table.ana) == []
    assert table.unread(table.ana) == 0
    assert table.unread(table.bo) == 1  # the announcement
    table.do(follow_thread, table.ana, thread, level=Level.WATCHING)
    [entry] = table.entries(table.ana)
    assert entry.why is Reason.WATCHING
    switch(table, table.ana, Choice.OFF, INBOX, Topic.WATCHING)
    assert table.entries(table.ana) == []
    table.reply(table.bo, thread, "And an answer.", reply_to=mine.number)
    [entry] = table.entries(table.ana)
    assert (entry.why, entry.told) == (Reason.REPLY, 1)
    switch(table, table.ana, Choice.ON, INBOX, Topic.MENTION, Topic.ANNOUNCEMENT)
    assert len(table.entries(table.ana)) == 2


def test_a_letter_tells_of_what_is_on_and_the_ledger_of_what_was_switched_off(app, postbox, table):
    thread = table.begin(table.ana, title="The well")
    mine = table.reply(table.ana, thread, "Mine.")
    switch(table, table.ana, Choice.OFF, MAIL, Topic.MENTION)
    table.reply(table.bo, thread, "Hello @Ana Lima")
    table.reply(table.bo, thread, "An answer.", reply_to=mine.number)
    owe(app)
    run_everything(app)
    [letter] = postbox.letters
    assert "An answer." in text_of(letter)
    assert "Hello" not in text_of(letter)
    other = table.begin(table.bo, body="Hello @Ana Lima", title="The pump")
    owe(app)
    run_everything(app)
    assert len(postbox.letters) == 1
    [line] = [each for each in lines(app, table.ana) if each.thread_id == other]
    assert (line.fate, line.why) == (Fate.SUPPRESSED, Why.STOPPED)


def test_it_is_asked_when_the_letter_leaves_and_not_when_it_was_owed(app, postbox, table):
    thread = table.begin(table.bo, body="Hello @Ana Lima")
    owe(app)
    switch(table, table.ana, Choice.OFF, MAIL, Topic.MENTION)
    run_everything(app)
    assert postbox.letters == []
    [line] = lines(app, table.ana)
    assert (line.fate, line.why, line.thread_id) == (Fate.SUPPRESSED, Why.STOPPED, thread)


def test_one_letter_about_a_thread_leaves_as_soon_as_any_of_it_is_to(app, postbox, table):
    thread = table.begin(table.ana)
    mine = table.reply(table.ana, thread, "Mine.")
    switch(table, table.ana, Choice.DIGEST, MAIL, Topic.MENTION)
    table.reply(table.bo, thread, "Hello @Ana Lima")
    owe(app)
    run_everything(app)
    assert postbox.letters == []
    [line] = lines(app, table.ana)
    assert (line.fate, line.why) == (Fate.HELD, Why.DIGEST)
    table.reply(table.bo, thread, "Once more, @Ana Lima")
    table.reply(table.bo, thread, "An answer.", reply_to=mine.number)
    owe(app)
    run_everything(app)
    [letter] = postbox.letters
    assert "Once more" in text_of(letter)
    assert "An answer." in text_of(letter)
