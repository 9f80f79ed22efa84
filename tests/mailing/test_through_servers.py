"""Out and back through real mail servers: a digest, an answer, one click, letters that come back.

Signatures are looked at by a library that is not ours, and so are the reports that servers write.
"""

import dataclasses
import datetime as dt
from email.message import EmailMessage

import pytest
import sqlalchemy as sa
from conftest import acting
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519
from factories.accounts import make_user
from factories.spaces import join, make_space
from letters import text_of
from mail_servers import handed_over, mail_servers
from signatures import verified

from community.correspondence.operations import choose, choose_defaults
from community.correspondence.rules import LETTERS, Channel, Choice, LetterKind
from community.discussions.models import Post, ThreadKind
from community.discussions.operations import post_reply, start_thread
from community.kernel.context import clock
from community.kernel.db import db
from community.kernel.installed import EXTENSION
from community.kernel.jobs import do_row, relay_rows, run_everything
from community.kernel.operation import unit_of_work
from community.kernel.posting import Why
from community.mailing.models import AddressTrouble, LedgerEntry
from community.mailing.operations import owe_digests
from community.mailing.queries import my_ledger
from community.mailing.rules import BOUNCES, Fate
from community.notifications.models import AnswerNews
from community.notifications.operations import owe_answers
from community.notifications.rules import DELAY
from community.spaces.models import Role

ANA = "ana@example.org"


@pytest.fixture
def servers(mailed, tmp_path):
    """Return the two servers of others; the installation signs, and sends to the first."""
    file = tmp_path / "key.pem"
    file.write_bytes(
        ed25519.Ed25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    house = mailed.extensions[EXTENSION]
    before = house.settings
    with mail_servers(mailed) as (elsewhere, entrance):
        house.settings = dataclasses.replace(
            before,
            smtp_url=f"smtp://127.0.0.1:{elsewhere.port}",
            mail_from="Long Table <post@example.org>",
            dkim_domain="example.org",
            dkim_selector="letters2026",
            dkim_key=str(file),
        )
        yield elsewhere, entrance
        house.settings = before


@pytest.fixture
def space(mailed):
    return make_space(mailed, "Cohort 9")


@pytest.fixture
def olu(mailed, space):
    made = make_user(mailed, "Olu Ade", email="olu@example.org")
    join(mailed, space, made, Role.OWNER)
    return made


@pytest.fixture
def ana(mailed, space):
    made = make_user(mailed, "Ana Lima", email=ANA, email_verified_at=clock())
    join(mailed, space, made, Role.MEMBER)
    return made


@pytest.fixture
def thread(mailed, space, olu, ana):
    with mailed.app_context():
        return start_thread(
            acting(olu), space, kind=ThreadKind.DISCUSSION, title="The well", body="Who digs?"
        ).id


def tell(app, thread, by, body):
    with app.app_context():
        post_reply(acting(by), thread, body=body)
        with unit_of_work(acting(None)):
            db.session.execute(sa.update(AnswerNews).values(at=clock() - DELAY))
        owe_answers(acting(None))
    run_everything(app)


def begin(app, space, by, title):
    with app.app_context():
        start_thread(acting(by), space, kind=ThreadKind.ANNOUNCEMENT, title=title, body="At six.")


def announce(app, space, by, title):
    begin(app, space, by, title)
    run_everything(app)


def hour_of_digests(app):
    with app.app_context():
        with unit_of_work(acting(None)):
            held = sa.update(LedgerEntry).where(LedgerEntry.fate == Fate.HELD)
            db.session.execute(held.values(until=clock()))
        owe_digests(acting(None))
    run_everything(app)


def lines(app, user_id):
    with app.app_context():
        return [(each.kind, each.fate, each.why) for each in my_ledger(acting(user_id)).items]


def words(app, thread):
    with app.app_context():
        rows = sa.select(Post).where(Post.thread_id == thread).order_by(Post.number)
        return [(row.author_id, row.body) for row in db.session.scalars(rows)]


def answer_to(letter, text):
    made = EmailMessage()
    made["From"] = f"Ana Lima <{ANA}>"
    made["To"] = letter["Reply-To"]
    made["Subject"] = f"Re: {letter['Subject']}"
    made["Message-ID"] = "<1@mail.example.org>"
    quoted = "\n".join(f"> {line}" for line in text_of(letter).splitlines())
    made.set_content(f"{text}\n\nOn Tue, 1 Dec 2026, {letter['From']} wrote:\n{quoted}\n")
    return made


def test_each_letter_goes_out_and_comes_back_by_servers_and_the_ledger_explains_it(
    mailed, servers, browse, space, thread, olu, ana
):
    elsewhere, entrance = servers
    answers = LETTERS[LetterKind.ANSWER]
    with mailed.app_context():
        choose(acting(ana), {(topic, Channel.MAIL): Choice.DIGEST for topic in answers})
    tell(mailed, thread, olu, "To @Ana Lima: when?")
    tell(mailed, thread, olu, "To @Ana Lima: where?")
    assert elsewhere.letters == []
    hour_of_digests(mailed)
    [digest] = elsewhere.letters_to(ANA)
    assert all(asked in text_of(digest) for asked in ("when?", "where?"))

    with mailed.app_context():
        choose_defaults(acting(ana))
    tell(mailed, thread, olu, "To @Ana Lima: and who?")
    letter = elsewhere.letters_to(ANA)[-1]
    to = letter["Reply-To"].addresses[0].addr_spec
    handed_over(entrance.port, answer_to(letter, "At six."), ANA, to)
    handed_over(entrance.port, answer_to(letter, "At six."), ANA, to)
    assert entrance.became == ["posted", "again"]
    assert words(mailed, thread)[-1] == (ana, "At six.")

    announce(mailed, space, olu, "We meet")
    notice = elsewhere.letters_to(ANA)[-1]
    assert notice["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    begin(mailed, space, olu, "We meet later")
    with mailed.app_context():
        for key in relay_rows(acting(None)):
            do_row(key)  # now it is owed to each; it is looked at again when it leaves
    stop = notice["List-Unsubscribe"].strip("<>").removeprefix("http://127.0.0.1:8000")
    answer = mailed.test_client().post(stop, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 204
    run_everything(mailed)
    assert elsewhere.letters_to(ANA)[-1] is notice

    elsewhere.unknown.add(ANA)
    tell(mailed, thread, olu, "To @Ana Lima: still?")
    elsewhere.run_queue()
    assert entrance.became[2:] == ["report"]
    settings = mailed.extensions[EXTENSION].settings
    assert len(elsewhere.letters_to(ANA)) == 4
    for raw, sender in zip(elsewhere.raw, elsewhere.senders, strict=True):
        [told] = verified(raw, settings)
        assert (told["result"], told["domain"]) == ("pass", "example.org"), told
        assert sender.startswith("bounce+")
    assert len(set(elsewhere.senders)) == len(elsewhere.senders)
    assert lines(mailed, ana) == [
        ("answer", Fate.BOUNCED, Why.NO_MAILBOX),
        ("announcement", Fate.SUPPRESSED, Why.STOPPED),
        ("announcement", Fate.SENT, None),
        ("mailed", Fate.POSTED, None),
        ("answer", Fate.SENT, None),
        ("digest", Fate.SENT, None),
        ("answer", Fate.MERGED, Why.DIGEST),
        ("answer", Fate.MERGED, Why.DIGEST),
    ]
    page = browse(ana).get("/me/letters/ledger").text
    for said in ("Came back", "there is no such address", "An answer by mail", "Posted"):
        assert said in page


def test_an_address_whose_server_reports_day_by_day_is_left_alone_and_its_member_reads_why(
    mailed, servers, browse, space, olu, ana
):
    elsewhere, entrance = servers
    elsewhere.unknown.add(ANA)
    for day in range(BOUNCES):
        announce(mailed, space, olu, f"We meet, {day}")
        elsewhere.run_queue()
        with mailed.app_context(), unit_of_work(acting(None)):  # a day goes by
            trouble = db.session.scalars(sa.select(AddressTrouble)).one()
            assert (trouble.days, trouble.paused_at is not None) == (day + 1, day + 1 == BOUNCES)
            trouble.since -= dt.timedelta(days=1)
            trouble.last_on -= dt.timedelta(days=1)
    assert entrance.became == ["report"] * BOUNCES
    announce(mailed, space, olu, "We meet, at last")
    assert len(elsewhere.letters) == BOUNCES
    assert lines(mailed, ana) == [
        ("announcement", Fate.SUPPRESSED, Why.BOUNCING),
        *[("announcement", Fate.BOUNCED, Why.NO_MAILBOX)] * BOUNCES,
    ]
    client = browse(ana)
    assert "Your address does not take our mail" in client.get("/me/letters").text
    assert "Came back" in client.get("/me/letters/ledger").text
