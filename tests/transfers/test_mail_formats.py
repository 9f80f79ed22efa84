"""Archives of mail are taken apart, and messages read, whatever they are made of."""

import datetime as dt
import io

import pytest
from factories.mail import archive, message

from community.transfers.formats.mbox import looks_like_mail, message_at, pieces
from community.transfers.formats.messages import heading_of, said_in


def all_of(data):
    file = io.BytesIO(data)
    return [message_at(file, each.offset, each.size) for each in pieces(file)]


def test_an_archive_falls_into_its_messages():
    data = archive(message(1, body="One.\n\nFrom here on nobody knows.\n>From 9 to 5"), message(2))
    first, second = all_of(data)
    assert b"From here on nobody knows." in first
    assert b"\nFrom 9 to 5" in first
    assert b"m2@lists.example" in second


def test_windows_line_ends_and_a_missing_last_one():
    data = archive(message(1), message(2)).replace(b"\n", b"\r\n").rstrip()
    assert len(all_of(data)) == 2


def test_what_is_no_archive_is_told_from_one():
    assert looks_like_mail(archive(message(1)))
    assert looks_like_mail(b"\n" + archive(message(1)))
    for other in (b"", b"From me to you\n", b"PK\x03\x04", b"From: ada@a.example\n\nx"):
        assert not looks_like_mail(other)
        assert list(pieces(io.BytesIO(other))) == []


def heading(*lines, envelope="From a@b.example Tue Mar 03 10:00:00 2020"):
    return heading_of("\n".join([envelope, *lines, ""]).encode("latin-1"))


def test_a_heading_is_read():
    found = heading(
        "From: =?utf-8?q?Ad=C3=A9l?= <Ada@A.example>",
        "Date: Tue, 03 Mar 2020 12:00:00 +0200",
        "Message-ID: <one@a.example>",
        "In-Reply-To: Your message of Monday <two@a.example>",
        "References: <four@a.example> <three@a.example> <two@a.example>",
        "Subject: =?iso-8859-1?q?=DCber?= Wasser",
    )
    assert (found.name, found.address) == ("Adél", "ada@a.example")
    assert found.at == dt.datetime(2020, 3, 3, 10, tzinfo=dt.UTC)
    assert found.message_id == "one@a.example"
    assert found.answers == ("two@a.example", "three@a.example", "four@a.example")
    assert found.subject == "Über Wasser"


@pytest.mark.parametrize(
    ("line", "at"),
    [
        ("Date: nonsense", dt.datetime(2020, 3, 3, 10, tzinfo=dt.UTC)),
        ("X: no date", dt.datetime(2020, 3, 3, 10, tzinfo=dt.UTC)),
        ("Date: 3 Mar 2020 10:00:00 -0000", dt.datetime(2020, 3, 3, 10, tzinfo=dt.UTC)),
    ],
)
def test_dates_that_are_odd(line, at):
    assert heading(line).at == at
    assert heading("Date: nonsense", envelope="From nobody").at is None


def test_authors_that_archives_mangled():
    found = heading("From: ada at a.example (Ada Lind)")
    assert (found.name, found.address) == ("Ada Lind", "ada@a.example")
    assert heading("From: Ada Lind").address == ""
    assert heading("From: =?broken?x?=?= <a@b.example>").address == "a@b.example"


def said(text, head="Content-Type: text/plain; charset=utf-8", *, coding="utf-8"):
    return said_in(f"From: a@b.example\n{head}\n\n{text}".encode(coding))


def test_characters_are_read_as_they_say_else_guessed():
    assert said("Größe").text == "Größe"
    assert said("Größe", "Content-Type: text/plain; charset=us-ascii", coding="latin-1").text == (
        "Größe"
    )
    assert said("Größe", "Content-Type: text/plain; charset=nonsense").text == "Größe"
    lost = said_in(b"Content-Type: text/plain; charset=utf-8\n\n\x81\xff\x81")
    assert not lost.whole
    assert "\0" not in said("a\0b").text


def test_parts_are_told_apart():
    parts = said(
        "--x\nContent-Type: text/plain\n\nWords.\n--x\nContent-Type: text/html\n\n<p>Words.</p>\n"
        "--x\nContent-Type: application/pdf; name=a.pdf\nContent-Disposition: attachment\n\nabc\n"
        "--x--\n",
        "Content-Type: multipart/mixed; boundary=x",
    )
    assert (parts.text.strip(), parts.html, parts.more) == ("Words.", "", 0)
    assert [(each.name, each.data) for each in parts.files] == [("a.pdf", b"abc")]
    only = said("<p>Words.</p>", "Content-Type: text/html")
    assert (only.text, only.html.strip()) == ("", "<p>Words.</p>")
    flowed = said("a \nb", "Content-Type: text/plain; format=flowed; delsp=yes")
    assert flowed.flowed
    assert flowed.joined


def test_nothing_that_is_sent_makes_it_fail():
    for nasty in (b"", b"\n", b"Content-Type: multipart/mixed; boundary=x\n\n--x", b"\xff" * 99):
        assert said_in(nasty).files == ()
        assert heading_of(nasty).answers == ()
    deep = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(80)
    )
    assert said_in(deep).text == ""


@pytest.mark.parametrize(
    "line",
    [
        "Subject: =?utf-7?Q?+2AA-?=",
        "Subject: =?unicode_escape?Q?=5Cud800?=",
        "Subject: =?raw_unicode_escape?Q?=5Cud800?=",
        "Subject: =?utf-16-le?B?ANg=?=",
        "Subject: =?idna?Q?=FF?=",
        "From: " + "(" * 3_000,
        "From: " + '"' * 3_000,
        "Date: " + "9" * 5_000,
        "Message-ID: =?punycode?Q?aa-99?=",
    ],
)
def test_no_line_of_a_head_makes_it_fail(line):
    found = heading(line)
    assert found.at is None or found.at.year == 2020
    f"{found.subject}{found.name}{found.address}".encode()  # UTF-8 for a database


DEEP = {
    "multipart": b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(1_200)
    ),
    "message": b"Content-Type: message/rfc822\n\n" * 1_200,
    "a long number": b"Content-Type: multipart/mixed; boundary*" + b"9" * 5_000 + b"=x\n\nx",
    "no charset": b"Content-Type: multipart/mixed; boundary*=u\0x''x\n\n--x\n\nx",
    "idna": b"Content-Type: multipart/mixed; boundary*=idna''%ff\n\nx",
    "a charset of idna": b"Content-Type: text/plain; charset*=idna''%ff\n\nx",
    "utf-7": b"Content-Type: text/plain; charset=utf-7\n\n+2AA-",
    "a long charset": b"Content-Type: text/plain; charset=" + b"x" * 9_000 + b"\n\nx",
}


@pytest.mark.parametrize("name", DEEP)
def test_no_body_makes_it_fail(name):
    found = said_in(DEEP[name])
    f"{found.text}{found.html}".encode()


def test_what_cannot_be_taken_apart_says_nothing_and_that_is_told():
    found = said_in(DEEP["multipart"])
    assert (found.text, found.whole) == ("", False)
