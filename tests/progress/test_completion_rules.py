"""When somebody is done: pure rules over what they settled."""

import dataclasses
import datetime as dt
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.progress.rules.completion import (
    DEFAULT,
    Change,
    Criterion,
    Deeds,
    Finding,
    Measure,
    Outcome,
    Terms,
    could_meet,
    judged,
    reached,
)

START = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)


@dataclasses.dataclass(frozen=True)
class Part:
    id: uuid.UUID
    lineage: uuid.UUID
    kind: str
    required: bool


def part(number, kind="page", required=True):
    return Part(uuid.UUID(int=number), uuid.UUID(int=1000 + number), kind, required)


COURSE = (
    *(part(number) for number in range(5)),
    *(part(number, "live_session") for number in range(5, 9)),
    part(9, "quiz"),
    part(10, "quiz", required=False),
)
KEYS = [each.id for each in COURSE]
QUIZ = (COURSE[9].lineage,)


def at(hours):
    return START + dt.timedelta(hours=hours)


def deeds(*numbers, off=(), scores=()):
    return Deeds(
        {KEYS[number]: at(number) for number in numbers},
        {KEYS[9]: [(at(hours), score) for hours, score in scores]},
        off=frozenset(KEYS[number] for number in off),
    )


def one(criterion, what):
    [found] = judged([criterion], COURSE, what).findings
    return found


@pytest.mark.parametrize(
    ("criterion", "what", "have", "need", "met"),
    [
        (Criterion(Measure.REQUIRED, 100), deeds(*range(9)), 9, 10, False),
        (Criterion(Measure.REQUIRED, 100), deeds(*range(10)), 10, 10, True),
        (Criterion(Measure.REQUIRED, 99), deeds(*range(9)), 9, 10, False),
        (Criterion(Measure.REQUIRED, 50), deeds(0, 1, 2, 3, 4), 5, 5, True),
        (Criterion(Measure.REQUIRED, 51), deeds(0, 1, 2, 3, 4), 5, 6, False),
        (Criterion(Measure.REQUIRED, 100), deeds(*range(7), 9, off=(7, 8)), 8, 8, True),
        (Criterion(Measure.SESSIONS, 3), deeds(5, 6), 2, 3, False),
        (Criterion(Measure.SESSIONS, 3), deeds(5, 6, off=(7, 8)), 2, 2, True),
        (Criterion(Measure.SESSIONS, 3), deeds(5, 6, 8, off=(7,)), 3, 3, True),
        (Criterion(Measure.KIND, 2, kind="quiz"), deeds(9), 1, 2, False),
        (Criterion(Measure.KIND, 2, kind="quiz"), deeds(9, 10), 2, 2, True),
        (Criterion(Measure.SCORE, 70, QUIZ), deeds(scores=[(1, 69)]), 69, 70, False),
        (Criterion(Measure.SCORE, 70, QUIZ), deeds(scores=[(1, 70)]), 70, 70, True),
    ],
)  # fmt: skip
def test_each_criterion_says_have_and_need(criterion, what, have, need, met):
    found = one(criterion, what)
    assert (found.have, found.need, found.met) == (have, need, met)


def test_named_activities_are_all_asked_and_those_that_are_gone_are_not():
    gone = uuid.UUID(int=77)
    named = (COURSE[0].lineage, COURSE[1].lineage, gone)
    assert not one(Criterion(Measure.ACTIVITIES, named=named), deeds(0)).met
    assert one(Criterion(Measure.ACTIVITIES, named=named), deeds(0, 1)).met
    only_gone = judged([Criterion(Measure.ACTIVITIES, named=(gone,))], COURSE, deeds(0))
    assert only_gone.findings[0].met
    assert not only_gone.met, "who asks nothing is met by nobody"


def test_who_was_let_off_a_quiz_owes_no_score():
    what = dataclasses.replace(deeds(9), let_off={KEYS[9]: at(9)})
    assert one(Criterion(Measure.SCORE, 70, QUIZ), what).met


def test_it_is_met_at_the_act_that_met_it():
    found = judged([Criterion(Measure.REQUIRED, 30)], COURSE, deeds(4, 0, 2, 3))
    assert found.at == at(3), "the third of the three that were asked"
    scored = judged(
        [Criterion(Measure.SCORE, 70, QUIZ)],
        COURSE,
        deeds(scores=[(9, 90), (4, 75), (2, 60)]),
    )
    assert scored.at == at(4)


def test_what_is_kept_is_read_as_it_was():
    terms = Terms(
        (Criterion(Measure.SCORE, 70, (KEYS[9],)), Criterion(Measure.KIND, 1, (), "quiz"))
    )
    assert Terms.from_json(terms.as_json()) == terms
    assert Terms.from_json(DEFAULT.as_json()) == DEFAULT
    found = one(Criterion(Measure.REQUIRED, 50), deeds(*range(6)))
    assert Finding.from_json(found.as_json()) == found


@pytest.mark.parametrize(
    ("change", "touched", "closed", "expected"),
    [
        (Change.FIRST, None, False, at(0)),
        (Change.RECOMPUTE, None, False, at(0)),
        (Change.GRANT, None, False, at(5)),
        (Change.KEEP, at(4), False, None),
        (Change.KEEP, at(6), False, at(5)),
        (Change.KEEP, at(4), True, at(5)),
    ],
)
def test_from_when_it_counts_hangs_on_what_a_change_of_rules_did(change, touched, closed, expected):
    met = judged([Criterion(Measure.REQUIRED, 10)], COURSE, deeds(0))
    assert reached(met, change, at(5), touched=touched, closed=closed) == expected


numbers = st.sets(st.integers(0, 10), max_size=11)
criteria = st.lists(
    st.one_of(
        st.builds(Criterion, st.just(Measure.REQUIRED), st.integers(1, 100)),
        st.builds(Criterion, st.just(Measure.SESSIONS), st.integers(1, 4)),
        st.builds(Criterion, st.just(Measure.KIND), st.integers(1, 5), kind=st.just("page")),
        st.builds(
            Criterion,
            st.just(Measure.ACTIVITIES),
            named=numbers.map(lambda each: tuple(COURSE[number].lineage for number in each)),
        ),
        st.builds(Criterion, st.just(Measure.SCORE), st.integers(1, 100), st.just(QUIZ)),
    ),
    max_size=4,
)
scores = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 100)), max_size=4)


@given(criteria, numbers, st.sets(st.integers(5, 8)), scores, st.integers(0, 10))
def test_one_more_activity_never_takes_anything_away(asked, done, off, results, more):
    before = judged(asked, COURSE, deeds(*done, off=off, scores=results))
    after = judged(asked, COURSE, deeds(*done | {more}, off=off, scores=results))
    assert all(
        new.have >= old.have for new, old in zip(after.findings, before.findings, strict=True)
    )
    if before.met and more not in off:
        assert after.met


@given(criteria, numbers, st.sets(st.integers(5, 8)), scores)
def test_what_is_ruled_out_quickly_is_not_met(asked, done, off, results):
    what = deeds(*done, off=off, scores=results)
    if judged(asked, COURSE, what).met:
        assert could_meet(asked, COURSE, [KEYS[number] for number in done])


@given(criteria, numbers, scores, st.randoms(use_true_random=False))
def test_the_order_in_which_it_is_known_changes_nothing(asked, done, results, chance):
    mixed, again = list(done), list(results)
    chance.shuffle(mixed)
    chance.shuffle(again)
    assert judged(asked, COURSE, deeds(*done, scores=results)) == judged(
        asked, COURSE, deeds(*mixed, scores=again)
    )


@given(st.integers(1, 100), st.integers(1, 60))
def test_a_share_is_rounded_up_and_never_asks_more_than_there_is(share, size):
    course = tuple(part(number) for number in range(size))
    done = Deeds({each.id: START for each in course})
    [found] = judged([Criterion(Measure.REQUIRED, share)], course, done).findings
    assert 1 <= found.need <= size
    assert 100 * found.need >= share * size > 100 * (found.need - 1)
    assert found.have <= found.of
    assert set(Outcome) == {Outcome.COMPLETED, Outcome.PARTICIPATED}
