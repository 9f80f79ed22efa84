"""In which order what was found is shown."""

import datetime as dt
import math
from collections.abc import Sequence
from typing import Any, NamedTuple

from community.search.rules.asking import Term

FRESH = 0.5  # by how much of its rank what was written just now goes before what is old
HALF = dt.timedelta(days=120)  # after which half of that is left


class Candidate(NamedTuple):
    """Something that fits: its number in the index, and how well it does; higher is better."""

    number: int
    kind: Any
    at: dt.datetime
    rank: float


TITLE = 8.0  # what a word in the title counts for


def fitness(title: str, body: str, terms: Sequence[Term]) -> float:
    """Return how well folded words fit: how often what is looked for stands in how long a text."""
    title, body, found = f" {title} ", f" {body} ", 0.0
    for term in terms:
        wanted = f" {' '.join(term.words)}{'' if term.part else ' '}"
        found += TITLE * (wanted in title) + math.log1p(body.count(wanted))
    return found / (1 + math.log1p(len(body) / 500))


def ordered(found: Sequence[Candidate], now: dt.datetime, *, by_rank: bool) -> list[Candidate]:
    """Return what was found, the best first; without words to rank by, the newest first."""
    if not by_rank:
        return sorted(found, key=lambda each: (each.at, each.number), reverse=True)
    return sorted(found, key=lambda each: (score(each, now), each.number), reverse=True)


def score(each: Candidate, now: dt.datetime) -> float:
    """Return how far in front something stands: how well it fits, and a little how new it is."""
    age = max((now - each.at) / HALF, 0.0)
    return float(each.rank * (1 + FRESH * 0.5**age))
