"""The week and its parts, over plain values."""

import datetime as dt

import pytest

from community.home.rules import (
    Happening,
    PartOfDay,
    monday_of,
    part_of_day,
    week_of_days,
)

TUESDAY = dt.date(2026, 3, 3)


def at(day: int, hour: int = 0) -> dt.datetime:
    return dt.datetime(2026, 3, day, hour, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("hour", "part"),
    [
        (4, PartOfDay.NIGHT),
        (5, PartOfDay.MORNING),
        (11, PartOfDay.MORNING),
        (12, PartOfDay.AFTERNOON),
        (17, PartOfDay.AFTERNOON),
        (18, PartOfDay.EVENING),
        (22, PartOfDay.EVENING),
        (23, PartOfDay.NIGHT),
    ],
)
def test_the_greeting_changes_with_the_hour(hour: int, part: PartOfDay) -> None:
    assert part_of_day(hour) is part


def test_a_week_begins_on_monday_also_seen_from_its_first_and_last_day() -> None:
    monday = dt.date(2026, 3, 2)
    assert [monday_of(monday + dt.timedelta(days=n)) for n in (0, 1, 6)] == [monday] * 3


def test_a_week_has_seven_days_and_leaves_out_what_lies_outside() -> None:
    days = week_of_days(TUESDAY, [Happening(at(1, 23), "before"), Happening(at(9), "after")])
    assert [day.date.day for day in days] == [2, 3, 4, 5, 6, 7, 8]
    assert not any(day.happenings for day in days)


def test_a_session_is_named_before_a_module_that_opens_the_same_day() -> None:
    opening, session = Happening(at(5), "Why share", 1), Happening(at(5, 14), "Session A")
    thursday = week_of_days(TUESDAY, [opening, session])[3]
    assert thursday.happenings == (session, opening)
