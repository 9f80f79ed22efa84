"""The place of a text that says why it was found, with what was looked for marked."""

import functools
import re
from collections.abc import Sequence
from typing import NamedTuple

from community.search.rules.asking import Term
from community.search.rules.words import LONGEST_WORD, Word, placed

LENGTH = 220  # code points of a passage
BEFORE = 50  # of them before the first mark
LOOKED_THROUGH = 20_000  # code points of a text in which a place is looked for


class Piece(NamedTuple):
    """A stretch of a passage; ``hit``: it was looked for."""

    text: str
    hit: bool


def passage(text: str, terms: Sequence[Term], length: int = LENGTH) -> list[Piece]:
    """Return the stretch of a text that holds most of what is looked for, in pieces."""
    text = text[:LOOKED_THROUGH]
    hits = hits_in(text, terms)
    start = _best(hits, length)
    start = 0 if start < BEFORE * 2 else text.rfind(" ", 0, start - BEFORE) + 1
    end = start + length
    if end < len(text):
        blank = text.rfind(" ", start + length // 2, end)
        end = blank if blank > 0 else end
    pieces = marked(
        text, [hit for hit in hits if start <= hit.start and hit.end <= end], start, end
    )
    before = [Piece("… ", hit=False)] if start else []
    after = [Piece(" …", hit=False)] if end < len(text) else []
    return [*before, *pieces, *after]


def whole(text: str, terms: Sequence[Term]) -> list[Piece]:
    """Return all of a short text in pieces: a title, a name."""
    return marked(text, hits_in(text, terms), 0, len(text))


def marked(text: str, hits: Sequence[Word], start: int, end: int) -> list[Piece]:
    """Return a stretch of a text in pieces, those of ``hits`` marked."""
    pieces, at = [], start
    for hit in hits:
        if hit.start > at:
            pieces.append(Piece(text[at : hit.start], hit=False))
        pieces.append(Piece(text[hit.start : hit.end], hit=True))
        at = hit.end
    if at < end and text[at:end]:
        pieces.append(Piece(text[at:end], hit=False))
    return pieces


def hits_in(text: str, terms: Sequence[Term]) -> list[Word]:
    """Return the words of a text that belong to what is looked for, in order."""
    wanted = [term for term in terms if term.words]
    if not wanted or not text:
        return []
    if text.isascii():
        return _hits_in_plain(text.lower(), wanted)
    found = list(placed(text))
    keys: set[int] = set()
    for term in wanted:
        size = len(term.words)
        for at in range(len(found) - size + 1):
            if _fits(term, found, at):
                keys.update(range(at, at + size))
    return [found[key] for key in sorted(keys)]


def _hits_in_plain(text: str, terms: Sequence[Term]) -> list[Word]:
    """Do so by one look at the text for each term, without reading its other words."""
    found: dict[int, Word] = {}
    for term in terms:
        for place in _as_pattern(term).finditer(text):
            start, end = place.span(1)
            found |= {start + word.start: word.moved(start) for word in placed(text[start:end])}
    return [found[start] for start in sorted(found)]


@functools.lru_cache(maxsize=1_024)
def _as_pattern(term: Term) -> re.Pattern[str]:
    """Return the words of a term beside each other in a folded plain text; they may overlap."""
    words = [
        f"{re.escape(word)}{LETTERS if len(word) == LONGEST_WORD else ''}" for word in term.words
    ]
    if term.part:
        words[-1] += LETTERS
    return re.compile(rf"(?<![a-z0-9])(?=({'[^a-z0-9]+'.join(words)})(?![a-z0-9]))")


LETTERS = "[a-z0-9]*"


def _fits(term: Term, found: Sequence[Word], at: int) -> bool:
    for offset, wanted in enumerate(term.words):
        word, last = found[at + offset].folded, offset == len(term.words) - 1
        if not (word.startswith(wanted) if term.part and last else word == wanted):
            return False
    return True


def _best(hits: Sequence[Word], length: int) -> int:
    """Return where the stretch begins that holds the most different words."""
    best, where, first = 0, 0, 0
    for last in range(len(hits)):
        while hits[last].end - hits[first].start > length - BEFORE:
            first += 1
        score = len({hit.folded for hit in hits[first : last + 1]})
        if score > best:
            best, where = score, hits[first].start
    return where
