"""Spans of a film: a union that minds neither order nor repeats, and never grows past the film."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.coursework.rules import merged, reached, seconds_in
from community.coursework.rules.watching import MOST_SPANS

LENGTH = 100.0
TIMES = st.floats(0, 120).map(lambda value: round(value, 1))
SPANS = st.lists(st.tuples(TIMES, TIMES), max_size=12)


@pytest.mark.parametrize(
    ("spans", "found"),
    [
        ([], []),
        ([(5, 5)], []),
        ([(9, 5)], []),
        ([(0, 10), (20, 30)], [(0, 10), (20, 30)]),
        ([(20, 30), (0, 10), (10.4, 20)], [(0, 30)]),
        ([(0, 10), (2, 4)], [(0, 10)]),
        ([(-5, 500)], [(0, 100)]),
    ],
)
def test_spans_become_one_where_they_touch(spans, found):
    assert merged(spans, LENGTH) == found


@given(SPANS, st.randoms())
def test_order_and_repeats_change_nothing(spans, chance):
    mixed = spans * 3
    chance.shuffle(mixed)
    assert merged(mixed, LENGTH) == merged(spans, LENGTH)


@given(SPANS, SPANS)
def test_told_in_parts_is_told_at_once(first, second):
    apart = merged([*merged(first, LENGTH), *second], LENGTH)
    assert apart == merged([*first, *second], LENGTH)


@given(SPANS, SPANS)
def test_more_is_never_less_and_nobody_watches_more_than_there_is(first, second):
    less, more = merged(first, LENGTH), merged([*first, *second], LENGTH)
    assert 0 <= seconds_in(less) <= seconds_in(more) + 1e-6 <= LENGTH + 1e-5
    assert reached(less, LENGTH, 0.9) <= reached(more, LENGTH, 0.9) <= 1


def test_however_many_there_are_few_are_kept():
    many = [(n * 10.0, n * 10.0 + 1) for n in range(1_000)]
    found = merged(many, 20_000.0)
    assert len(found) <= MOST_SPANS
    assert seconds_in(found) >= 1_000


@pytest.mark.parametrize(
    ("seconds", "needed", "share"),
    [
        (0, 0.9, 0),
        (4.9, 0.9, 0),
        (5, 0.9, 0.05),
        (89.9, 0.9, 0.85),
        (90, 0.9, 0.9),
        (92, 0.93, 0.9),
        (93, 0.93, 0.93),
        (100, 0.93, 1.0),
    ],
)
def test_what_counts_comes_in_steps_and_what_is_needed_is_one(seconds, needed, share):
    assert reached([(0, seconds)] if seconds else [], LENGTH, needed) == pytest.approx(share)
