"""Reading a list of people to invite, whatever program it comes from."""

import datetime as dt

import pytest

from community.kernel.errors import Invalid
from community.spaces.rules import Facts, Fate, judge_list, read_bytes, read_list

NOW = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
GRANTS = {
    "owner": False,
    "organiser": True,
    "facilitator": True,
    "member": True,
    "observer": True,
}


def people(text):
    return [(entry.email, entry.name, entry.role) for entry in read_list(text)]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("Ana@Example.org", [("ana@example.org", "", "")]),
        ("Ana Lind <ana@example.org>", [("ana@example.org", "Ana Lind", "")]),
        ('"Lind, Ana" <ana@example.org>,', [("ana@example.org", "Lind, Ana", "")]),
        ("<ana@example.org>", [("ana@example.org", "", "")]),
        ("ana@example.org, Ana Lind", [("ana@example.org", "Ana Lind", "")]),
        (
            "Ana Lind; ana@example.org; Facilitator",
            [("ana@example.org", "Ana Lind", "facilitator")],
        ),
        ("ana@example.org\tAna Lind", [("ana@example.org", "Ana Lind", "")]),
        ("mailto:ana@example.org", [("ana@example.org", "", "")]),
        (
            "ana@example.org, Bo <bo@example.org>; cy@example.org",
            [("ana@example.org", "", ""), ("bo@example.org", "Bo", ""), ("cy@example.org", "", "")],
        ),
        ("ana at example.org", [("", "", "")]),
        ("ana@localhost", [("", "", "")]),
        ("ana@münchen.example", [("ana@xn--mnchen-3ya.example", "", "")]),
    ],
)
def test_a_line_holds_whoever_it_names(line, found):
    assert people(line) == found


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_table_is_read_by_the_names_of_its_columns(delimiter):
    rows = [
        ["Role", "E-Mail", "Notes", "Name"],
        ["Observer", "ana@example.org", "called twice", "Ana Lind"],
        ["", "bo@example.org", "", ""],
    ]
    text = "\r\n".join(delimiter.join(row) for row in rows)
    assert people(text) == [
        ("ana@example.org", "Ana Lind", "observer"),
        ("bo@example.org", "", ""),
    ]


def test_a_cell_of_a_table_may_hold_the_delimiter_and_a_line_break():
    text = 'email,name\n"ana@example.org","Lind,\nAna"\nbo@example.org,Bo\n'
    assert people(text) == [
        ("ana@example.org", "Lind, Ana", ""),
        ("bo@example.org", "Bo", ""),
    ]


def test_first_and_last_names_are_put_together():
    assert people("First name,Last name,Email\nAna,Lind,ana@example.org") == [
        ("ana@example.org", "Ana Lind", "")
    ]


@pytest.mark.parametrize(
    "name", ['=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "\t=1", "= =1", "\x00=1"]
)
def test_no_name_begins_like_a_formula(name):
    [entry] = read_list(f"email;name\nana@example.org;{name}")
    assert not entry.name.startswith(("=", "+", "-", "@", "\t", "\x00", "\r"))
    assert entry.email == "ana@example.org"


@pytest.mark.parametrize("text", ["", "\n\n", " , ;\n", "email,name\n"])
def test_an_empty_list_asks_for_an_address(text):
    with pytest.raises(Invalid) as refused:
        read_list(text)
    assert list(refused.value.fields) == ["list"]


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(f"p{number}@example.org" for number in range(501)),
        "x" * 200_001,
        "a@b.org\n" + "x" * 2_001,
    ],
)
def test_a_list_that_is_too_long_is_refused(text):
    with pytest.raises(Invalid) as refused:
        read_list(text)
    assert list(refused.value.fields) == ["list"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_file_is_read_in_the_encoding_it_was_saved_in(encoding):
    text = "email;name\nana@example.org;Zoë Müller"
    assert people(read_bytes(text.encode(encoding))) == [("ana@example.org", "Zoë Müller", "")]


@pytest.mark.parametrize(
    "data", [b"PK\x03\x04\x00\x00", b"\x00" * 9, b"x" * 200_001, b"\xff\xfe\x00"]
)
def test_a_file_that_is_no_text_is_refused(data):
    with pytest.raises(Invalid) as refused:
        read_bytes(data)
    assert list(refused.value.fields) == ["file"]


def fates(text, *, role="member", **known):
    facts = {"members": (), "invited": {}, "declined": {}, **known}
    judged = judge_list(read_list(text), Facts(**facts), role=role, grants=GRANTS)
    return [one.fate for one in judged]


def test_each_line_meets_its_fate():
    text = """new@example.org
        NEW@example.org
        mia@example.org
        ian@example.org
        dee@example.org
        nobody
        olga@example.org, owner"""
    found = fates(
        text,
        members={"mia@example.org"},
        invited={"ian@example.org": NOW},
        declined={"dee@example.org": NOW},
    )
    assert found == [
        Fate.INVITE,
        Fate.TWICE,
        Fate.MEMBER,
        Fate.INVITED,
        Fate.DECLINED,
        Fate.NO_ADDRESS,
        Fate.ABOVE,
    ]


def test_a_role_nobody_knows_is_told():
    assert fates("email,role\na@example.org,emperor\nb@example.org,Organizer") == [
        Fate.UNKNOWN_ROLE,
        Fate.INVITE,
    ]


def test_seats_go_in_order_and_only_to_those_who_learn():
    text = "a@example.org\nb@example.org, observer\nc@example.org\nd@example.org"
    assert fates(text, seats=2) == [Fate.INVITE, Fate.INVITE, Fate.INVITE, Fate.NO_SEAT]
    assert fates(text, seats=None) == [Fate.INVITE] * 4
