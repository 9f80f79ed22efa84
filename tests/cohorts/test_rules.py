"""The calendar of a run, and what is wrong with a plan."""

import datetime as dt

import pytest

from community.cohorts.rules import (
    FARTHEST,
    RunPlan,
    ends_on,
    flaws_of_plan,
    over_since,
    release_at,
    session_at,
    week_of,
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
    assert [release_at(MONDAY, n) for n in (1, 2, 5)] == [
        local("2026-03-02T00:00"),
        local("2026-03-09T00:00"),
        local("2026-03-30T00:00"),
    ]


def test_a_sessions_day_is_counted_from_its_modules_release():
    released = release_at(MONDAY, 2)
    assert session_at(released, 1, "09:05") == local("2026-03-09T09:05")
    assert session_at(released, 7, "23:59") == local("2026-03-15T23:59")


def test_a_run_ends_on_the_last_day_of_its_last_week():
    assert ends_on(MONDAY, 1) == dt.date(2026, 3, 8)
    assert ends_on(MONDAY, 8) == dt.date(2026, 4, 26)


@pytest.mark.parametrize(
    ("closed_on", "since"),
    [
        (None, dt.date(2026, 3, 8)),
        (dt.date(2026, 3, 4), dt.date(2026, 3, 4)),
        (dt.date(2026, 3, 9), dt.date(2026, 3, 8)),
    ],
)
def test_a_run_is_over_from_its_last_day_or_from_the_one_it_was_closed_on_before(closed_on, since):
    assert over_since(MONDAY, 1, closed_on) == since


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
    assert week_of(MONDAY, 8, day) == week


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
