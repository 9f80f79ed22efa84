"""What counts for a learner, and how much of it is done: the one place that says so.

What nobody can do (a session that does not take place) is asked of nobody, so it counts only for
whom it is settled all the same: somebody excused them before it was called off. Totals, per cents,
what is missing, verdicts and rows of the matrix all follow from this.
"""

import dataclasses
from collections.abc import Collection, Hashable, Iterable
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


def counts(key: Hashable, settled: Collection[Hashable], off: Collection[Hashable]) -> bool:
    """Whether an activity counts for who has ``settled`` these; nobody can do what is ``off``."""
    return key in settled or key not in off


def counted(
    keys: Iterable[Key], settled: Collection[Hashable], off: Collection[Hashable]
) -> list[Key]:
    """Return those of some activities that count, in their order; see ``counts``."""
    return [key for key in keys if counts(key, settled, off)]


@dataclasses.dataclass(frozen=True, slots=True)
class Totals:
    """How many of the required activities that count are settled."""

    done: int
    required: int

    @property
    def percent(self) -> int:
        return percent(self.done, self.required)


def totals(
    required: Iterable[Key], settled: Collection[Hashable], off: Collection[Hashable]
) -> Totals:
    """Return a learner's totals over the ``required`` activities."""
    among = counted(required, settled, off)
    return Totals(sum(key in settled for key in among), len(among))


def percent(done: int, required: int) -> int:
    """Return how much of what is required is settled, rounded down, 0..100.

    100 exactly when everything is; so also where nothing is required.
    """
    if done >= required:
        return 100
    return max(0, 100 * done // required)
