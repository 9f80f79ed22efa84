"""How much of a film was played: a union of spans, so that nothing counts twice.

Which report comes first, and how often, changes nothing: a union does not care.
"""

from collections.abc import Iterable

Span = tuple[float, float]
"""From and to, in seconds of the film."""

MOST_SPANS = 300
GAP = 0.5  # seconds between two spans that are one: players tell time in steps
STEPS = 20  # parts of a film that are counted one by one


def merged(spans: Iterable[Span], length: float) -> list[Span]:
    """Return what spans cover of a film of ``length`` seconds: apart, in order, to a tenth.

    Where more than ``MOST_SPANS`` are left, those closest to each other become one.
    """
    gap = GAP
    found = _joined(sorted(_within(spans, length)), gap)
    while len(found) > MOST_SPANS:
        gap *= 2
        found = _joined(found, gap)
    return found


def _within(spans: Iterable[Span], length: float) -> Iterable[Span]:
    for start, end in spans:
        first, last = round(max(0.0, start), 1), round(min(length, end), 1)
        if last > first:
            yield first, last


def _joined(spans: Iterable[Span], gap: float) -> list[Span]:
    found: list[Span] = []
    for start, end in spans:
        if found and start - found[-1][1] <= gap:
            found[-1] = found[-1][0], max(found[-1][1], end)
        else:
            found.append((start, end))
    return found


def seconds_in(spans: Iterable[Span]) -> float:
    """Return how many seconds spans cover that are apart."""
    return sum(end - start for start, end in spans)


def reached(spans: Iterable[Span], length: float, needed: float) -> float:
    """Return the share of a film (0..1) that counts as watched.

    In steps, so that a film leaves few rows; the ``needed`` share is one of them.
    """
    share = min(1.0, seconds_in(spans) / length + 1e-9)
    step = int(share * STEPS) / STEPS
    return max(step, needed) if share >= needed else step
