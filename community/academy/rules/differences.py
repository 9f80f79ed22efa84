"""What changed between two texts, in words; and what moved in an order."""

import difflib
import hashlib
import re
import uuid
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

MOST_TOKENS = 6_000
"""Words and spaces of two passages that are compared word by word; longer ones are shown whole."""
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

    Compared line by line, and word by word where lines differ.
    """
    if before == after:
        return ()
    older, newer = before.splitlines(keepends=True), after.splitlines(keepends=True)
    spans: list[Span] = []
    # The matcher's own short cut for frequent lines keeps long texts of few words from taking long.
    for sort, i1, i2, j1, j2 in difflib.SequenceMatcher(None, older, newer).get_opcodes():
        was, now = "".join(older[i1:i2]), "".join(newer[j1:j2])
        spans += [Span("same", was)] if sort == "equal" else _in_words(was, now)
    return tuple(_condensed(_joined(spans)))


def _in_words(before: str, after: str) -> list[Span]:
    was, now = _TOKEN.findall(before), _TOKEN.findall(after)
    if not was or not now or len(was) + len(now) > MOST_TOKENS:
        return [Span("removed", before), Span("added", after)]
    spans = []
    for sort, i1, i2, j1, j2 in difflib.SequenceMatcher(None, was, now).get_opcodes():
        if sort == "equal":
            spans.append(Span("same", "".join(was[i1:i2])))
        else:
            spans += [Span("removed", "".join(was[i1:i2])), Span("added", "".join(now[j1:j2]))]
    return spans


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
