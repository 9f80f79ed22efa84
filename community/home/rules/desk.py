"""What a desk asks for: a few lines, the most urgent first, from the facts of a space."""

import dataclasses
import datetime as dt
import enum
import uuid
from collections.abc import Sequence
from typing import Protocol

LONGEST_WAIT = dt.timedelta(days=60)
"""A question older than this is history, not a task for today."""
UNANSWERED = dt.timedelta(days=3)
"""A letter of invitation is worth a second look after so long without an answer."""
BEFORE_START = dt.timedelta(days=35)
"""From so long before its first day on, the free seats of a run are worth a thought."""
OPEN_AHEAD = dt.timedelta(days=14)
"""From so long before its first day on, a run that is not open needs its organisers."""
DAYS_AHEAD = 7
"""Sessions of so many days, today among them, are looked at for what they lack."""


class Kind(enum.StrEnum):
    """What somebody may be needed for, the most urgent first."""

    REPORTS = "reports"  # of posts, and second looks
    UNLINKED = "unlinked"  # sessions without a video link
    UNLED = "unled"  # sessions, and nobody facilitates
    UNOPENED = "unopened"  # the run
    QUESTIONS = "questions"
    HAND_INS = "hand_ins"  # wait to be marked
    FADING = "fading"
    UNPLANNED = "unplanned"  # sessions of the module that opens next
    LATE = "late"
    INVITATIONS = "invitations"
    EMPTY = "empty"  # nobody has joined, of so many invited
    FULL = "full"
    SEATS = "seats"  # free, before the start
    OVER = "over"  # the last week has passed


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """A line of the desk: ``number`` of a kind.

    ``id`` and ``title`` are the first one's, ``at`` its time; ``days`` how long the longest waits.
    """

    kind: Kind
    number: int
    id: uuid.UUID | None = None
    title: str = ""
    at: dt.datetime | None = None
    days: int = 0


class Gap(enum.StrEnum):
    """What a session of the next days lacks."""

    LINK = "link"
    FACILITATOR = "facilitator"


class Session(Protocol):
    """A session, as far as this looks."""

    @property
    def id(self) -> uuid.UUID: ...
    @property
    def title(self) -> str: ...
    @property
    def starts_at(self) -> dt.datetime: ...
    @property
    def has_video(self) -> bool: ...


def gaps(session: Session, *, led: bool) -> tuple[Gap, ...]:
    """Return what a session lacks; ``led``: somebody facilitates the space."""
    lacking = {Gap.LINK: not session.has_video, Gap.FACILITATOR: not led}
    return tuple(gap for gap, holds in lacking.items() if holds)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of a space on a day.

    ``soon`` are its sessions of the next seven days. The rest is of its run: None and zero without
    one. ``starts_in``: until its first day; ``unplanned`` sessions of the module opening next;
    ``letters`` of invitation that have no answer yet; ``reports`` that nobody has decided about.
    """

    soon: Sequence[Session] = ()
    led: bool = True
    questions: Need | None = None
    hand_ins: Need | None = None
    invitations: Need | None = None
    letters: int = 0
    reports: int = 0
    unplanned: Need | None = None
    fading: int = 0
    quiet_days: int = 0
    late: int = 0
    planned: bool = False
    closed: bool = False
    over: bool = False
    starts_in: dt.timedelta | None = None
    seats: int = 0
    taken: int = 0


def needs(facts: Facts) -> list[Need]:
    """Return what somebody is needed for, the most urgent first; nothing: a quiet day."""
    found = [
        *_of_sessions(facts),
        *(need for need in (facts.questions, facts.invitations) if need and need.number),
    ]
    if facts.reports:
        found.append(Need(kind=Kind.REPORTS, number=facts.reports))
    if facts.starts_in is not None and not facts.closed:
        found += _of_run(facts, facts.starts_in)
    ranks = {kind: rank for rank, kind in enumerate(Kind)}
    return sorted(found, key=lambda need: ranks[need.kind])


def _of_sessions(facts: Facts) -> list[Need]:
    lacking = {
        Kind.UNLINKED: [s for s in facts.soon if Gap.LINK in gaps(s, led=facts.led)],
        Kind.UNLED: [s for s in facts.soon if Gap.FACILITATOR in gaps(s, led=facts.led)],
    }
    return [
        Need(
            kind=kind,
            number=len(found),
            id=found[0].id,
            title=found[0].title,
            at=found[0].starts_at,
        )
        for kind, found in lacking.items()
        if found
    ]


def _of_run(facts: Facts, starts_in: dt.timedelta) -> list[Need]:
    before, free = starts_in > dt.timedelta(), facts.seats - facts.taken
    alone = not facts.taken and not facts.invitations and (not before or not facts.planned)
    found = {
        Kind.UNOPENED: int(facts.planned and starts_in <= OPEN_AHEAD),
        Kind.LATE: facts.late,
        Kind.FULL: facts.taken if not free and before else 0,
        Kind.SEATS: free if facts.taken and before and starts_in <= BEFORE_START else 0,
        Kind.OVER: int(facts.over),
    }
    lines = [Need(kind=kind, number=number) for kind, number in found.items() if number]
    if alone:
        lines.append(Need(kind=Kind.EMPTY, number=facts.letters))
    if facts.fading:
        lines.append(Need(kind=Kind.FADING, number=facts.fading, days=facts.quiet_days))
    if facts.hand_ins and facts.hand_ins.number:
        lines.append(facts.hand_ins)
    if facts.unplanned and facts.unplanned.number:
        lines.append(facts.unplanned)
    return lines
