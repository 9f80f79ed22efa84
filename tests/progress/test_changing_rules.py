"""What a change of the rules does at once, by what stands and what the other rules say."""

import datetime as dt
import uuid

import pytest

from community.progress.rules.changing import Learner, effect_of
from community.progress.rules.completion import DEFAULT, Change, Judged, Outcome

RUN = uuid.UUID(int=1)
C, P = Outcome.COMPLETED, Outcome.PARTICIPATED
NOBODY, BOTH = frozenset(), frozenset({C, P})


def learner(standing, found, *, seated=True):
    at = dt.datetime(2026, 3, 2, tzinfo=dt.UTC) if found else None
    judgement = Judged(()) if found else None
    return Learner(uuid.UUID(int=2), "Ana Lind", seated, frozenset(standing), found, judgement, at)


@pytest.mark.parametrize("over", [True, False])
@pytest.mark.parametrize(
    ("change", "standing", "found", "gains", "losses"),
    [
        (Change.KEEP, NOBODY, C, [], []),
        (Change.KEEP, {C}, None, [], []),
        (Change.GRANT, NOBODY, C, [C], []),
        (Change.GRANT, {P}, C, [C], []),
        (Change.GRANT, {C}, C, [], []),
        (Change.GRANT, {C}, P, [], []),
        (Change.GRANT, {C}, None, [], []),
        (Change.RECOMPUTE, {C}, C, [], []),
        (Change.RECOMPUTE, {C}, None, [], [C]),
        (Change.RECOMPUTE, {C}, P, [P], [C]),
        (Change.RECOMPUTE, {P}, P, [], []),
        (Change.RECOMPUTE, BOTH, P, [], [C]),
    ],
)
def test_who_gains_and_who_loses(change, standing, found, gains, losses, over):
    effect = effect_of(RUN, DEFAULT, change, [learner(standing, found)], over=over)
    assert [outcome for _each, outcome in effect.gains] == gains
    assert [outcome for _each, outcome in effect.losses] == losses
    assert {outcome for _each, outcome in effect.keeps} == set(standing) - set(losses)


def test_participated_is_judged_once_the_run_is_over():
    for over, lost in ((True, 1), (False, 0)):
        effect = effect_of(RUN, DEFAULT, Change.RECOMPUTE, [learner({P}, None)], over=over)
        assert len(effect.losses) == lost


def test_who_has_left_gains_nothing_and_may_lose():
    left = learner({C}, P, seated=False)
    effect = effect_of(RUN, DEFAULT, Change.RECOMPUTE, [left], over=True)
    assert (len(effect.gains), len(effect.losses)) == (0, 1)


def test_the_print_differs_where_something_else_would_happen():
    prints = {
        effect_of(RUN, DEFAULT, change, [learner(standing, found)], over=True).seen
        for change in (Change.GRANT, Change.RECOMPUTE)
        for standing, found in ((NOBODY, C), ({C}, None), (NOBODY, None))
    }
    assert len(prints) == 5, "granted, who has it keeps it as who has nothing: nothing happens"
