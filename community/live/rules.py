"""When a room is open, how long somebody was there, and what a plan says: pure functions.

Instants are aware datetimes; an interval is ``(start, end)``, half open, with ``start < end``.
"""

import dataclasses
import datetime as dt
import itertools
import re
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

Interval = tuple[dt.datetime, dt.datetime]

OPENS_BEFORE = dt.timedelta(minutes=30)  # the lobby: the room opens so long before the start
FORGOTTEN_AFTER = dt.timedelta(hours=4)  # past its planned end a session is ended by itself
LATEST_START = dt.timedelta(hours=4)  # after its time a session that did not begin begins no more
LEASE = dt.timedelta(seconds=30)  # a presence not renewed for so long is over
GRACE = dt.timedelta(seconds=20)  # a line that drops for less is not said to be "left"
FOLDED = dt.timedelta(minutes=5)  # of one person's lines under one name; room/view.js has the same
FARTHEST = dt.timedelta(days=5 * 366)  # how far from now a session may be planned


def planned_end(starts_at: dt.datetime, minutes: int) -> dt.datetime:
    """Return when a session should be over by its plan."""
    return starts_at + dt.timedelta(minutes=minutes)


def opens_at(starts_at: dt.datetime) -> dt.datetime:
    """Return when the room opens and the session may begin."""
    return starts_at - OPENS_BEFORE


def oldest_start(now: dt.datetime) -> dt.datetime:
    """Return the start of a session that, at ``now``, has just become too late to begin."""
    return now - LATEST_START


def lapses_at(starts_at: dt.datetime) -> dt.datetime:
    """Return from when a session that did not begin begins no more."""
    return starts_at + LATEST_START


def has_lapsed(starts_at: dt.datetime, now: dt.datetime) -> bool:
    """Whether it is too late for a session that did not begin to begin."""
    return starts_at <= oldest_start(now)


def may_begin(starts_at: dt.datetime, now: dt.datetime) -> bool:
    """Whether a scheduled session's room is open, so that it may begin."""
    return opens_at(starts_at) <= now and not has_lapsed(starts_at, now)


def forgotten_end(starts_at: dt.datetime, started_at: dt.datetime, minutes: int) -> dt.datetime:
    """Return the end of a session nobody ended: its length, counted from when it truly began."""
    return planned_end(max(starts_at, started_at), minutes)


def union(intervals: Iterable[Interval]) -> list[Interval]:
    """Return the same stretches of time without overlaps or empty ones, earliest first."""
    merged: list[Interval] = []
    for start, end in sorted(interval for interval in intervals if interval[0] < interval[1]):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def clip(intervals: Iterable[Interval], start: dt.datetime, end: dt.datetime) -> list[Interval]:
    """Return the parts of the intervals that lie between ``start`` and ``end``."""
    cut = ((max(left, start), min(right, end)) for left, right in intervals)
    return [(left, right) for left, right in cut if left < right]


def attended(intervals: Iterable[Interval], start: dt.datetime, end: dt.datetime) -> list[Interval]:
    """Return when somebody was there during a session: merged, and clipped to it."""
    return union(clip(intervals, start, end))


def length(intervals: Sequence[Interval]) -> int:
    """Return the whole seconds of intervals that do not overlap."""
    return int(sum((end - start).total_seconds() for start, end in intervals))


def is_video_link(url: str) -> bool:
    """Whether ``url`` is a plain https address: a host, no user name or password, no blanks."""
    if any(character.isspace() for character in url):
        return False
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        return False
    return parts.scheme == "https" and "." in host and parts.username is None


# ---------- the chat ----------


def goes_on(lines: Iterable[tuple[object, dt.datetime]]) -> list[bool]:
    """Return for each line, given by author and time, whether it goes on under the name above it.

    What one person says within five minutes (``FOLDED``) stands under one name.
    """
    found = []
    author, began = None, None
    for by, at in lines:
        folded = by == author and began is not None and at - began < FOLDED
        if not folded:
            author, began = by, at
        found.append(folded)
    return found


# ---------- the plan ----------

MOST_STEPS = 100  # each is rendered by itself whenever the room is shown
_MINUTES = re.compile(r"\A\s*(\d{1,3})(?:\s*(?:to|[-\u2013])\s*(\d{1,3}))?\s*\Z")


@dataclasses.dataclass(frozen=True, slots=True)
class Step:
    """A step of a session's plan: minutes after the start, and its text (Markdown, one line)."""

    start: int
    end: int
    text: str


@dataclasses.dataclass(frozen=True, slots=True)
class Agenda:
    """A plan taken apart: what stands before its time table, the steps, and what follows."""

    before: str
    steps: Sequence[Step]
    after: str


def agenda(plan: str, minutes: int) -> Agenda:
    """Find the time table in a plan written in Markdown.

    It is the first table whose first column holds minutes ("0 to 10", "10-25", "25"); without one
    there are no steps and the whole plan stands before them.
    """
    lines = plan.split("\n")
    first = next((number for number, line in enumerate(lines) if _step(line)), None)
    if first is None:
        return Agenda(plan.strip(), (), "")
    following = map(_step, lines[first : first + MOST_STEPS])
    block = [step for step in itertools.takewhile(bool, following) if step]
    begin = first
    while begin > 0 and lines[begin - 1].lstrip().startswith("|"):
        begin -= 1
    finish = first + len(block)
    steps = [
        Step(start, end or (block[i + 1][0] if i + 1 < len(block) else minutes), text)
        for i, (start, end, text) in enumerate(block)
    ]
    return Agenda("\n".join(lines[:begin]).strip(), steps, "\n".join(lines[finish:]).strip())


def _step(line: str) -> tuple[int, int | None, str] | None:
    """Take a row apart; without one regular expression for all of it, which long blanks slow."""
    opening, _bar, rest = line.strip().partition("|")
    minutes, bar, text = rest.partition("|")
    found = _MINUTES.match(minutes)
    if opening or not bar or not found:
        return None
    words = text.removesuffix("|").strip()
    return int(found[1]), int(found[2]) if found[2] else None, words
