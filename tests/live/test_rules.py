"""The arithmetic of presence, and the windows of time around a session."""

import datetime as dt
import itertools
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.live import rules

START = dt.datetime(2026, 3, 3, 14, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def at(minutes: float) -> dt.datetime:
    return START + dt.timedelta(minutes=minutes)


moments = st.integers(-7_200, 7_200).map(lambda s: START + dt.timedelta(seconds=s))
stays = st.lists(st.tuples(moments, moments), max_size=12)


@given(stays)
def test_attendance_is_never_longer_than_the_session(intervals):
    there = rules.attended(intervals, START, START + HOUR)
    assert 0 <= rules.length(there) <= 3600
    assert all(START <= left < right <= START + HOUR for left, right in there)


@given(stays, st.randoms())
def test_the_order_of_stays_does_not_matter(intervals, random):
    shuffled = list(intervals)
    random.shuffle(shuffled)
    assert rules.union(intervals) == rules.union(shuffled)


@given(stays)
def test_a_union_covers_exactly_the_same_moments_and_never_overlaps(intervals):
    merged = rules.union(intervals)
    assert all(a[1] < b[0] for a, b in itertools.pairwise(merged))
    for seconds in range(-7_200, 7_200, 173):
        moment = START + dt.timedelta(seconds=seconds)
        inside = any(left <= moment < right for left, right in intervals)
        assert inside == any(left <= moment < right for left, right in merged)


@given(stays)
def test_merging_twice_changes_nothing(intervals):
    merged = rules.union(intervals)
    assert rules.union([*merged, *merged]) == merged


@given(stays, stays)
def test_being_there_more_never_counts_less(some, more):
    less = rules.length(rules.attended(some, START, START + HOUR))
    assert rules.length(rules.attended([*some, *more], START, START + HOUR)) >= less


def test_two_tabs_are_one_person():
    there = rules.attended([(at(0), at(40)), (at(10), at(50))], START, START + HOUR)
    assert there == [(at(0), at(50))]


def test_time_in_the_lobby_and_after_the_end_does_not_count():
    there = rules.attended([(at(-20), at(90))], START, START + HOUR)
    assert there == [(START, START + HOUR)]


@pytest.mark.parametrize(
    ("minutes", "open_"),
    [(-31, False), (-30, True), (0, True), (239, True), (240, False)],
)
def test_a_session_may_begin_from_half_an_hour_before_until_four_hours_after(minutes, open_):
    assert rules.may_begin(START, at(minutes)) is open_


def test_a_forgotten_session_ends_after_its_length_counted_from_when_it_began():
    assert rules.forgotten_end(START, at(-5), 60) == at(60)
    assert rules.forgotten_end(START, at(10), 60) == at(70)


@pytest.mark.parametrize(
    ("url", "good"),
    [
        ("https://meet.example.org/room-9", True),
        ("https://meet.example.org:8443/r?pwd=1", True),
        ("http://meet.example.org/room-9", False),
        ("javascript:alert(1)", False),
        ("https://", False),
        ("https://localhost", False),
        ("https://user:secret@meet.example.org/", False),
        ("https://meet.example.org/a b", False),
        ("https://meet.example.org:port/", False),
        ("https://[::1", False),
        ("//meet.example.org", False),
    ],
)
def test_a_video_link_is_a_plain_https_address(url, good):
    assert rules.is_video_link(url) is good


PLAN = """Bring one failure.

| Minute | What we do |
| --- | --- |
| 0 to 10 | Arrive. |
| 10-25 | **Circles** of four. |
| 25 | Break |

Be kind.
"""


def test_the_time_table_of_a_plan_becomes_its_steps():
    found = rules.agenda(PLAN, 60)
    assert found.before == "Bring one failure."
    assert [(s.start, s.end, s.text) for s in found.steps] == [
        (0, 10, "Arrive."),
        (10, 25, "**Circles** of four."),
        (25, 60, "Break"),
    ]
    assert found.after == "Be kind."


def test_a_plan_without_a_time_table_is_kept_whole():
    plan = "Talk.\n\n| Who | What |\n| --- | --- |\n| Ines | Maps |"
    assert rules.agenda(plan, 60) == rules.Agenda(plan, (), "")


@given(st.text(alphabet="| 0123456789-to\n*a", max_size=200))
def test_taking_a_plan_apart_never_fails(plan):
    found = rules.agenda(plan, 60)
    assert all(step.text in plan for step in found.steps)


def test_one_persons_lines_of_five_minutes_stand_under_one_name():
    ana, bo = uuid.uuid4(), uuid.uuid4()
    said = [(ana, 0), (ana, 1), (bo, 2), (ana, 3), (ana, 7), (ana, 8), (ana, 12)]
    folded = rules.goes_on((by, at(minutes)) for by, minutes in said)
    assert folded == [False, True, False, False, True, False, True]
