"""Which message stands in which thread, and below which other one: after JWZ and RFC 5256.

A message stands below the one it names in In-Reply-To, else below the nearest of its References
that is there. What names only messages that are missing is an orphan: those that answer the same
missing one stand in one thread; one alone stands in the thread of its subject where that was being
talked about, and else begins its own.
"""

import dataclasses
import datetime as dt
import heapq
from collections import defaultdict
from collections.abc import Mapping, Sequence

from community.transfers.rules.mail import Note

RECENT = dt.timedelta(days=30)
"""How long after the last message of a thread an orphan of the same subject belongs to it."""


@dataclasses.dataclass(frozen=True, slots=True)
class Head:
    """What of a message decides where it stands; ``key`` is unique, ``at`` an instant.

    ``parents`` are the keys of what it answers, the likeliest first.
    """

    key: str
    parents: tuple[str, ...]
    base: str
    reply: bool
    at: dt.datetime


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """Where a message stands: ``index`` among those given, ``root`` and ``parent`` are keys.

    ``parent`` is None for what answers nothing that is there; ``note`` says how an orphan found its
    thread, None for what is none.
    """

    index: int
    root: str
    parent: str | None
    note: Note | None


def placed(heads: Sequence[Head], known: Mapping[str, str]) -> list[Place]:
    """Return the places of messages, thread by thread, each after what it answers.

    ``known`` are messages that are there already, by their keys, with those of their roots. The
    same messages always come out alike. Threads come in the order of their oldest message, and so
    do the messages of each.
    """
    index = {head.key: at for at, head in enumerate(heads)}
    parent = _parents(heads, index, known)
    root = _roots(heads, index, parent, known)
    notes: dict[int, Note] = {}
    _join_orphans(heads, parent, root, notes)
    return _in_order(heads, index, parent, root, notes)


def _parents(
    heads: Sequence[Head], index: Mapping[str, int], known: Mapping[str, str]
) -> list[str | None]:
    """Return for each message the key of the one it answers; nothing answers itself by detours."""
    found: list[str | None] = [None] * len(heads)
    tops: dict[str, str] = {}
    for at in sorted(range(len(heads)), key=lambda at: (heads[at].at, at)):
        own = heads[at].key
        for key in heads[at].parents:
            if key in index or key in known:
                # it answers nothing yet: it stands above another only where it is its top
                if (top := _top(key, tops)) != own:
                    found[at], tops[own] = key, top
                break
    return found


def _top(key: str, tops: dict[str, str]) -> str:
    """Return what stands above all else that ``key`` answers; ``tops`` remembers it.

    Each way up is gone once: what was met on it leads to its top from then on.
    """
    way = []
    while key in tops:
        way.append(key)
        key = tops[key]
    for each in way:
        tops[each] = key
    return key


def _roots(
    heads: Sequence[Head],
    index: Mapping[str, int],
    parent: Sequence[str | None],
    known: Mapping[str, str],
) -> list[str]:
    found: list[str | None] = [None] * len(heads)
    for at in range(len(heads)):
        way, here = [], at
        while found[here] is None:
            way.append(here)
            above = parent[here]
            if above is None:
                found[here] = heads[here].key
            elif above in index:
                here = index[above]
                continue
            else:
                found[here] = known[above]
        for each in way:
            found[each] = found[here]
    return [key or "" for key in found]


def _join_orphans(
    heads: Sequence[Head],
    parent: Sequence[str | None],
    root: list[str],
    notes: dict[int, Note],
) -> None:
    """Put orphans into threads, and say how; ``root`` is changed."""
    members: dict[str, list[int]] = defaultdict(list)
    for at, key in enumerate(root):
        members[key].append(at)
    by_missing: dict[str, str] = {}
    talked: dict[str, tuple[str, dt.datetime]] = {}  # by subject: the thread, its last message
    for at in sorted(range(len(heads)), key=lambda at: (heads[at].at, at)):
        head = heads[at]
        if parent[at] is None and (head.parents or head.reply):
            into, note = _thread_for(head, by_missing, talked)
            if head.parents:  # a mere "Re:" names nothing that could be missing
                notes[at] = note
            _move(members, root, root[at], into or root[at])
            for missing in head.parents[:1]:
                by_missing.setdefault(missing, root[at])
        if head.base:
            talked[head.base] = (root[at], head.at)


def _thread_for(
    head: Head,
    by_missing: Mapping[str, str],
    talked: Mapping[str, tuple[str, dt.datetime]],
) -> tuple[str | None, Note]:
    """Return the thread that an orphan belongs to, None for one of its own, and how it is told."""
    if head.parents and head.parents[0] in by_missing:
        return by_missing[head.parents[0]], Note.SIBLING
    thread, last = talked.get(head.base, ("", head.at))
    if thread and head.at - last <= RECENT:
        return thread, Note.SUBJECT
    return None, Note.ORPHAN


def _move(members: dict[str, list[int]], root: list[str], key: str, into: str) -> None:
    """Make one thread part of another."""
    if into == key:
        return
    moved = members.pop(key)
    for each in moved:
        root[each] = into
    members[into] += moved


def _in_order(
    heads: Sequence[Head],
    index: Mapping[str, int],
    parent: Sequence[str | None],
    root: Sequence[str],
    notes: Mapping[int, Note],
) -> list[Place]:
    threads: dict[str, list[int]] = defaultdict(list)
    for at, key in enumerate(root):
        threads[key].append(at)
    made: list[Place] = []
    for key, members in sorted(
        threads.items(), key=lambda item: (min(heads[at].at for at in item[1]), item[0])
    ):
        below: dict[str, list[int]] = defaultdict(list)
        ready: list[tuple[bool, dt.datetime, int]] = []
        for at in members:
            above = parent[at]
            if above is not None and above in index:
                below[above].append(at)
            else:  # the root goes first, whatever its clock said
                ready.append((heads[at].key != key, heads[at].at, at))
        heapq.heapify(ready)
        while ready:
            _first, _at, at = heapq.heappop(ready)
            made.append(Place(at, key, parent[at], notes.get(at)))
            for each in below.pop(heads[at].key, ()):
                heapq.heappush(ready, (True, heads[each].at, each))
    return made
