"""A letter goes out by a real server and comes back: the ledger says so, and the next ones stay."""

import datetime as dt

import pytest
import sqlalchemy as sa
import time_machine
from conftest import acting
from factories.accounts import make_user
from factories.spaces import join, make_space

from community.accounts.events import AddressChanged
from community.accounts.letters.account import mail_password_changed
from community.accounts.models import User
from community.accounts.operations import end_sign_ins
from community.discussions.models import ThreadKind
from community.discussions.operations import start_thread
from community.kernel.context import clock
from community.kernel.db import db
from community.kernel.jobs import run_everything
from community.kernel.operation import record, unit_of_work
from community.kernel.posting import Why
from community.mailing.operations import note_letter, owe_digests, take_mail
from community.mailing.operations.answering import Taken
from community.mailing.queries import my_ledger, paused_since
from community.mailing.rules import BOUNCES, REPORTED_WITHIN, Fate
from community.spaces.models import Role

ANA = "ana@example.org"


@pytest.fixture
def space(mailed):
    return make_space(mailed, "Cohort 9")


@pytest.fixture
def olu(mailed, space):
    made = make_user(mailed, "Olu Ade")
    join(mailed, space, made, Role.OWNER)
    return made


@pytest.fixture
def ana(mailed, space):
    made = make_user(mailed, "Ana Lima", email=ANA)
    join(mailed, space, made, Role.MEMBER)
    return made


def announce(app, space, olu, postbox):
    """Write to everybody; return the envelope's sender of the letter that went to Ana, if any."""
    before = len(postbox.senders)
    with app.app_context():
        start_thread(
            acting(olu), space, kind=ThreadKind.ANNOUNCEMENT, title="We meet", body="At six."
        )
    run_everything(app)
    return postbox.senders[before:]


def report(status="5.1.1", action="failed"):
    """Return a report as Postfix writes it."""
    return f"""From: MAILER-DAEMON@mx.example.org (Mail Delivery System)
To: bounce@in.example.org
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

This is the mail system. I'm sorry.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; {ANA}
Original-Recipient: rfc822;{ANA}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} no

--b
Content-Type: text/rfc822-headers

Subject: We meet
--b--
""".encode()


EXIM = f"""From: Mail Delivery System <Mailer-Daemon@mx.example.org>
X-Failed-Recipients: {ANA}
Auto-Submitted: auto-replied
Subject: Mail delivery failed: returning message to sender

This message was created automatically by mail delivery software.
""".encode()
HOLIDAY = b"From: ana@example.org\nAuto-Submitted: auto-replied\nSubject: Away\n\nI am away.\n"


def come_back(app, address, raw=None):
    with app.app_context():
        return take_mail(
            acting(None), report() if raw is None else raw, recipient=address, sender=""
        )


def fates(app, ana):
    with app.app_context():
        return [(line.fate, line.why) for line in my_ledger(acting(ana)).items]


def paused(app, user):
    with app.app_context():
        return paused_since(acting(user)) is not None


def test_each_report_is_told_in_the_ledger_in_words(mailed, postbox, browse, space, olu, ana):
    known = {
        report("5.1.1"): (Fate.BOUNCED, Why.NO_MAILBOX),
        report("5.2.2"): (Fate.BOUNCED, Why.FULL),
        report("5.7.1"): (Fate.BOUNCED, Why.TURNED_AWAY),
        report("5.4.4"): (Fate.BOUNCED, Why.RETURNED),
        EXIM: (Fate.BOUNCED, Why.RETURNED),
        report("4.4.1", "delayed"): (Fate.SENT, Why.DELAYED),
        report("4.2.2"): (Fate.SENT, Why.DELAYED),
    }
    for raw, expected in known.items():
        [address] = announce(mailed, space, olu, postbox)
        assert address.startswith("bounce+")
        assert len(address.partition("@")[0]) <= 64
        assert fates(mailed, ana)[0] == (Fate.SENT, None)
        assert come_back(mailed, address, raw) is Taken.REPORT
        assert come_back(mailed, address, raw) is Taken.AGAIN
        assert fates(mailed, ana)[0] == expected
    assert not paused(mailed, ana)  # all on one day
    page = browse(ana).get("/me/letters/ledger").text
    assert "Came back" in page
    assert "there is no such address" in page


def test_what_is_no_report_or_at_no_address_of_ours_changes_nothing(
    mailed, postbox, space, olu, ana
):
    [address] = announce(mailed, space, olu, postbox)
    local, _at, domain = address.partition("@")
    other = "a" if local[-3] != "a" else "b"
    for wrong in (
        f"{local[:-3]}{other}{local[-2:]}@{domain}",
        f"reply{local[6:]}@{domain}",
        f"bounce+@{domain}",
        f"bounce@{domain}",
    ):
        assert come_back(mailed, wrong) is Taken.DROPPED
    for raw in (
        HOLIDAY,
        b"",
        b"\xff" * 1_000,
        b"Content-Type: multipart/report; boundary=b\n\n--b",
    ):
        assert come_back(mailed, address, raw) is Taken.DROPPED
    with time_machine.travel(clock() + REPORTED_WITHIN + dt.timedelta(days=2)):
        assert come_back(mailed, address) is Taken.DROPPED
    assert fates(mailed, ana) == [(Fate.SENT, None)]
    with mailed.app_context():
        end_sign_ins(acting(ana))  # ends addresses for answers, not these
    assert come_back(mailed, address) is Taken.REPORT


def pause(app, space, olu, ana, postbox):
    for day in range(BOUNCES):
        with time_machine.travel(clock() + dt.timedelta(days=day)):
            [address] = announce(app, space, olu, postbox)
            for _again in range(2):
                come_back(app, address)
            assert paused(app, ana) == (day == BOUNCES - 1)


def test_an_address_that_sends_back_is_left_alone_until_its_member_says_so(
    mailed, postbox, browse, space, olu, ana
):
    pause(mailed, space, olu, ana, postbox)
    with time_machine.travel(clock() + dt.timedelta(days=BOUNCES)):
        assert announce(mailed, space, olu, postbox) == []
        assert fates(mailed, ana)[0] == (Fate.SUPPRESSED, Why.BOUNCING)
        with mailed.app_context():  # about the account: still tried
            mail_password_changed(acting(ana), user_id=str(ana), change_id="1")
        assert fates(mailed, ana)[0] == (Fate.SENT, None)
    client = browse(ana)
    assert "Your address does not take our mail" in client.get("/me/letters").text
    assert client.get("/api/v1/me/letters/mailbox").json["paused_at"]
    again = client.post("/me/letters/try-again", follow_redirects=True).text
    assert "The next letters are sent again" in again
    assert "Your address does not take our mail" not in again
    assert client.post("/api/v1/me/letters/mailbox").json == {"paused_at": None}
    assert client.get("/api/v1/me/letters/mailbox").json == {"paused_at": None}
    assert len(announce(mailed, space, olu, postbox)) == 1


def test_another_address_begins_anew(mailed, postbox, space, olu, ana):
    pause(mailed, space, olu, ana, postbox)
    with mailed.app_context(), unit_of_work(acting(ana)):
        db.session.execute(sa.update(User).where(User.id == ana).values(email="a@example.org"))
        record(AddressChanged(user_id=ana))
    assert not paused(mailed, ana)
    assert len(announce(mailed, space, olu, postbox)) == 1


def test_what_comes_back_from_the_former_address_says_nothing_of_the_new_one(
    mailed, postbox, space, olu, ana
):
    addresses = [announce(mailed, space, olu, postbox)[0] for _letter in range(BOUNCES)]
    with mailed.app_context(), unit_of_work(acting(ana)):
        db.session.execute(sa.update(User).where(User.id == ana).values(email="a@example.org"))
        record(AddressChanged(user_id=ana))
    for day, address in enumerate(addresses):
        with time_machine.travel(clock() + dt.timedelta(days=day)):
            assert come_back(mailed, address) is Taken.DROPPED
    assert not paused(mailed, ana)
    assert fates(mailed, ana) == [(Fate.SENT, None)] * BOUNCES
    [address] = announce(mailed, space, olu, postbox)
    assert come_back(mailed, address) is Taken.REPORT


def test_of_a_report_so_much_is_read_and_of_a_letter_that_came_back_none(
    mailed, postbox, space, olu, ana
):
    [address] = announce(mailed, space, olu, postbox)
    for much in (b"\n" * 3_000, b"x" * 200_000 + b"\n", b"\r" * 3_000):
        late = report().replace(b"This is the mail system.", much)
        assert come_back(mailed, address, late) is Taken.DROPPED
    assert come_back(mailed, address) is Taken.REPORT
    assert come_back(mailed, address, HOLIDAY) is Taken.AGAIN  # not looked at


def test_what_waited_for_a_digest_is_not_sent_there_either(mailed, postbox, space, olu, ana):
    held = {"kind": "answer", "subject": "", "why": Why.DIGEST, "until": clock(), "job": "a.job"}
    with mailed.app_context():
        note_letter(acting(ana), "answers:1", fate=Fate.HELD, told=held)
    pause(mailed, space, olu, ana, postbox)
    sent = len(postbox.senders)
    with mailed.app_context():
        owe_digests(acting(None))
    run_everything(mailed)
    with mailed.app_context():
        [line] = [each for each in my_ledger(acting(ana)).items if each.kind == "answer"]
    assert (line.fate, line.why) == (Fate.SUPPRESSED, Why.BOUNCING)
    assert len(postbox.senders) == sent
