"""Letters, handed to a real SMTP server."""

import datetime as dt
import re
import smtplib
import uuid

import pytest
import sqlalchemy as sa
from conftest import acting, make_settings
from letters import text_of

from community.kernel import jobs, mail
from community.kernel.addresses import public_url
from community.kernel.db import db
from community.kernel.installed import installed
from community.kernel.mail import Attachment, Letter, Place, send
from community.kernel.operation import enqueue, unit_of_work
from community.kernel.outbox import OutboxRow
from community.kernel.secrets import derive


def make_letter(**more):
    usual = {
        "key": "test:1",
        "to": "ana@example.org",
        "name": "Ana",
        "language": "en",
        "subject": "A seat is free",
        "lines": ["Come & see <b>us</b>."],
        "why": "You asked for it.",
    }
    return Letter(**{**usual, **more})


@pytest.fixture
def house(inside):
    before = installed().jobs
    installed().jobs = {**before, "test.mail": lambda _ctx, **more: send(make_letter(**more))}
    yield inside
    installed().jobs = before


def owe(**more):
    ctx = acting(None)
    with unit_of_work(ctx):
        enqueue(ctx, "test.mail", {}, **more)


def test_a_letter_says_the_same_as_text_and_as_html(inside, postbox):
    assert send(
        make_letter(facts=[("When", "Tue 3 Mar")], button=("Join", "https://x.test/join/abc"))
    )
    [letter] = postbox.letters
    html = letter.get_body(("html",)).get_content()
    for words in ("Tue 3 Mar", "https://x.test/join/abc", "You asked for it."):
        assert words in text_of(letter)
        assert words in html
    assert "Come & see <b>us</b>." in text_of(letter)
    assert "Come &amp; see &lt;b&gt;us&lt;/b&gt;." in html


def test_a_letter_says_who_it_is_from_and_that_a_machine_wrote_it(inside, postbox):
    send(make_letter())
    [letter] = postbox.letters
    assert letter["From"] == "Long Table <no-reply@127.0.0.1>"
    assert letter["To"] == "Ana <ana@example.org>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Content-Language"] == "en"
    assert letter["List-Unsubscribe"] is None


def test_a_letter_that_can_be_stopped_is_stopped_by_one_post(inside, postbox):
    send(make_letter(unsubscribe="https://x.test/stop/abc"))
    [letter] = postbox.letters
    assert letter["List-Unsubscribe"] == "<https://x.test/stop/abc>"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "https://x.test/stop/abc" in text_of(letter)


def test_the_same_letter_sent_twice_has_one_message_id(inside, postbox):
    send(make_letter())
    send(make_letter())
    send(make_letter(key="test:2"))
    first, second, third = (letter["Message-ID"] for letter in postbox.letters)
    assert first == second != third


@pytest.mark.parametrize("evil", ["a\r\nBcc: all@example.org", "a\nX: y", "a\u2028b", "a\x00b"])
def test_nothing_in_a_subject_or_a_name_writes_a_header_of_its_own(inside, postbox, evil):
    send(make_letter(subject=evil, name=evil))
    [letter] = postbox.letters
    assert letter["Bcc"] is None
    assert letter["X"] is None
    assert "\n" not in letter["Subject"]


def test_a_file_goes_with_a_letter(inside, postbox):
    file = Attachment(name="a.ics", kind="text/calendar; method=REQUEST", content=b"BEGIN:X\r\n")
    send(make_letter(attachments=[file]))
    [part] = postbox.letters[0].iter_attachments()
    assert part.get_filename() == "a.ics"
    assert part.get_content_type() == "text/calendar"
    assert part["Content-Type"].params["method"] == "REQUEST"


def test_an_address_in_another_script_is_written_so_that_servers_understand_it(inside, postbox):
    send(make_letter(to="ana@bücher.example"))
    assert "ana@xn--bcher-kva.example" in postbox.letters[0]["To"]


@pytest.mark.parametrize(
    "to", ["\u00e4nne@example.org", "victim(1)@example.org", "ana@" + "\u00fc" * 60 + ".example"]
)
def test_an_address_that_no_letter_reaches_is_let_be(inside, postbox, to):
    assert not send(make_letter(to=to))
    assert postbox.letters == []


def test_an_address_that_is_refused_for_good_is_not_tried_again(house, app, postbox):
    postbox.recipient_answer = "550 No such user"
    assert send(make_letter()) is False
    owe()
    assert jobs.run_everything(app) == 1
    assert db.session.scalar(sa.select(OutboxRow.done_at)) is not None


def test_a_server_that_is_busy_is_asked_again_later_and_the_letter_goes_once(house, app, postbox):
    postbox.answer = "451 Try again later"
    owe()
    with pytest.raises(smtplib.SMTPException):
        jobs.run_everything(app)
    row = db.session.scalars(sa.select(OutboxRow)).one()
    assert row.attempts == 1
    assert row.done_at is None
    assert row.due_at - row.relayed_at == jobs.RELAY_AGAIN
    postbox.answer = "250 OK"
    jobs.do_row(row.id)
    jobs.do_row(row.id)
    assert len(postbox.letters) == 1


def test_what_waits_for_a_server_waits_longer_each_time(house, app, postbox):
    postbox.answer = "451 Try again later"
    owe()
    with pytest.raises(smtplib.SMTPException):
        jobs.run_everything(app)
    key = db.session.scalars(sa.select(OutboxRow.id)).one()
    waits = []
    for _attempt in range(jobs.MAX_ATTEMPTS - 1):
        with pytest.raises(smtplib.SMTPException):
            jobs.do_row(key)
        db.session.remove()
        row = db.session.get_one(OutboxRow, key)
        waits.append(row.due_at - row.relayed_at)
    assert waits == sorted(waits)
    assert waits[-1] == jobs.LONGEST_WAIT
    assert sum(waits[:: jobs.RETRIES + 1], dt.timedelta()) > dt.timedelta(hours=18)


def test_what_is_owed_under_one_name_is_owed_once(house, app, postbox):
    owe(once="test.1")
    owe(once="test.1")
    owe(once="test.2")
    assert jobs.run_everything(app) == 2


def test_what_is_owed_for_later_waits(house, app, postbox):
    owe(due_at=acting(None).now + dt.timedelta(minutes=5))
    assert jobs.run_everything(app) == 0


def test_a_unit_of_work_does_not_wait_for_a_mail_server(inside):
    with pytest.raises(RuntimeError, match="unit of work"), unit_of_work(acting(None)):
        send(make_letter())


def test_no_connection_is_held_while_a_mail_server_takes_its_time(inside, postbox):
    db.session.scalar(sa.select(OutboxRow.id))
    assert db.session().in_transaction()
    assert send(make_letter())
    assert not db.session().in_transaction()


def test_without_a_server_letters_are_kept_as_files(inside, tmp_path, monkeypatch):
    monkeypatch.setattr(installed(), "settings", make_settings(tmp_path))
    monkeypatch.setattr(mail, "KEPT_LETTERS", 2)
    for number in range(4):
        send(make_letter(subject=f"Letter {number}"))
    kept = sorted((tmp_path / "mail").glob("*.eml"))
    assert [b"Subject: Letter 3" in file.read_bytes() for file in kept] == [False, True]


def test_an_address_in_a_letter_begins_as_the_world_reaches_us(inside):
    assert public_url("accounts.sign_in", next="/x") == "http://127.0.0.1:8000/sign-in?next=/x"


def test_a_derived_secret_is_the_same_again_and_another_for_another_purpose(inside):
    assert derive("a", 1) == derive("a", 1)
    assert len({derive("a", 1), derive("a", 2), derive("b", 1), derive("a", "1", "")}) == 4
    assert len(derive("a")) == 43


def test_what_programs_read_of_the_head_stands_as_it_is_however_long(inside, postbox):
    place = Place(space_id=uuid.UUID(int=7), space="A" * 90, thread_id=uuid.UUID(int=8))
    address = "https://community.example.org/letters/" + "x" * 200
    send(make_letter(unsubscribe=address, place=place, reader=None))
    head = postbox.raw[0].partition(b"\r\n\r\n")[0].decode("ascii")
    assert f"List-Unsubscribe: <{address}>\r\n" in head
    for name in ("List-Id", "Message-ID", "In-Reply-To", "References"):
        [line] = re.findall(rf"^{name}: (.*)\r$", head, re.MULTILINE)
        assert "=?" not in line
        assert line.endswith(">")
