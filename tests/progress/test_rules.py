"""What follows from what was done: states, totals, unlocking."""

import datetime as dt
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.academy.kinds.builtin import KINDS
from community.academy.kinds.protocol import Evidence
from community.cohorts.rules import usual
from community.progress.rules.cells import NEVER_LATE, ModuleTime, letter, shown
from community.progress.rules.counting import percent
from community.progress.rules.states import (
    Act,
    Kind,
    Ruling,
    State,
    Status,
    after,
    derive,
)
from community.progress.rules.unlocking import (
    Access,
    Learned,
    Lock,
    Part,
    due_by_module,
    next_to_do,
    unlock,
)

START = dt.datetime(2026, 3, 9, 10, 0, tzinfo=dt.UTC)
SETTINGS = {
    "page": {},
    "quiz": {"attempts": 3, "pass": 60, "questions": []},
    "discussion": {"posts": 2},
    "live_session": {"day": 3, "time": "15:00", "attend": 50},
}
KIND_OF = {
    "page": Kind.READ,
    "quiz": Kind.SCORED,
    "discussion": Kind.POSTED,
    "live_session": Kind.ATTENDED,
}


def at(minutes: int) -> dt.datetime:
    return START + dt.timedelta(minutes=minutes)


def judge(kind: str):
    return lambda evidence: KINDS[kind].rule(SETTINGS[kind], 60, evidence)


def acts(kind: str, *values: float) -> list[Act]:
    return [Act(KIND_OF[kind], value, at(number)) for number, value in enumerate(values)]


# states


def test_a_page_is_begun_by_reading_and_done_at_its_end():
    begun, done = acts("page", 0.25, 1.0)
    state = after(None, begun, judge("page"))
    assert state == State(Status.BEGUN, 0.25, Evidence(read=0.25), at(0), None)
    assert after(state, done, judge("page")) == State(
        Status.DONE, 1.0, Evidence(read=1.0), at(0), at(1)
    )


def test_what_is_done_stays_done_when_a_worse_attempt_follows():
    state = derive(acts("quiz", 80, 20), None, judge("quiz"))
    assert state is not None
    assert (state.status, state.done_at) == (Status.DONE, at(0))
    last = {"last_score": 20, "last_at": at(1).timestamp()}
    assert state.evidence == Evidence(best_score=80, attempts=2, **last)


def test_posts_are_counted_and_the_one_that_completes_says_when():
    state = derive(acts("discussion", 2, 3, 9), None, judge("discussion"))
    assert state is not None
    assert (state.status, state.done_at, state.evidence.posts) == (Status.DONE, at(1), 3)


def test_the_longest_attendance_counts():
    state = derive(acts("live_session", 900, 1200), None, judge("live_session"))
    assert state is not None
    assert (state.status, state.fraction) == (Status.BEGUN, pytest.approx(1200 / 1800))


@pytest.mark.parametrize("status", [Status.DONE, Status.EXCUSED, Status.WAIVED])
def test_a_ruling_wins_over_evidence_and_keeps_it(status):
    state = derive(acts("quiz", 20), Ruling(status, at(5)), judge("quiz"))
    last = {"last_score": 20, "last_at": at(0).timestamp()}
    evidence = Evidence(best_score=20, attempts=1, **last)
    assert state == State(status, 1.0, evidence, at(0), at(5))


def test_a_ruling_needs_no_evidence():
    state = derive([], Ruling(Status.EXCUSED, at(5)), judge("page"))
    assert state == State(Status.EXCUSED, 1.0, Evidence(), at(5), at(5))


def test_a_ruling_taken_back_leaves_what_the_evidence_says():
    assert derive([], Ruling(None, at(6)), judge("page")) is None
    [act] = acts("page", 0.5)
    state = derive([act], Ruling(None, at(6)), judge("page"))
    assert state is not None
    assert state.status is Status.BEGUN


def test_an_act_under_a_ruling_is_kept_for_when_it_is_taken_back():
    excused = derive([], Ruling(Status.EXCUSED, at(0)), judge("page"))
    state = after(excused, Act(Kind.READ, 1.0, at(1)), judge("page"))
    assert (state.status, state.evidence.read, state.done_at) == (Status.EXCUSED, 1.0, at(0))


def test_an_act_older_than_the_ruling_over_it_says_when_it_began():
    excused = derive([], Ruling(Status.EXCUSED, at(5)), judge("page"))
    act = Act(Kind.READ, 0.5, at(1))
    whole = derive([act], Ruling(Status.EXCUSED, at(5)), judge("page"))
    assert after(excused, act, judge("page")) == whole
    assert whole is not None
    assert whole.begun_at == at(1)


kinds = st.sampled_from(sorted(KIND_OF))
values = st.one_of(
    st.floats(min_value=0, max_value=1), st.integers(min_value=0, max_value=7200).map(float)
)


@given(kinds, st.lists(values, max_size=12), st.randoms(use_true_random=False))
def test_any_order_of_the_same_acts_gives_the_same_status_and_evidence(kind, given_values, chance):
    history = acts(kind, *given_values)
    shuffled = history[:]
    chance.shuffle(shuffled)
    assert derive(shuffled, None, judge(kind)) == derive(history, None, judge(kind))
    one_by_one = None
    for act in shuffled:
        one_by_one = after(one_by_one, act, judge(kind))
    whole = derive(history, None, judge(kind))
    if whole is None:
        assert one_by_one is None
    else:
        assert one_by_one is not None
        assert one_by_one.evidence == whole.evidence
        assert (one_by_one.status, one_by_one.fraction) == (whole.status, whole.fraction)


@given(kinds, st.lists(values, min_size=1, max_size=12))
def test_a_fraction_is_never_above_one_and_is_one_exactly_when_it_is_settled(kind, given_values):
    state = derive(acts(kind, *given_values), None, judge(kind))
    assert state is not None
    assert 0 <= state.fraction <= 1
    assert (state.fraction == 1) == state.settled == (state.done_at is not None)


# totals


@pytest.mark.parametrize(
    ("done", "required", "expected"),
    [(0, 3, 0), (1, 3, 33), (2, 3, 66), (3, 3, 100), (299, 300, 99), (4, 3, 100), (0, 0, 100)],
)
def test_per_cent_are_rounded_down_and_never_above_a_hundred(done, required, expected):
    assert percent(done, required) == expected


@given(st.integers(0, 400), st.integers(0, 400))
def test_a_hundred_per_cent_is_all_of_it_and_one_more_never_less(done, required):
    found = percent(done, required)
    assert 0 <= found <= 100
    assert (found == 100) == (done >= required)
    assert found <= percent(done + 1, required)
    if done < required:
        assert found * required <= 100 * done < (found + 1) * required


# unlocking

ONE, TWO, LATER, THREE = (uuid.UUID(int=n) for n in range(1, 5))
A, B, C, D = (uuid.UUID(int=n) for n in range(11, 15))
PARTS = (
    Part(ONE, opens_later=False, required=(A, B)),
    Part(TWO, opens_later=False, required=(C,)),
    Part(LATER, opens_later=True, required=()),
    Part(THREE, opens_later=False, required=(D,)),
)
RELEASES = {ONE: START, TWO: START + dt.timedelta(days=7), THREE: START + dt.timedelta(days=21)}
OPENINGS = {key: usual(at) for key, at in RELEASES.items()}


def opened(settled: set[uuid.UUID], days: float, *, run_open: bool = True):
    now = START + dt.timedelta(days=days)
    return unlock(PARTS, OPENINGS, Learned(settled), now=now, run_open=run_open)


def test_a_module_opens_at_its_release_instant():
    assert opened(set(), -0.001)[ONE] == Access(Lock.NOT_RELEASED, START)
    assert opened(set(), 0)[ONE].open


def test_a_released_module_waits_for_what_is_required_before_it():
    assert opened({A}, 7)[TWO] == Access(Lock.UNFINISHED, RELEASES[TWO], B)
    assert opened({A, B}, 7)[TWO].open


def test_the_day_is_said_before_what_is_unfinished():
    assert opened(set(), 1)[TWO].lock is Lock.NOT_RELEASED


def test_the_first_unfinished_activity_of_the_whole_course_is_named():
    assert opened({A, C}, 30)[THREE].finish == B
    assert opened({A, B}, 30)[THREE].finish == C


def test_a_module_that_opens_later_locks_nobody_out():
    access = opened({A, B, C}, 21)
    assert access[LATER].lock is Lock.LATER
    assert access[THREE].open


def test_nothing_is_open_before_the_organisers_open_the_run():
    access = opened({A, B, C, D}, 30, run_open=False)
    assert {a.lock for a in access.values()} == {Lock.RUN_NOT_OPEN, Lock.LATER}


def test_a_module_without_a_release_stays_shut():
    access = unlock(PARTS, {}, Learned({A, B, C}), now=START, run_open=True)
    assert access[ONE] == Access(Lock.NOT_RELEASED)


def test_a_module_is_due_when_the_next_one_opens_and_the_last_after_a_week():
    assert due_by_module(PARTS, OPENINGS) == {
        ONE: RELEASES[TWO],
        TWO: RELEASES[THREE],
        THREE: RELEASES[THREE] + dt.timedelta(days=7),
    }
    assert due_by_module(PARTS, {}) == {}


def test_one_goes_on_where_one_left_then_with_what_is_required():
    order = [A, B, C, D]
    assert next_to_do(order, {A, C}, set(), B) == B
    assert next_to_do(order, {A, C}, {B}, B) == A
    assert next_to_do(order, {A, C}, {A, B}, B) == C
    assert next_to_do(order, {A, C}, {A, C}, None) == B
    assert next_to_do(order, {A, C}, {A, B, C, D}, D) is None
    assert next_to_do([A], {A}, {A}, D) is None  # what I was at is not open any more


# ------------------------------------------------------------------ the cells of the matrix


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (ModuleTime.OPEN, "obdewobdew"),
        (ModuleTime.OVER, "lldewobdew"),
        (ModuleTime.SHUT, "xbdewxbdew"),
    ],
)
def test_a_cell_is_seen_by_the_time_of_its_module(seen, expected):
    assert shown(".bdew:BDEW", seen) == expected


def test_what_can_be_late_is_what_is_required_and_not_settled():
    signs = {letter(s, required=r) for s in (None, *Status) for r in (True, False)}
    assert {sign for sign in signs if shown(sign, ModuleTime.OVER) == "l"} == signs - set(
        NEVER_LATE
    )
