"""What changed between two texts, in words; and what moved in an order."""

import difflib
import hashlib
import re
import uuid
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, takewhile
from typing import Literal, TypeVar

MOST_PAIRS = 50_000
MOST_PIECES = 5_000
"""Equal pieces of two texts that are looked at, each with each, and pieces of both; what has more
is shown whole."""
AROUND = 160
"""Characters of what stayed that are shown before and after what changed."""

Sort = Literal["same", "added", "removed", "skipped"]
T = TypeVar("T", bound=Hashable)

_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text that is in both, in the newer or in the older; ``skipped`` has no text."""

    sort: Sort
    text: str


def word_changes(before: str, after: str) -> tuple[Span, ...]:
    """Return a text's change as runs of words, long unchanged ones skipped; nothing where equal.

    Compared line by line, and word by word where lines differ. Whoever wrote the texts may mean
    ill: what would take long is shown as gone and come.
    """
    if before == after:
        return ()
    allowed = MOST_PAIRS
    older, newer = before.splitlines(keepends=True), after.splitlines(keepends=True)
    spans: list[Span] = []
    for same, gone, came in _compared(older, newer, allowed):
        was, now = _TOKEN.findall("".join(gone)), _TOKEN.findall("".join(came))
        if same:
            spans.append(Span("same", "".join(gone)))
            continue
        for alike, words, others in _compared(was, now, allowed):
            if alike:
                spans.append(Span("same", "".join(words)))
            else:
                spans += [Span("removed", "".join(words)), Span("added", "".join(others))]
        allowed -= pairs(was, now)
    return tuple(_condensed(_joined(spans)))


def pairs(before: Sequence[str], after: Sequence[str]) -> int:
    """Return how many equal pieces the matcher looks at in one pass, each with each.

    It leaves out those that are frequent in a long text (``difflib``'s "popular" ones).
    """
    had, has = Counter(before), Counter(after)
    frequent = len(after) // 100 + 1 if len(after) >= 200 else len(after)
    return sum(had[piece] * count for piece, count in has.items() if count <= frequent)


def _compared(
    before: Sequence[str], after: Sequence[str], allowed: int
) -> Iterator[tuple[bool, Sequence[str], Sequence[str]]]:
    """Yield passages of both: whether they are the same, and what stood and stands there."""
    head = _alike(zip(before, after, strict=False))
    rest = min(len(before), len(after)) - head
    tail = _alike(islice(zip(reversed(before), reversed(after), strict=False), rest))
    was, now = before[head : len(before) - tail], after[head : len(after) - tail]
    if head:
        yield True, before[:head], after[:head]
    if len(was) + len(now) > MOST_PIECES or pairs(was, now) > allowed:
        yield False, was, now
    else:
        for sort, i1, i2, j1, j2 in difflib.SequenceMatcher(None, was, now).get_opcodes():
            yield sort == "equal", was[i1:i2], now[j1:j2]
    if tail:
        yield True, before[len(before) - tail :], after[len(after) - tail :]


def _alike(sides: Iterable[tuple[str, str]]) -> int:
    return sum(1 for _both in takewhile(lambda both: both[0] == both[1], sides))


def _joined(spans: Sequence[Span]) -> Iterator[Span]:
    """Yield spans with text, neighbours of one sort as one; what went stands before what came."""
    removed = added = same = ""
    for span in spans:
        if span.sort == "same" and span.text:
            # A lone space between two changes reads better as part of both.
            if (removed or added) and not span.text.strip() and "\n" not in span.text:
                removed, added = removed + span.text, added + span.text
                continue
            yield from _told(removed, added)
            removed = added = ""
            same += span.text
        elif span.text:
            if same:
                yield Span("same", same)
                same = ""
            removed += span.text if span.sort == "removed" else ""
            added += span.text if span.sort == "added" else ""
    yield from _told(removed, added)
    if same:
        yield Span("same", same)


def _told(removed: str, added: str) -> Iterator[Span]:
    if removed == added:
        if removed:
            yield Span("same", removed)
        return
    if removed:
        yield Span("removed", removed)
    if added:
        yield Span("added", added)


def _condensed(spans: Iterator[Span]) -> Iterator[Span]:
    """Leave out the middle of what stayed, at the ends all but what is next to a change."""
    known = list(spans)
    for place, span in enumerate(known):
        first, last = place == 0, place == len(known) - 1
        if span.sort != "same" or len(span.text) <= AROUND * (1 if first or last else 2):
            yield span
            continue
        if not first:
            yield Span("same", span.text[:AROUND])
        yield Span("skipped", "")
        if not last:
            yield Span("same", span.text[-AROUND:])


def moved(before: Sequence[T], after: Sequence[T]) -> frozenset[T]:
    """Return what is in both orders and has to be moved to make one of the other."""
    kept = set(before) & set(after)
    older = [key for key in before if key in kept]
    newer = [key for key in after if key in kept]
    matcher = difflib.SequenceMatcher(None, older, newer, autojunk=False)
    stayed = {
        key for block in matcher.get_matching_blocks() for key in older[block.a :][: block.size]
    }
    return frozenset(kept - stayed)


def digest_of_difference(draft_id: uuid.UUID, edits: int, newest: uuid.UUID | None) -> str:
    """Return what names a difference: it is another once the draft or the course has changed."""
    return hashlib.sha256(f"{draft_id} {edits} {newest}".encode()).hexdigest()
