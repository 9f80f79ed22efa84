"""Codes of certificates, and what is a name."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.certificates.rules import (
    BYTES,
    code_of,
    grouped,
    hours_of,
    is_name,
    last_day,
    typed,
)


@given(st.binary(min_size=BYTES, max_size=BYTES))
def test_a_code_survives_being_read_out_and_typed(chance):
    code = code_of(chance)
    assert len(code) == 26
    shown = grouped(code)
    assert [len(group) for group in shown.split("-")] == [5, 5, 5, 5, 6]
    assert typed(shown) == code
    assert typed(shown.lower().replace("-", " ")) == code
    assert typed(shown.replace("0", "O").replace("1", "l")) == code


@given(st.lists(st.binary(min_size=BYTES, max_size=BYTES), unique=True, min_size=2, max_size=2))
def test_each_chance_is_a_code_of_its_own(chances):
    assert len({code_of(chance) for chance in chances}) == 2


@pytest.mark.parametrize("text", ["", "   ", "A" * 25, "A" * 27, "U" * 26, "ä" * 26, "-" * 90])
def test_what_is_no_code_is_none(text):
    assert typed(text) == ""


@given(st.text(max_size=200))
def test_whatever_is_typed_becomes_a_code_or_nothing(text):
    assert len(typed(text)) in {0, 26}


@pytest.mark.parametrize(
    ("minutes", "hours"), [(0, 1), (20, 1), (89, 1), (90, 2), (150, 3), (3280, 55)]
)
def test_minutes_are_said_in_whole_hours(minutes, hours):
    assert hours_of(minutes) == hours


@given(st.builds(lambda halves, more: 30 * halves + more, st.integers(1, 3000), st.integers(0, 29)))
def test_hours_are_the_nearest_and_of_two_the_longer(minutes):
    assert -30 < 60 * hours_of(minutes) - minutes <= 30


def test_a_name_has_a_letter_of_some_script():
    assert is_name("山田")
    assert is_name("X Æ A-12")
    for name in (
        "J.Smith",
        "J.R.R.Tolkien",
        "Dr. A. Lee",
        "Ann Lee, Ph.D",
        "Kumar a/l Raj",
        "M.Li",
    ):
        assert is_name(name), name
    assert is_name("\u0639\u0644\u06cc\u200c\u0631\u0636\u0627")
    assert not is_name("123 :-)")


@pytest.mark.parametrize(
    "text",
    [
        *("evil.example/pay", "Ana evil.example", "Ana x.org", "Ana https //x", "EVIL.COM", "t.co"),
        *("evil\u3002com", "a.bc/d", "10.0.0.1 Ann", "Ann a.bc:80"),
        "Ann, see www.example.org",
        "http://example.org",
        "a@example.org",
        "A\u202eB",
        "A\u200bB",
    ],
)
def test_a_name_is_no_address_and_hides_nothing(text):
    assert not is_name(text)


def test_a_run_that_was_closed_early_ended_then():
    first, last = dt.date(2026, 9, 7), dt.date(2026, 11, 1)
    assert last_day(first, last, None) == last
    assert last_day(first, last, dt.date(2026, 10, 1)) == dt.date(2026, 10, 1)
    assert last_day(first, last, dt.date(2026, 12, 1)) == last
    assert last_day(first, last, dt.date(2026, 9, 1)) == first
