"""The calendar of a run, and what is wrong with a plan."""

import datetime as dt

import pytest

from community.cohorts.rules import (
    FARTHEST,
    Break,
    RunPlan,
    Timeline,
    flaws_of_plan,
    release_at,
    session_at,
)

NOW = dt.datetime(2026, 3, 3, 10, tzinfo=dt.UTC)
MONDAY = dt.date(2026, 3, 2)
PLAN = {
    "name": "Cohort",
    "starts_on": MONDAY,
    "weeks": 8,
    "zone": "Africa/Nairobi",
    "capacity": 30,
}
local = dt.datetime.fromisoformat


def test_a_module_opens_each_week_at_midnight():
    assert [release_at(Timeline(MONDAY, 8), n) for n in (1, 2, 5)] == [
        local("2026-03-02T00:00"),
        local("2026-03-09T00:00"),
        local("2026-03-30T00:00"),
    ]


def test_a_sessions_day_is_counted_from_its_modules_release():
    released = release_at(Timeline(MONDAY, 8), 2)
    assert session_at(released, 1, "09:05") == local("2026-03-09T09:05")
    assert session_at(released, 7, "23:59") == local("2026-03-15T23:59")


def test_a_run_ends_on_the_last_day_of_its_last_week():
    assert Timeline(MONDAY, 1).ends_on == dt.date(2026, 3, 8)
    assert Timeline(MONDAY, 8).ends_on == dt.date(2026, 4, 26)


@pytest.mark.parametrize(
    ("closed_on", "since"),
    [
        (None, dt.date(2026, 3, 8)),
        (dt.date(2026, 3, 4), dt.date(2026, 3, 4)),
        (dt.date(2026, 3, 9), dt.date(2026, 3, 8)),
    ],
)
def test_a_run_is_over_from_its_last_day_or_from_the_one_it_was_closed_on_before(closed_on, since):
    assert Timeline(MONDAY, 1).over_since(closed_on) == since


@pytest.mark.parametrize(
    ("day", "week"),
    [
        (dt.date(2026, 3, 1), 0),
        (dt.date(2026, 3, 2), 1),
        (dt.date(2026, 3, 8), 1),
        (dt.date(2026, 3, 9), 2),
        (dt.date(2026, 4, 26), 8),
        (dt.date(2026, 4, 27), 9),
        (dt.date(2027, 1, 1), 9),
    ],
)
def test_the_week_of_a_run(day, week):
    assert Timeline(MONDAY, 8).week_of(day) == week


BREAKS = (Break(3, 7, "Harvest"), Break(6, 10))
RESTED = Timeline(MONDAY, 8, BREAKS)


def test_what_follows_a_break_is_as_much_later():
    assert [RESTED.week_start(week) for week in (1, 3, 4, 6, 7)] == [
        dt.date(2026, 3, 2),
        dt.date(2026, 3, 16),
        dt.date(2026, 3, 30),
        dt.date(2026, 4, 13),
        dt.date(2026, 4, 30),
    ]
    assert release_at(RESTED, 4) == local("2026-03-30T00:00")
    assert RESTED.ends_on == dt.date(2026, 5, 13)


@pytest.mark.parametrize(
    ("day", "week", "rest"),
    [
        (dt.date(2026, 3, 1), 0, None),
        (dt.date(2026, 3, 22), 3, None),
        (dt.date(2026, 3, 23), 3, BREAKS[0]),
        (dt.date(2026, 3, 29), 3, BREAKS[0]),
        (dt.date(2026, 3, 30), 4, None),
        (dt.date(2026, 4, 20), 6, BREAKS[1]),
        (dt.date(2026, 5, 13), 8, None),
        (dt.date(2026, 5, 14), 9, None),
    ],
)
def test_a_break_belongs_to_the_week_before_it(day, week, rest):
    assert (RESTED.week_of(day), RESTED.break_on(day)) == (week, rest)
    assert RESTED.runs_on(day) == (1 <= week <= 8)


def test_teaching_goes_on_after_a_break():
    assert RESTED.resumes_on(BREAKS[0]) == dt.date(2026, 3, 30)
    assert RESTED.break_after(6) is BREAKS[1]
    assert RESTED.break_after(4) is None


@pytest.mark.parametrize(
    "breaks",
    [
        (Break(0, 7),),
        (Break(8, 7),),
        (Break(3, 0),),
        (Break(3, 92),),
        (Break(3, 7), Break(3, 7)),
        (Break(3, 7, "x" * 81),),
        tuple(Break(week, 1) for week in range(1, 8)) * 2,
    ],
)
def test_a_break_with_a_flaw_is_told(breaks):
    plan = RunPlan(**PLAN, breaks=breaks)
    assert list(flaws_of_plan(plan, modules=3, now=NOW)) == ["breaks"]


def test_seats_that_are_taken_are_never_taken_away():
    assert list(flaws_of_plan(RunPlan(**PLAN), modules=3, now=NOW, taken=31)) == ["capacity"]
    assert flaws_of_plan(RunPlan(**PLAN), modules=3, now=NOW, taken=30) == {}


def test_a_sound_plan_has_no_flaws_at_its_limits():
    for change in (
        {"name": "x" * 200},
        {"weeks": 3},
        {"weeks": 52},
        {"capacity": 1},
        {"capacity": 5000},
        {"starts_on": NOW.date() + FARTHEST},
        {"starts_on": NOW.date() - FARTHEST},
    ):
        assert flaws_of_plan(RunPlan(**{**PLAN, **change}), modules=3, now=NOW) == {}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 201),
        ("starts_on", NOW.date() + FARTHEST + dt.timedelta(days=1)),
        ("starts_on", dt.date.min),
        ("starts_on", dt.date.max),
        ("weeks", 0),
        ("weeks", 2),
        ("weeks", 53),
        ("zone", "Nairobi"),
        ("zone", ""),
        ("zone", "Africa"),
        ("capacity", 0),
        ("capacity", 5001),
    ],
)
def test_a_flaw_is_told_by_the_name_of_its_field(field, value):
    assert list(flaws_of_plan(RunPlan(**{**PLAN, field: value}), modules=3, now=NOW)) == [field]


def test_all_flaws_are_told_at_once():
    plan = RunPlan(name="", starts_on=dt.date.max, weeks=0, zone="", capacity=0)
    assert set(flaws_of_plan(plan, modules=1, now=NOW)) == set(PLAN)
