"""The ledger: a line for each letter that was owed to somebody, sent or not, and why."""

import datetime as dt
import smtplib

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.accounts import PASSWORD_HASH, make_user
from factories.live import make_session
from factories.spaces import join, make_space

from community.accounts.letters.account import mail_password_changed
from community.correspondence.operations import stop_letters
from community.correspondence.rules import LetterKind
from community.discussions.models import ThreadKind
from community.discussions.operations import (
    block_person,
    follow_space,
    follow_thread,
    mark_read,
    post_reply,
    remove_post,
    rename_thread,
    start_thread,
)
from community.discussions.rules import Level
from community.kernel.context import clock
from community.kernel.db import db
from community.kernel.jobs import do_row, relay_rows, run_everything
from community.kernel.operation import unit_of_work
from community.kernel.outbox import OutboxRow
from community.kernel.posting import Why
from community.kernel.sweeping import sweep
from community.live.operations import call_off_session
from community.mailing.models import LedgerEntry
from community.mailing.operations import erase, note_letter
from community.mailing.queries import my_ledger
from community.mailing.rules import KEPT, Fate
from community.notifications.models import AnswerNews
from community.notifications.operations import owe_answers, owe_reminders
from community.notifications.rules import DELAY
from community.spaces.models import Role
from community.spaces.operations import remove_member

PAGE = "/me/letters/ledger"


@pytest.fixture
def space(app):
    return make_space(app, "Cohort 9")


@pytest.fixture
def olu(app, space):
    made = make_user(app, "Olu Ade")
    join(app, space, made, Role.OWNER)
    return made


@pytest.fixture
def ana(app, space):
    made = make_user(app, "Ana Lima", email="ana@example.org", password_hash=PASSWORD_HASH)
    join(app, space, made, Role.MEMBER)
    return made


def begin(app, space, by, title="The well", kind=ThreadKind.DISCUSSION):
    with app.app_context():
        return start_thread(acting(by), space, kind=kind, title=title, body="Let us talk.").id


def reply(app, thread, by, body="To @Ana Lima"):
    with app.app_context():
        return post_reply(acting(by), thread, body=body)


def owe(app):
    """Let the delay pass, so that the letters about answers are owed."""
    with app.app_context():
        with unit_of_work(acting(None)):
            db.session.execute(sa.update(AnswerNews).values(at=clock() - DELAY))
        owe_answers(acting(None))


def lines(app, user_id, **more):
    with app.app_context():
        return my_ledger(acting(user_id), **more).items


def test_what_was_sent_stands_there_with_its_subject_and_no_word_of_it(
    app, postbox, browse, space, olu, ana
):
    begin(app, space, olu, "We meet at six", ThreadKind.ANNOUNCEMENT)
    run_everything(app)
    [line] = lines(app, ana)
    assert (line.kind, line.subject, line.fate, line.why) == (
        "announcement",
        "We meet at six",
        Fate.SENT,
        None,
    )
    page = browse(ana).get(PAGE).text
    assert "We meet at six" in page
    assert "Sent" in page
    assert "Let us talk." not in page
    assert len(postbox.letters) == 1


def test_letters_about_the_account_stand_there_too(app, postbox, ana):
    with app.app_context():
        mail_password_changed(acting(ana), user_id=str(ana), change_id="1")
    [line] = lines(app, ana)
    assert (line.kind, line.subject) == ("account", "Your password was changed")


def read_it(ana, olu, _space, thread, post):
    mark_read(acting(ana), thread, number=post.number)


def remove_it(_ana, olu, _space, _thread, post):
    remove_post(acting(olu), post.id)


def lose_it(ana, olu, space, _thread, _post):
    remove_member(acting(olu), space, ana)


def mute_it(ana, _olu, _space, thread, _post):
    follow_thread(acting(ana), thread, level=Level.MUTED)


def block_them(ana, olu, _space, _thread, _post):
    block_person(acting(ana), olu)


def stop_them(ana, _olu, _space, _thread, _post):
    stop_letters(acting(ana), LetterKind.ANSWER)


@pytest.mark.parametrize(
    ("act", "why"),
    [
        (read_it, Why.READ),
        (remove_it, Why.REMOVED),
        (lose_it, Why.LOST),
        (mute_it, Why.MUTED),
        (block_them, Why.BLOCKED),
        (stop_them, Why.STOPPED),
    ],
)
def test_what_was_not_sent_says_why(app, postbox, space, olu, ana, act, why):
    thread = begin(app, space, olu)
    post = reply(app, thread, olu)
    owe(app)
    with app.app_context():
        act(ana, olu, space, thread, post)
    run_everything(app)
    assert postbox.letters == []
    [line] = lines(app, ana)
    assert (line.kind, line.fate, line.why) == ("answer", Fate.SUPPRESSED, why)


def test_an_announcement_says_why_it_was_not_sent(app, postbox, space, olu, ana):
    thread = begin(app, space, olu, kind=ThreadKind.ANNOUNCEMENT)
    with app.app_context():
        follow_space(acting(ana), space, level=Level.MUTED)
    run_everything(app)
    assert postbox.letters == []
    [line] = lines(app, ana)
    assert (line.fate, line.why, line.thread_id) == (Fate.SUPPRESSED, Why.MUTED, thread)


def test_a_reminder_of_what_was_called_off_is_over(app, postbox, space, olu, ana):
    session = make_session(app, space, olu, starts_at=clock() + dt.timedelta(hours=20))
    with app.app_context():
        owe_reminders(acting(None))
        call_off_session(acting(olu), session, reason="")
    run_everything(app)
    [line] = [each for each in lines(app, ana) if each.kind == "reminder"]
    assert (line.fate, line.why) == (Fate.SUPPRESSED, Why.OVER)


def test_who_has_lost_the_space_reads_no_title_any_more(app, postbox, browse, space, olu, ana):
    begin(app, space, olu, "Secret well", ThreadKind.ANNOUNCEMENT)
    make_session(app, space, olu, starts_at=clock() + dt.timedelta(hours=20), title="Secret talk")
    with app.app_context():
        owe_reminders(acting(None))
    run_everything(app)
    page = browse(ana).get(PAGE).text
    assert "Secret well" in page
    assert "Secret talk" in page
    with app.app_context():
        remove_member(acting(olu), space, ana)
    client = browse(ana)
    for told in (client.get(PAGE).text, client.get(f"/api/v1{PAGE}").text):
        assert "Secret" not in told
        assert "Cohort 9" not in told
    assert "About something you cannot open now" in client.get(PAGE).text
    assert all(line.hidden and line.thread_id is None for line in lines(app, ana))


def test_a_thread_with_another_title_has_that_one_in_the_ledger(app, postbox, space, olu, ana):
    thread = begin(app, space, olu, "A name somebody regrets", ThreadKind.ANNOUNCEMENT)
    run_everything(app)
    with app.app_context():
        rename_thread(acting(olu), thread, kind=ThreadKind.ANNOUNCEMENT, title="Another")
    assert [line.subject for line in lines(app, ana)] == ["Another"]
    with app.app_context():
        kept = db.session.scalars(sa.select(LedgerEntry.subject)).all()
    assert kept == [""]


def test_a_mail_server_that_does_not_answer_holds_a_letter_until_it_does(
    app, postbox, space, olu, ana
):
    begin(app, space, olu, kind=ThreadKind.ANNOUNCEMENT)
    postbox.answer = "451 later"
    with pytest.raises(smtplib.SMTPException):
        run_everything(app)
    [line] = lines(app, ana)
    assert (line.fate, line.why) == (Fate.HELD, Why.WAITING)
    postbox.answer = "250 OK"
    with app.app_context(), unit_of_work(acting(None)):
        db.session.execute(sa.text("UPDATE outbox SET due_at = :at"), {"at": "2020-01-01"})
        db.session.execute(sa.text("UPDATE outbox SET relayed_at = NULL"))
    run_everything(app)
    [line] = lines(app, ana)
    assert (line.fate, line.why) == (Fate.SENT, None)


def test_a_mailbox_that_is_refused_for_good_is_told(app, postbox, browse, space, olu, ana):
    begin(app, space, olu, kind=ThreadKind.ANNOUNCEMENT)
    postbox.recipient_answer = "550 no such mailbox"
    run_everything(app)
    [line] = lines(app, ana)
    assert (line.fate, line.why) == (Fate.REFUSED, Why.REFUSED)
    assert "refused it for good" in browse(ana).get(PAGE).text


def test_what_was_sent_stays_sent(app, ana):
    told = {"kind": "account", "subject": "Hello"}
    with app.app_context():
        note_letter(acting(ana), "a", fate=Fate.HELD, told=told)
        note_letter(acting(ana), "a", fate=Fate.SENT, told=told)
        note_letter(acting(ana), "a", fate=Fate.SUPPRESSED, told={**told, "why": Why.READ})
    assert [(line.fate, line.why) for line in lines(app, ana)] == [(Fate.SENT, None)]


def many(app, user_id, number):
    with app.app_context():
        for each in range(number):
            fate = Fate.HELD if each % 2 else Fate.SENT
            told = {"kind": "account", "subject": f"Letter {each:03}"}
            note_letter(acting(user_id), str(each), fate=fate, told=told)


def test_pages_follow_one_another_and_a_filter_leaves_out_the_rest(app, browse, ana):
    many(app, ana, 65)
    client = browse(ana)
    first = client.get(f"/api/v1{PAGE}?limit=40").json
    rest = client.get(f"/api/v1{PAGE}", query_string={"limit": 40, "page": first["next"]}).json
    told = [each["subject"] for each in (*first["items"], *rest["items"])]
    assert told == [f"Letter {each:03}" for each in reversed(range(65))]
    held = client.get(f"/api/v1{PAGE}?fate=held&limit=100").json["items"]
    assert {each["fate"] for each in held} == {"held"}
    assert len(held) == 32
    page = client.get(f"{PAGE}?fate=held").text
    assert "Letter 063" in page
    assert "Letter 064" not in page
    assert client.get(f"/api/v1{PAGE}?fate=lost").status_code == 422


def test_a_full_page_takes_few_statements(app, browse, count_queries, space, olu, ana):
    many(app, ana, 30)
    for number in range(4):
        begin(app, space, olu, f"Thread {number}", ThreadKind.ANNOUNCEMENT)
    run_everything(app)
    client = browse(ana)
    client.get(PAGE)
    count_queries.clear()
    assert client.get(PAGE).status_code == 200
    assert len(count_queries) <= 10


def test_the_ledger_is_ones_own_and_empty_at_first(app, browse, olu, ana):
    many(app, olu, 2)
    page = browse(ana).get(PAGE).text
    assert "No letters yet" in page
    assert "Letter 00" not in page
    assert "No letters of this sort" in browse(ana).get(f"{PAGE}?fate=sent").text


def test_lines_go_after_ninety_days_and_with_the_account(app, browse, olu, ana):
    many(app, ana, 3)
    many(app, olu, 1)
    assert len(browse(ana).get("/me/data.json").json["mailing"]["ledger"]) == 3
    with app.app_context():
        with unit_of_work(acting(None)):
            aged = sa.update(LedgerEntry).where(LedgerEntry.key == "0")
            db.session.execute(aged.values(at=clock() - KEPT - dt.timedelta(hours=1)))
        sweep(acting(None))
    assert len(lines(app, ana)) == 2
    assert lines(app, olu) == []
    with app.app_context():
        stop_letters(acting(ana), LetterKind.ANSWER)
        erase(acting(ana))
    assert lines(app, ana) == []


def test_one_click_stops_letters_without_signing_in_and_the_ledger_says_so(
    app, postbox, space, olu, ana
):
    begin(app, space, olu, "First", ThreadKind.ANNOUNCEMENT)
    begin(app, space, olu, "Second", ThreadKind.ANNOUNCEMENT)
    with app.app_context():
        jobs = [row.id for row in db.session.scalars(sa.select(OutboxRow))]
    for key in jobs:  # both are owed; the second leaves later
        with app.app_context():
            do_row(key)
    letters = postbox.letters_to("ana@example.org")
    assert letters == []
    with app.app_context():
        first, second = relay_rows(acting(None))
        do_row(first)
    [letter] = postbox.letters_to("ana@example.org")
    address = letter["List-Unsubscribe"].strip("<>")
    path = address.removeprefix("http://127.0.0.1:8000")
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    answer = app.test_client().post(path, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 204
    with app.app_context():
        do_row(second)
    assert len(postbox.letters_to("ana@example.org")) == 1
    assert [(line.fate, line.why) for line in lines(app, ana)] == [
        (Fate.SUPPRESSED, Why.STOPPED),
        (Fate.SENT, None),
    ]


def test_work_that_is_done_again_sends_no_second_letter(app, postbox, space, olu, ana):
    begin(app, space, olu, kind=ThreadKind.ANNOUNCEMENT)
    run_everything(app)
    with app.app_context(), unit_of_work(acting(None)):
        again = sa.update(OutboxRow).values(done_at=None, relayed_at=None)
        db.session.execute(again)
    run_everything(app)
    assert len(postbox.letters_to("ana@example.org")) == 1
    assert [line.fate for line in lines(app, ana)] == [Fate.SENT]
