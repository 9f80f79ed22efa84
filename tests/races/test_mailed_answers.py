"""A mail server delivers one message several times at once: it is one post, and counts once."""

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.accounts import make_user
from factories.spaces import join, make_space
from races.parallel import at_once

from community.discussions.models import Post, ThreadKind
from community.discussions.operations import start_thread
from community.kernel.context import clock
from community.kernel.db import db
from community.kernel.outbox import OutboxRow
from community.kernel.posting import Why
from community.mailing.formats import reply_address
from community.mailing.models import AddressTrouble, LedgerEntry
from community.mailing.operations import (
    TELL_ANSWERED,
    note_bounce,
    note_letter,
    open_line,
    take_mail,
)
from community.mailing.rules import MAILED, Fate
from community.spaces.models import Role

pytestmark = pytest.mark.races

ABOUT = {"kind": "account", "subject": "Your password was changed"}

# In the form of a message that a mail program with an attachment writes.
MAIL = b"""From: Ana <ana@example.org>\r
Message-ID: <1@mail.example>\r
Content-Type: multipart/mixed; boundary=b\r
\r
--b\r
\r
At six.\r
--b\r
Content-Type: application/pdf\r
Content-Disposition: attachment\r
\r
%PDF\r
--b--\r
"""


def test_one_message_delivered_four_times_at_once_is_one_post(app):
    space = make_space(app, "Cohort 9")
    ana = make_user(app, "Ana Lima", email="ana@example.org", email_verified_at=clock())
    join(app, space, ana, Role.MEMBER)
    with app.app_context():
        thread = start_thread(
            acting(ana), space, kind=ThreadKind.DISCUSSION, title="The well", body="Who digs?"
        ).id
        told = {"kind": "answer", "subject": "", "space_id": space, "thread_id": thread}
        line, key = open_line(acting(ana), "answers:1", told=told)
        address = reply_address(line, clock().date(), ana, thread, key, domain="")
    acts = [lambda: take_mail(acting(None), MAIL, recipient=address, sender="ana@example.org")] * 4
    became = at_once(app, acts)
    assert "posted" in became
    assert set(became) <= {"posted", "again"}
    with app.app_context():
        count = sa.select(sa.func.count())
        owed = count.select_from(OutboxRow).where(OutboxRow.job == TELL_ANSWERED)
        lines = count.select_from(LedgerEntry).where(LedgerEntry.kind == MAILED)
        posts = count.select_from(Post).where(Post.thread_id == thread)
        assert [db.session.scalar(each) for each in (posts, lines, owed)] == [2, 1, 1]


def test_reports_that_come_at_once_count_one_day_and_each_letter_once(app):
    ana = make_user(app, "Ana Lima", email="ana@example.org", email_verified_at=clock())
    with app.app_context():
        for number in range(3):
            note_letter(acting(ana), str(number), fate=Fate.SENT, told=ABOUT)
    acts = [
        lambda number=number: note_bounce(acting(ana), str(number % 3), Why.NO_MAILBOX)
        for number in range(9)
    ]
    assert sorted(at_once(app, acts)) == [False] * 6 + [True] * 3
    with app.app_context():
        [trouble] = db.session.scalars(sa.select(AddressTrouble)).all()
        assert (trouble.days, trouble.paused_at) == (1, None)
