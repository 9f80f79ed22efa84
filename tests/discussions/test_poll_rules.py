"""Counting ballots, against a second way to count them that shares nothing with the first."""

import datetime as dt
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from community.discussions.rules import choices_of, choices_text, is_closed, tally_after, tally_of
from community.discussions.rules.polls import runoff

OPTIONS = 5
BALLOTS = st.lists(
    st.lists(st.integers(1, OPTIONS), unique=True, min_size=1).map(tuple), max_size=30
)


def oracle(papers, names):
    """Return who may win a runoff, by striking names off the papers themselves, in every order."""
    first_of_all = Counter(paper[0] for paper in papers)

    def winners(names, papers):
        papers = [kept for paper in papers if (kept := [name for name in paper if name in names])]
        heap = Counter(paper[0] for paper in papers)
        by_size = sorted(names, key=lambda name: heap[name])
        if heap[by_size[-1]] > len(papers) - heap[by_size[-1]]:
            return {by_size[-1]}
        if len(names) == 2:
            return set(names)
        tied = [name for name in names if heap[name] == heap[by_size[0]]]
        rest = [heap[name] for name in names if name not in tied]
        if rest and sum(heap[name] for name in tied) < min(rest):
            return winners(names - set(tied), papers)
        least = min(first_of_all[name] for name in tied)
        ways = [winners(names - {name}, papers) for name in tied if first_of_all[name] == least]
        return set.union(*ways)

    return winners(frozenset(names), papers) if papers else set()


@given(BALLOTS)
def test_a_runoff_ends_as_when_names_are_struck_off_the_papers(ballots):
    rounds, winners = runoff(Counter(ballots), OPTIONS)
    assert set(winners) == oracle(ballots, range(1, OPTIONS + 1))
    assert all(sum(each.counts.values()) + each.resting == len(ballots) for each in rounds)
    gone = [option for each in rounds for option in each.out]
    assert len(gone) == len(set(gone))
    assert not set(gone) & set(winners)


@given(BALLOTS)
def test_whoever_has_more_than_half_of_the_first_places_wins(ballots):
    first = Counter(paper[0] for paper in ballots)
    _rounds, winners = runoff(Counter(ballots), OPTIONS)
    for option, many in first.items():
        if many * 2 > len(ballots):
            assert winners == (option,)


@given(BALLOTS)
def test_votes_are_counted_as_often_as_an_option_is_named(ballots):
    tally = tally_of(Counter(ballots), OPTIONS, ranked=False)
    named = Counter(option for paper in ballots for option in paper)
    assert tally["counts"] == [named[option] for option in range(1, OPTIONS + 1)]
    most = max(named.values(), default=0)
    assert set(tally["winners"]) == {option for option in named if named[option] == most}


def test_the_last_goes_and_its_votes_go_on():
    ballots = {(1,): 4, (2,): 3, (3, 2): 2}
    rounds, winners = runoff(ballots, 3)
    assert winners == (2,)
    assert [(dict(each.counts), each.out, each.resting) for each in rounds] == [
        ({1: 4, 2: 3, 3: 2}, (3,), 0),
        ({1: 4, 2: 5}, (), 0),
    ]


def test_what_a_minority_wants_does_not_win_because_two_that_are_liked_are_equal():
    rounds, winners = runoff({(1,): 4, (2, 3): 3, (3, 2): 3}, 3)
    assert winners == (2, 3)
    assert [(dict(each.counts), each.out) for each in rounds] == [({1: 4, 2: 3, 3: 3}, ())]


def test_several_that_are_last_go_at_once_only_where_none_of_them_could_win():
    rounds, winners = runoff({(1,): 5, (2,): 4, (3, 2): 1, (4, 2): 1}, 4)
    assert (rounds[0].out, winners) == ((3, 4), (2,))


def test_of_two_that_are_last_the_one_with_fewer_first_places_goes():
    ballots = {(1,): 5, (2, 3): 4, (3, 2): 3, (4, 3): 1}
    rounds, winners = runoff(ballots, 4)
    assert [each.out for each in rounds] == [(4,), (3,), ()]
    assert winners == (2,)


def test_who_wins_however_equals_go_has_won():
    rounds, winners = runoff({(1,): 2, (2, 1): 2, (3, 1): 2, (1, 2): 1}, 3)
    assert winners == (1,)
    assert rounds[0].out == (2,)


def test_as_many_equals_as_there_can_be_are_told_apart_within_bounds_or_tied():
    ballots = {(one, *(n for n in range(1, 21) if n != one)): 1 for one in range(1, 21)}
    assert runoff(ballots, 20)[1] == tuple(range(1, 21))


@given(BALLOTS.filter(bool), st.data())
def test_a_changed_ballot_is_counted_as_if_all_were_counted_anew(ballots, data):
    before = data.draw(st.sampled_from([*ballots, ()]))
    now = data.draw(st.sampled_from([*ballots, ()]))
    tally = tally_of(Counter(ballots), OPTIONS, ranked=False)
    others = Counter(ballots)
    if before:
        others[before] -= 1
    if now:
        others[now] += 1
    assert tally_after(tally, before, now) == tally_of(others, OPTIONS, ranked=False)


def test_a_tie_is_said_and_votes_rest_that_name_nobody_who_is_in():
    rounds, winners = runoff({(1,): 2, (2,): 2, (3,): 1}, 3)
    assert winners == (1, 2)
    assert rounds[-1].resting == 1
    assert runoff({}, 3) == ((), ())


@given(st.lists(st.integers(1, 20), unique=True))
def test_a_ballot_is_read_as_it_is_kept(choices):
    assert choices_of(choices_text(choices)) == tuple(choices)
    assert len(choices_text(choices)) <= 100


def test_at_its_time_it_is_closed():
    now = dt.datetime.now(dt.UTC)
    assert is_closed(None, now, now)
    assert not is_closed(None, now + dt.timedelta(microseconds=1), now)
    assert is_closed(now, None, now)
    assert not is_closed(None, None, now)
