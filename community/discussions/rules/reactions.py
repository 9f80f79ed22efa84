"""How reactions to a post are counted."""

from collections.abc import Iterable


def counts_text(counts: Iterable[tuple[str, int]]) -> str:
    """Return how many reactions of each kind there are, as a row keeps it: "thanks=2 heart=1"."""
    return " ".join(f"{kind}={count}" for kind, count in counts if count)


def counts_of(text: str) -> dict[str, int]:
    """Return what ``counts_text`` wrote, by kind, in the same order."""
    pairs = (pair.partition("=") for pair in text.split())
    return {kind: int(count) for kind, _sign, count in pairs}
