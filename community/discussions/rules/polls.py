"""How ballots are counted: by how many named an option, or by instant-runoff where they rank.

Instant-runoff voting: each ballot counts for the option it ranks best of those still in. While none
has more than half of the ballots that count, the last one goes. Several that are last with equally
many go at once only where together they have fewer than the next one, for then none of them can
win; else whichever had fewer first places goes. Where they had equally many of these, too, it is
counted how it ends with each of them gone: does one win all the same, it has won, else it is a tie
between all who win in some way (``docs/decisions/0033-who-goes-in-a-runoff.md``).
"""

import dataclasses
import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

LEAST_OPTIONS, MOST_OPTIONS = 2, 20
OPTION_LENGTH, QUESTION_LENGTH = 200, 300  # code points
MOST_EFFORT = 15_000
"""So many ballots are looked at to find who wins where it is open who goes; a tie from there on."""
EFFORT_A_ROUND = 10  # as many ballots as a round costs besides
Ballots = Mapping[tuple[int, ...], int]
"""How many people chose the same, in the same order."""


@dataclasses.dataclass(frozen=True, slots=True)
class Round:
    """A round of a runoff: what each option still in has, which go, and how many ballots rest."""

    counts: Mapping[int, int]
    out: tuple[int, ...]
    resting: int


def is_closed(
    closed_at: dt.datetime | None, closes_at: dt.datetime | None, now: dt.datetime
) -> bool:
    """Return whether a poll takes no votes any more; at its time it does not."""
    return closed_at is not None or (closes_at is not None and closes_at <= now)


def stays_closed(*, hidden: bool, voters: int) -> bool:
    """Return whether a closed poll is not opened again.

    ``hidden``: its results are shown at the end alone. Who has seen them would vote knowing them.
    """
    return hidden and voters > 0


def choices_text(choices: Sequence[int]) -> str:
    """Return the options of a ballot as a row keeps them."""
    return " ".join(map(str, choices))


def choices_of(text: str | None) -> tuple[int, ...]:
    """Return the options of a ballot, in its order."""
    return tuple(map(int, (text or "").split()))


def counts_of_options(ballots: Ballots, options: int) -> list[int]:
    """Return how many named each option."""
    named: Counter[int] = Counter()
    for choices, many in ballots.items():
        for option in choices:
            named[option] += many
    return [named[option] for option in range(1, options + 1)]


def best(counts: Sequence[int]) -> tuple[int, ...]:
    """Return the options that most named; none where nobody named any."""
    most = max(counts, default=0)
    return tuple(at for at, count in enumerate(counts, 1) if count == most) if most else ()


_Heaps = Mapping[int, Sequence[tuple[tuple[int, ...], int]]]
"""The ballots that count for each option still in."""


class _Runoff:
    """A runoff that is counted; what is left of some options is counted once."""

    def __init__(self, ballots: Ballots, options: int) -> None:
        self._total = sum(ballots.values())
        self._effort = MOST_EFFORT
        self._known: dict[frozenset[int], tuple[tuple[Round, ...], frozenset[int]]] = {}
        self._start = _sorted(ballots.items(), dict.fromkeys(range(1, options + 1), ()))
        self._first = {option: _many(heap) for option, heap in self._start.items()}

    def counted(self) -> tuple[tuple[Round, ...], tuple[int, ...]]:
        rounds, winners = self._from(self._start)
        return rounds, tuple(sorted(winners))

    def _from(self, heaps: _Heaps) -> tuple[tuple[Round, ...], frozenset[int]]:
        """Return the rounds from one on in which the options of ``heaps`` are in, and who wins."""
        still = frozenset(heaps)
        if still not in self._known:
            self._known[still] = self._found(heaps)
        return self._known[still]

    def _found(self, heaps: _Heaps) -> tuple[tuple[Round, ...], frozenset[int]]:
        counts = {option: _many(heap) for option, heap in heaps.items()}
        counting = sum(counts.values())
        top, resting = max(counts.values()), self._total - counting
        self._effort -= EFFORT_A_ROUND
        last = (Round(counts, (), resting),)
        if top * 2 > counting or (len(counts) == 2 and min(counts.values()) == top):
            return last, frozenset(option for option, count in counts.items() if count == top)
        ways: list[tuple[tuple[Round, ...], frozenset[int]]] = []
        goes = self._who_goes(counts)
        for out in goes:
            if len(goes) > 1 and self._effort < 0:
                return last, frozenset(counts)
            left = {option: heap for option, heap in heaps.items() if option not in out}
            moved = [ballot for option in out for ballot in heaps[option]]
            self._effort -= len(moved)
            rounds, winners = self._from(_sorted(moved, left))
            ways.append(((Round(counts, out, resting), *rounds), winners))
        if len({winners for _rounds, winners in ways}) == 1:
            return ways[0]
        return last, frozenset().union(*(winners for _rounds, winners in ways))

    def _who_goes(self, counts: Mapping[int, int]) -> list[tuple[int, ...]]:
        """Return which options go now; several such are ways of which none is the right one."""
        least = min(counts.values())
        behind = tuple(option for option, count in counts.items() if count == least)
        ahead = [count for count in counts.values() if count > least]
        if len(behind) == 1 or (ahead and least * len(behind) < min(ahead)):
            return [behind]
        fewest = min(self._first[option] for option in behind)
        return [(option,) for option in behind if self._first[option] == fewest]


def _many(heap: Sequence[tuple[tuple[int, ...], int]]) -> int:
    return sum(many for _choices, many in heap)


def _sorted(ballots: Iterable[tuple[tuple[int, ...], int]], heaps: _Heaps) -> _Heaps:
    """Return ``heaps`` with more ballots, each with the option it ranks best of those in them."""
    more: dict[int, list[tuple[tuple[int, ...], int]]] = {}
    for choices, many in ballots:
        favourite = next((option for option in choices if option in heaps), None)
        if favourite is not None:
            more.setdefault(favourite, []).append((choices, many))
    return {
        option: [*heap, *more[option]] if option in more else heap for option, heap in heaps.items()
    }


def runoff(ballots: Ballots, options: int) -> tuple[tuple[Round, ...], tuple[int, ...]]:
    """Return the rounds of an instant-runoff and who wins: several in a tie, none without votes.

    Where it depends on who goes, the rounds end there; else they are those of one way.
    """
    return _Runoff(ballots, options).counted() if any(ballots.values()) else ((), ())


def tally_of(ballots: Ballots, options: int, *, ranked: bool) -> dict[str, Any]:
    """Return what ballots come to, as a poll's row keeps it: counts, winners, rounds.

    In a ranked poll ``counts`` are those of the first round.
    """
    if not ranked:
        counts = counts_of_options(ballots, options)
        return {"counts": counts, "winners": list(best(counts)), "rounds": []}
    rounds, winners = runoff(ballots, options)
    first = rounds[0].counts if rounds else {}
    return {
        "counts": [first.get(option, 0) for option in range(1, options + 1)],
        "winners": list(winners),
        "rounds": [
            {
                "counts": [each.counts.get(option) for option in range(1, options + 1)],
                "out": list(each.out),
                "resting": each.resting,
            }
            for each in rounds
        ],
    }


def tally_after(
    tally: Mapping[str, Any], before: Sequence[int], now: Sequence[int]
) -> dict[str, Any]:
    """Return what the ballots of a poll without ranks come to once one of them is changed.

    ``before`` and ``now`` are what it named; empty: there was none, or there is none any more.
    """
    counts = [
        count - (option in before) + (option in now)
        for option, count in enumerate(tally["counts"], start=1)
    ]
    return {"counts": counts, "winners": list(best(counts)), "rounds": []}
