"""Weeks in a row and the map of days, whatever the zone, the breaks and the clocks."""

import datetime as dt
import zoneinfo

from hypothesis import given
from hypothesis import strategies as st

from community.progress.rules.streaks import (
    DAY,
    MOST_WEEKS,
    WEEK,
    Streak,
    day_map,
    days_of,
    level,
    monday,
    streak,
)

TODAY = dt.date(2026, 3, 18)  # a Wednesday
ZONES = st.sampled_from(
    ["UTC", "Africa/Nairobi", "America/New_York", "Pacific/Apia", "Asia/Kathmandu", "Europe/Oslo"]
)
days = st.sets(st.dates(min_value=TODAY - dt.timedelta(days=200), max_value=TODAY), max_size=40)
rests = st.lists(
    st.tuples(
        st.dates(min_value=TODAY - dt.timedelta(days=200), max_value=TODAY),
        st.integers(0, 30),
    ).map(lambda each: (each[0], each[0] + each[1] * DAY)),
    max_size=4,
)
instants = st.lists(
    st.datetimes(
        min_value=dt.datetime(2026, 1, 1),  # noqa: DTZ001  # given its zone below
        max_value=dt.datetime(2026, 12, 31),  # noqa: DTZ001
        timezones=st.just(dt.UTC),
    ),
    max_size=60,
)


def weeks_ago(*numbers):
    return {TODAY - number * WEEK for number in numbers}


def test_weeks_in_a_row_are_counted_to_this_one():
    assert streak(weeks_ago(0, 1, 2), TODAY) == Streak(3, 3)


def test_this_week_is_not_over_and_ends_nothing():
    assert streak(weeks_ago(1, 2), TODAY) == Streak(2, 2)
    assert streak(weeks_ago(2, 3), TODAY) == Streak(0, 2)


def test_a_break_or_a_pause_ends_nothing_and_adds_nothing():
    rest = (TODAY - WEEK, TODAY - WEEK)
    assert streak(weeks_ago(0, 2, 3), TODAY, [rest]) == Streak(3, 3)
    assert streak(weeks_ago(0, 2, 3), TODAY) == Streak(1, 2)


def test_a_week_runs_from_monday_to_sunday():
    sunday, next_day = dt.date(2026, 3, 15), dt.date(2026, 3, 16)
    assert streak({sunday}, next_day) == Streak(1, 1)
    assert streak({sunday, next_day}, next_day) == Streak(2, 2)


def test_nobody_who_did_nothing_has_a_row():
    assert streak(set(), TODAY, [(TODAY, TODAY)]) == Streak(0, 0)


def test_the_day_is_that_of_the_own_zone():
    late = dt.datetime(2026, 3, 15, 22, 30, tzinfo=dt.UTC)  # Monday already in Nairobi
    assert set(days_of([late], "UTC")) == {dt.date(2026, 3, 15)}
    assert set(days_of([late], "Africa/Nairobi")) == {dt.date(2026, 3, 16)}


def test_a_day_of_23_or_25_hours_is_one_day():
    for day in (dt.date(2026, 3, 29), dt.date(2026, 10, 25)):  # the clocks change in Oslo
        zone = zoneinfo.ZoneInfo("Europe/Oslo")
        first = dt.datetime.combine(day, dt.time(), zone).astimezone(dt.UTC)
        end = dt.datetime.combine(day + DAY, dt.time(), zone).astimezone(dt.UTC)
        hours = [
            first + dt.timedelta(hours=n) for n in range((end - first) // dt.timedelta(hours=1))
        ]
        assert len(hours) in {23, 25}
        assert days_of(hours, "Europe/Oslo") == {day: len(hours)}


@given(days, rests)
def test_a_row_is_never_longer_than_the_weeks_worked(worked, free):
    found = streak(worked, TODAY, free)
    assert 0 <= found.now <= found.longest <= len({monday(day) for day in worked})


@given(days, rests, st.dates(min_value=TODAY - dt.timedelta(days=200), max_value=TODAY))
def test_one_more_act_never_shortens_it(worked, free, more):
    before, after = streak(worked, TODAY, free), streak(worked | {more}, TODAY, free)
    assert after.now >= before.now
    assert after.longest >= before.longest


@given(days, rests, rests)
def test_one_more_rest_never_shortens_it(worked, free, more):
    before, after = streak(worked, TODAY, free), streak(worked, TODAY, free + more)
    assert after.now >= before.now
    assert after.longest >= before.longest


@given(days, rests, st.integers(0, 6))
def test_the_row_stays_all_week_once_something_was_done_in_it(worked, free, later):
    last = monday(TODAY) + 6 * DAY
    day = min(TODAY + later * DAY, last)
    assert streak(worked, TODAY, free) == streak(worked, day, free)


@given(instants, ZONES)
def test_every_act_is_on_one_day_in_whatever_order(acts, zone):
    counted = days_of(acts, zone)
    assert counted == days_of(reversed(acts), zone)
    assert counted.total() == len(acts)


@given(instants, ZONES, rests, st.integers(0, 700))
def test_the_map_has_each_day_once_and_all_that_was_done_in_it(acts, zone, free, length):
    first = dt.date(2026, 1, 1)
    last = first + length * DAY
    counted = days_of(acts, zone)
    weeks = day_map(counted, first, last, free)
    shown = [day for week in weeks for day in week if day is not None]
    assert len(weeks) <= MOST_WEEKS
    assert all(len(week) == 7 for week in weeks)
    assert [day.date for day in shown] == sorted({day.date for day in shown})
    assert shown[-1].date == last
    assert all(day.acts == counted.get(day.date, 0) for day in shown)
    assert all((day.level > 0) == (day.acts > 0) for day in shown)
    for week in weeks:
        assert all(day.date.weekday() == at for at, day in enumerate(week) if day)


@given(instants, ZONES, rests)
def test_a_row_is_what_a_calendar_on_the_wall_shows_week_by_week(acts, zone, free):
    """Counted by the numbers of the weeks, day by day in the learner's own zone."""
    today, here = dt.date(2026, 12, 31), zoneinfo.ZoneInfo(zone)
    worked = {at.astimezone(here).date() for at in acts}
    worked = {day.isocalendar()[:2] for day in worked if day <= today}
    day, weeks = dt.date(2025, 12, 29), {}
    while day <= today:
        rested = any(first <= day <= last for first, last in free)
        week = day.isocalendar()[:2]
        weeks[week] = weeks.get(week, False) or rested
        day += DAY
    row = longest = 0
    for week, rested in weeks.items():
        if week in worked:
            row += 1
        elif not rested and week != today.isocalendar()[:2]:
            row = 0
        longest = max(longest, row)
    assert streak(days_of(acts, zone), today, free) == Streak(row, longest)


def test_levels_are_five_and_rise():
    assert [level(acts) for acts in (0, 1, 2, 3, 4, 6, 7, 500)] == [0, 1, 2, 2, 3, 3, 4, 4]
