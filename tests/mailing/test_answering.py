"""Letters are answered by mail: out by a real server, in by the door, and a post stands there."""

import datetime as dt
import types
from email.message import EmailMessage

import pytest
import sqlalchemy as sa
import time_machine
from conftest import acting
from factories.accounts import PASSWORD_HASH, make_user
from factories.spaces import join, make_space
from letters import text_of

from community.accounts.operations import change_password, end_sign_ins
from community.accounts.operations.sign_ins import open_sign_in
from community.discussions.models import Post, ThreadKind
from community.discussions.operations import lock_thread, post_reply, start_thread
from community.kernel.context import clock
from community.kernel.db import db
from community.kernel.jobs import run_everything
from community.kernel.operation import unit_of_work
from community.kernel.posting import Why
from community.mailing.formats import MOST_MAIL
from community.mailing.models import LedgerEntry
from community.mailing.operations import erase, note_answer, take_mail
from community.mailing.operations.answering import Taken
from community.mailing.queries import my_ledger
from community.mailing.rules import ANSWER_WITHIN, ANSWERS_AN_HOUR, REFUSALS_TOLD, Fate
from community.moderation.operations import set_limits
from community.notifications.models import AnswerNews
from community.notifications.operations import owe_answers
from community.notifications.rules import DELAY
from community.spaces.models import Role
from community.spaces.operations import remove_member

ANA = "ana@example.org"
OTHER_HASH = "not-a-hash-of-anything"


@pytest.fixture
def space(mailed):
    return make_space(mailed, "Cohort 9")


@pytest.fixture
def olu(mailed, space):
    made = make_user(mailed, "Olu Ade", email="olu@example.org", email_verified_at=clock())
    join(mailed, space, made, Role.OWNER)
    return made


@pytest.fixture
def ana(mailed, space):
    made = make_user(
        mailed, "Ana Lima", email=ANA, password_hash=PASSWORD_HASH, email_verified_at=clock()
    )
    join(mailed, space, made, Role.MEMBER)
    return made


@pytest.fixture
def thread(mailed, space, olu, ana):
    with mailed.app_context():
        return start_thread(
            acting(olu), space, kind=ThreadKind.DISCUSSION, title="The well", body="Who digs?"
        ).id


def tell(app, thread, by, body="To @Ana Lima: when do we meet?"):
    """Write in a thread, let the delay pass, and have the letters sent."""
    with app.app_context():
        post = post_reply(acting(by), thread, body=body)
        with unit_of_work(acting(None)):
            db.session.execute(sa.update(AnswerNews).values(at=clock() - DELAY))
        owe_answers(acting(None))
    run_everything(app)
    return post


def answer_to(letter, text="At six.", *, sender=f"Ana Lima <{ANA}>", key="<1@mail.example.org>"):
    made = EmailMessage()
    made["From"] = sender
    made["To"] = letter["Reply-To"]
    made["Subject"] = f"Re: {letter['Subject']}"
    made["Message-ID"] = key
    made["In-Reply-To"] = letter["Message-ID"]
    quoted = "\n".join(f"> {line}" for line in text_of(letter).splitlines())
    made.set_content(f"{text}\n\nOn Tue, 1 Dec 2026, {letter['From']} wrote:\n{quoted}\n")
    return made


def come_in(app, message, *, to=None, sender=ANA):
    raw = message if isinstance(message, bytes) else message.as_bytes()
    address = message["To"].addresses[0].addr_spec if to is None else to
    with app.app_context():
        taken = take_mail(acting(None, origin="mail"), raw, recipient=address, sender=sender)
    run_everything(app)
    return taken


def posts(app, thread):
    with app.app_context():
        rows = sa.select(Post).where(Post.thread_id == thread).order_by(Post.number)
        return [(row.author_id, row.body, row.reply_to) for row in db.session.scalars(rows)]


def mailed_lines(app, user):
    with app.app_context():
        return [
            (line.fate, line.why) for line in my_ledger(acting(user)).items if line.kind == "mailed"
        ]


@pytest.fixture
def letter(mailed, postbox, thread, olu):
    tell(mailed, thread, olu)
    [sent] = postbox.letters_to(ANA)
    postbox.letters.clear()
    return sent


def test_an_answer_is_a_post_of_its_author_below_what_it_answers(mailed, letter, thread, ana):
    assert "stands in the thread under your name" in " ".join(text_of(letter).split())
    local = letter["Reply-To"].addresses[0].username
    assert len(local) <= 64
    taken = come_in(mailed, answer_to(letter, "At six, @Olu Ade.\n\n*By the well.*"))
    assert taken is Taken.POSTED
    assert posts(mailed, thread)[-1] == (ana, "At six, @Olu Ade.\n\n\\*By the well.\\*", 2)
    assert mailed_lines(mailed, ana) == [(Fate.POSTED, None)]


def test_what_is_delivered_twice_is_one_post(mailed, letter, thread):
    message = answer_to(letter)
    assert come_in(mailed, message) is Taken.POSTED
    message["X-Second-Way"] = "yes"
    assert come_in(mailed, message) is Taken.AGAIN
    assert len(posts(mailed, thread)) == 3


def test_limits_of_a_space_hold_for_answers_by_mail(mailed, letter, thread, space, olu, ana):
    def answer(text, key):
        return come_in(mailed, answer_to(letter, text, key=f"<{key}@mail.example.org>"))

    with mailed.app_context():
        limits = {"slow_seconds": 3600, "newcomer_links": None, "approve_first": 0}
        set_limits(acting(olu), space, **limits, blocked_words=["casino"])
    assert answer("At the casino.", "word") is Taken.REFUSED
    assert answer("At six.", "first") is Taken.POSTED
    assert answer("Or at seven.", "second") is Taken.REFUSED
    assert len(posts(mailed, thread)) == 3
    told = [why for fate, why in mailed_lines(mailed, ana) if fate is Fate.REFUSED]
    assert sorted(told) == sorted([Why.UNFIT, Why.OFTEN])


def test_of_several_posts_the_answer_is_one_to_the_thread(mailed, postbox, thread, olu):
    with mailed.app_context():
        post_reply(acting(olu), thread, body="To @Ana Lima: one")
    tell(mailed, thread, olu)
    [letter] = postbox.letters_to(ANA)
    come_in(mailed, answer_to(letter))
    assert posts(mailed, thread)[-1][1:] == ("At six.", None)


def test_where_no_mail_comes_in_letters_have_no_such_address(app, mailed, postbox, thread, olu):
    tell(app, thread, olu)
    [letter] = postbox.letters_to(ANA)
    assert letter["Reply-To"] is None
    assert "stands in the thread" not in text_of(letter)


def with_header(message, name, value):
    message[name] = value
    return message


def from_elsewhere(letter):
    return answer_to(letter, sender="Ana Lima <ana@elsewhere.example>")


def from_two(letter):
    return answer_to(letter, sender=f"{ANA}, olu@example.org")


def without_words(letter):
    return answer_to(letter, "")


def too_long(letter):
    return answer_to(letter, "word " * 4_001)


def too_large(letter):
    return with_header(answer_to(letter), "X-Much", "x" * 60).as_bytes() + b"x" * MOST_MAIL


REFUSED = {
    Why.SENDER: (from_elsewhere, from_two),
    Why.EMPTY: (without_words,),
    Why.LONG: (too_long,),
    Why.LARGE: (too_large,),
    Why.FORGED: tuple(
        lambda letter, said=said: with_header(
            answer_to(letter), "Authentication-Results", f"mx.example.org; {said}"
        )
        for said in ("dmarc=fail (p=none) header.from=example.org", "spf=fail; dkim=fail")
    ),
}


def test_what_cannot_be_posted_changes_nothing_and_its_author_learns_why(
    mailed, postbox, letter, thread, ana
):
    number = 0
    for why, ways in REFUSED.items():
        for make in ways:
            number += 1
            message = make(letter)
            raw = message if isinstance(message, bytes) else message.as_bytes()
            raw = raw.replace(b"<1@mail.example.org>", f"<{number}@mail.example.org>".encode())
            to = letter["Reply-To"].addresses[0].addr_spec
            for _time in range(2):
                come_in(mailed, raw, to=to)
            assert mailed_lines(mailed, ana)[0] == (Fate.REFUSED, why), make
    assert len(posts(mailed, thread)) == 2
    assert len(mailed_lines(mailed, ana)) == number
    assert [one["To"].addresses[0].addr_spec for one in postbox.letters] == [ANA] * number
    assert "It did not come from the address of your account" in text_of(postbox.letters[0])


EVIL = (
    "mx.example.org; dmarc=pass (p=none) header.from=evil.example; spf=pass; dkim=pass",
    "mx.example.org; spf=pass; dkim=pass header.d=evil.example",
)
NOT_HERS = (
    "From: =?utf-8?q?ana=40example=2Eorg?= <mallory@evil.example>",
    "From: =?utf-8?q?=3Cana=40example=2Eorg=3E?= <mallory@evil.example>",
    "From: =?utf-8?q?ana=40example=2Eorg=2C?= <mallory@evil.example>",
    f"From: {ANA} <mallory@evil.example>",
    f"From: <{ANA}> <mallory@evil.example>",
    f"From: g: {ANA}; <mallory@evil.example>",
    f"From: {ANA}; mallory@evil.example",
    f"From: {ANA}@evil.example",
    f"From: {ANA}\0 <mallory@evil.example>",
    f"From: <@evil.example:{ANA}>",
    f"From: {ANA}\r\n <mallory@evil.example>",
    f"From: {ANA}\r\nFrom: mallory@evil.example",
    f"From : mallory@evil.example\r\nFrom: {ANA}",
    f"From: {ANA}\r\nno header at all\r\nFrom: mallory@evil.example",
    f"X-A: y\rFrom: {ANA}\r\rhidden\r\nFrom: mallory@evil.example",
    f"From: {ANA}\rX-A: y",
    f"From: {ANA}\r\n{'X-A: y' * 40_000}",
)


def test_nobody_else_writes_as_a_member_however_the_line_is_bent(mailed, letter, thread, ana):
    to = letter["Reply-To"].addresses[0].addr_spec
    for number, line in enumerate(NOT_HERS):
        for trusted in EVIL[number % 2 :][:1]:
            raw = f"Authentication-Results: {trusted}\r\n{line}\r\nMessage-ID: <{number}@e.example>"
            with mailed.app_context(), unit_of_work(acting(None)):
                db.session.execute(sa.delete(LedgerEntry).where(LedgerEntry.kind == "mailed"))
            came = come_in(mailed, f"{raw}\r\n\r\nI am Ana.\r\n".encode(), to=to)
            assert (came, len(posts(mailed, thread))) == (Taken.REFUSED, 2), (line, trusted)
            assert mailed_lines(mailed, ana) == [(Fate.REFUSED, Why.SENDER)], (line, trusted)


def test_what_passed_passed_for_the_domain_of_the_member(mailed, letter, thread, ana):
    for number, (domain, became) in enumerate(
        {
            "evil.example": Taken.REFUSED,
            "ana@evil.example": Taken.REFUSED,
            "sub.example.org": Taken.REFUSED,
            "example.org": Taken.POSTED,
            '"Example.org."': Taken.POSTED,
        }.items()
    ):
        message = answer_to(letter, f"Word {number}.", key=f"<{number}@mail.example.org>")
        said = f"mx.example.org; spf=pass; dmarc=pass (p=none) header.from={domain}; dkim=pass"
        message["Authentication-Results"] = said
        assert come_in(mailed, message) is became, domain
    assert mailed_lines(mailed, ana)[-1] == (Fate.REFUSED, Why.FORGED)


def test_names_of_all_kinds_stand_before_an_address(mailed, letter, thread):
    to = letter["Reply-To"].addresses[0].addr_spec
    for number, name in enumerate(
        ("", "Ana Lima", '"Lima, Ana"', "=?utf-8?q?Ana_L=C3=AD?=", "Ana Lím", '"ana@example.org"')
    ):
        raw = f"From mail\nFrom: {name} <Ana@Example.org>\nMessage-ID: <{number}@a.example>\n"
        raw += f"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nWord {number}.\n--b--\n"
        assert come_in(mailed, raw.encode(), to=to) is Taken.POSTED, name


PASSED = (
    "mx.example.org; dmarc=pass; spf=fail; dkim=none",
    "mx.elsewhere.example; dmarc=fail",
    "mx.example.org; spf=softfail; dkim=pass",
)
MACHINES = (
    ("Auto-Submitted", "auto-replied"),
    ("Precedence", "bulk"),
    ("X-Auto-Response-Suppress", "All"),
    ("List-Id", "<a.list.example>"),
    ("Return-Path", "<>"),
)


def test_a_machine_is_refused_and_told_nothing(mailed, postbox, letter, thread, ana):
    for number, (name, value) in enumerate(MACHINES):
        message = with_header(answer_to(letter, key=f"<{number}@m.example>"), name, value)
        assert come_in(mailed, message) is Taken.REFUSED, name
    for number, sender in enumerate(("", "<>", "MAILER-DAEMON")):
        message = answer_to(letter, key=f"<null-{number}@m.example>")
        assert come_in(mailed, message, sender=sender) is Taken.REFUSED
    assert come_in(mailed, answer_to(letter, key="<ours@127.0.0.1>")) is Taken.REFUSED
    assert mailed_lines(mailed, ana) == [(Fate.REFUSED, Why.AUTOMATIC)] * 9
    assert postbox.letters == []
    assert len(posts(mailed, thread)) == 2
    for number, said in enumerate(PASSED):
        message = answer_to(letter, f"Word {number}.", key=f"<pass-{number}@m.example>")
        message["Authentication-Results"] = said
        message["Auto-Submitted"] = "no"
        assert come_in(mailed, message) is Taken.POSTED, said


def test_an_address_we_did_not_sign_is_nobodys(mailed, postbox, letter, thread, olu, ana):
    address = letter["Reply-To"].addresses[0].addr_spec
    local, _at, domain = address.partition("@")
    last = "a" if local[-2] != "a" else "b"
    for wrong in (
        f"{local[:-2]}{last}{local[-1]}@{domain}",
        f"{local[:7]}{last}{local[8:]}@{domain}",
        f"{local[:-1]}@{domain}",
        f"reply+@{domain}",
        f"reply+é@{domain}",
        f"{local}@elsewhere.example",
        f"bounce{local[5:]}@{domain}",
        "",
        "x" * 100_000,
    ):
        assert come_in(mailed, answer_to(letter), to=wrong) is Taken.DROPPED, wrong
    assert len(posts(mailed, thread)) == 2
    assert postbox.letters == []
    assert come_in(mailed, answer_to(letter), to=address.upper()) is Taken.POSTED


def test_the_address_serves_its_member_alone(mailed, letter, thread, olu, ana):
    message = answer_to(letter, sender="Olu Ade <olu@example.org>")
    assert come_in(mailed, message, sender="olu@example.org") is Taken.REFUSED
    assert mailed_lines(mailed, olu) == []
    assert mailed_lines(mailed, ana) == [(Fate.REFUSED, Why.SENDER)]


def test_who_may_not_write_there_now_does_not_by_mail(
    mailed, postbox, letter, thread, space, olu, ana
):
    with mailed.app_context():
        lock_thread(acting(olu), thread, locked=True)
    come_in(mailed, answer_to(letter, key="<locked@m.example>"))
    assert "The well" in postbox.letters[-1]["Subject"]
    with mailed.app_context():
        lock_thread(acting(olu), thread, locked=False)
        remove_member(acting(olu), space, ana)
    come_in(mailed, answer_to(letter, key="<left@m.example>"))
    assert mailed_lines(mailed, ana) == [(Fate.REFUSED, Why.CLOSED)] * 2
    told = [one for one in postbox.letters_to(ANA) if "not posted" in one["Subject"]]
    assert len(told) == 2
    assert "The well" not in told[-1]["Subject"] + text_of(told[-1])
    assert len(posts(mailed, thread)) == 2


def test_addresses_end_with_what_secures_an_account(mailed, postbox, thread, olu, ana):
    def change():
        with mailed.app_context():
            sign_in = open_sign_in(acting(ana))
            change_password(
                acting(ana), sign_in.id, verified=PASSWORD_HASH, password_hash=OTHER_HASH
            )

    def everywhere():
        with mailed.app_context():
            end_sign_ins(acting(ana))

    def go():
        with mailed.app_context():
            erase(acting(ana))

    for number, act in enumerate((change, everywhere, go)):
        tell(mailed, thread, olu)
        letter = [one for one in postbox.letters_to(ANA) if one["Reply-To"]][-1]
        act()
        message = answer_to(letter, key=f"<{number}@m.example>")
        assert come_in(mailed, message) is Taken.DROPPED, act
    assert {author for author, _body, _to in posts(mailed, thread)} == {olu}


def test_an_address_ends_with_its_time(mailed, letter, thread, ana):
    with time_machine.travel(clock() + ANSWER_WITHIN + dt.timedelta(days=2)):
        assert come_in(mailed, answer_to(letter)) is Taken.REFUSED
    assert mailed_lines(mailed, ana) == [(Fate.REFUSED, Why.EXPIRED)]


def test_a_flood_ends(mailed, postbox, letter, thread, ana):
    became = [
        come_in(mailed, answer_to(letter, f"Word {number}.", key=f"<{number}@m.example>"))
        for number in range(2 * ANSWERS_AN_HOUR + 1)
    ]
    assert became == (
        [Taken.POSTED] * ANSWERS_AN_HOUR + [Taken.REFUSED] * ANSWERS_AN_HOUR + [Taken.DROPPED]
    )
    assert len(posts(mailed, thread)) == 2 + ANSWERS_AN_HOUR


def test_strangers_use_up_nothing_of_a_member(mailed, postbox, letter, thread, ana):
    def strange(number):
        made = answer_to(letter, sender="mallory@evil.example", key=f"<s{number}@evil.example>")
        return come_in(mailed, made, sender="mallory@evil.example")

    assert [strange(number) for number in range(REFUSALS_TOLD + 1)] == (
        [Taken.REFUSED] * (REFUSALS_TOLD + 1)
    )
    assert len(postbox.letters) == REFUSALS_TOLD
    come_in(mailed, answer_to(letter, "", key="<empty@m.example>"))
    assert len(postbox.letters) == REFUSALS_TOLD + 1
    about = types.SimpleNamespace(space_id=None, thread_id=thread)
    with mailed.app_context():
        for number in range(2 * ANSWERS_AN_HOUR):
            note_answer(acting(ana), str(number), about=about, why=Why.SENDER, tell=False)
    assert strange("more") is Taken.DROPPED
    assert come_in(mailed, answer_to(letter)) is Taken.POSTED


def test_one_mail_to_two_of_our_addresses_is_posted_at_both(
    mailed, postbox, letter, thread, space, olu
):
    with mailed.app_context():
        other = start_thread(
            acting(olu), space, kind=ThreadKind.DISCUSSION, title="The road", body="Who paves?"
        ).id
    tell(mailed, other, olu)
    [second] = postbox.letters_to(ANA)
    message = answer_to(letter)
    for to in (letter, second):
        address = to["Reply-To"].addresses[0].addr_spec
        assert come_in(mailed, message, to=address) is Taken.POSTED
        assert come_in(mailed, message, to=address) is Taken.AGAIN
    assert [len(posts(mailed, each)) for each in (thread, other)] == [3, 3]


def test_files_are_left_out_and_that_is_told(mailed, postbox, letter, thread, ana):
    message = answer_to(letter)
    message.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="plan.pdf")
    assert come_in(mailed, message) is Taken.POSTED
    assert mailed_lines(mailed, ana) == [(Fate.POSTED, Why.FILES)]
    assert "posted without its files" in postbox.letters[0]["Subject"]
    assert posts(mailed, thread)[-1][1] == "At six."
    shown = answer_to(letter, "With a picture in its foot.", key="<2@m.example>")
    shown.add_related(b"\x89PNG", maintype="image", subtype="png", cid="<logo@m.example>")
    come_in(mailed, shown)
    assert mailed_lines(mailed, ana)[0] == (Fate.POSTED, None)


def test_the_ledger_says_what_became_of_each(mailed, browse, letter, thread, ana):
    come_in(mailed, answer_to(letter))
    come_in(mailed, answer_to(letter, "", key="<2@m.example>"))
    page = browse(ana).get("/me/letters/ledger").text
    assert "An answer by mail" in page
    assert "Above what was quoted stood nothing." in page
    assert "Posted" in page
