"""A planned wall-clock time keeps its clock across daylight saving; zones are named."""

import datetime as dt

import pytest

from community.kernel import localtime


@pytest.mark.parametrize(
    ("local", "zone", "utc"),
    [
        ("2026-03-03T14:00", "Africa/Nairobi", "2026-03-03T11:00"),
        ("2026-03-27T10:00", "Europe/Vienna", "2026-03-27T09:00"),
        ("2026-03-30T10:00", "Europe/Vienna", "2026-03-30T08:00"),
        ("2026-03-29T02:30", "Europe/Vienna", "2026-03-29T01:30"),  # skipped: moves forward
        ("2026-10-25T02:30", "Europe/Vienna", "2026-10-25T00:30"),  # twice: the first
    ],
)
def test_the_instant_follows_from_clock_and_zone(local, zone, utc):
    found = localtime.instant(dt.datetime.fromisoformat(local), zone)
    assert found == dt.datetime.fromisoformat(utc).replace(tzinfo=dt.UTC)


def test_times_are_said_with_their_zone(inside):
    at = dt.datetime(dt.datetime.now(dt.UTC).year, 3, 3, 11, 0, tzinfo=dt.UTC)
    said = localtime.say(at, "Africa/Nairobi", "en")
    assert said.endswith("3 Mar, 14:00 (Nairobi)")
    assert localtime.say(at, "America/New_York", "en", "clock") == "06:00"
    assert localtime.zone_name("America/New_York") == "New York"
    old = at.replace(year=2020)
    assert "2020" in localtime.say(old, "Africa/Nairobi", "en", "day")


def test_a_day_of_another_year_says_which(inside):
    this_year = dt.datetime.now(dt.UTC).year
    assert localtime.say_day(dt.date(this_year, 3, 2), "UTC", "en").endswith(" 2 Mar")
    assert localtime.say_day(dt.date(2020, 3, 2), "UTC", "en") == "Mon 2 Mar 2020"


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (dt.date(2026, 4, 6), dt.date(2026, 5, 31), "Mon 6 Apr to Sun 31 May 2026"),
        (dt.date(2026, 11, 9), dt.date(2027, 1, 3), "Mon 9 Nov 2026 to Sun 3 Jan 2027"),
    ],
)
def test_a_span_says_its_year_and_both_where_they_differ(inside, first, last, said):
    assert localtime.span(first, last, "en") == said


@pytest.mark.parametrize(
    ("minutes", "words", "short"),
    [
        (1, "1 minute", "1 min"),
        (45, "45 minutes", "45 min"),
        (60, "1 hour", "1 h"),
        (90, "90 minutes", "1 h 30 min"),
        (121, "2 hours 1 minute", "2 h 1 min"),
        (528, "8 hours 48 minutes", "8 h 48 min"),
    ],
)
def test_lengths_are_said_in_hours_where_minutes_say_little(inside, minutes, words, short):
    assert localtime.duration(minutes) == words
    assert localtime.duration(minutes, short=True) == short


@pytest.mark.parametrize(
    ("hours", "said"),
    [(0.5, "in 30 minutes"), (30, "in 30 hours"), (72, "in 3 days"), (-30, "1 day ago")],
)
def test_what_is_to_come_is_said_closely(inside, hours, said):
    now = dt.datetime(2026, 3, 3, tzinfo=dt.UTC)
    assert localtime.ago(now + dt.timedelta(hours=hours), now, "en") == said


def test_a_select_of_zones_holds_ones_own_whatever_it_is():
    offered = localtime.zone_options("Africa/Nairobi")
    assert ("America/New_York", "America/New York") in offered
    assert "GB" not in dict(offered)
    assert localtime.zone_options("GB")[0] == ("GB", "GB")
    assert localtime.zone_options("Mars/Olympus") == localtime.zone_options("") == offered
