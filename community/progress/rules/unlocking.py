"""Which modules of a run are open to a learner, and why the others are not."""

import dataclasses
import datetime as dt
import enum
import itertools
import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence

from community.academy.rules.releases import (
    Before,
    Fact,
    Ref,
    Rule,
    Score,
    Settled,
    SomeOf,
    holds_from,
    to_do,
    waiting,
)
from community.cohorts.rules import Opening

WEEK = dt.timedelta(days=7)


class Lock(enum.StrEnum):
    """Why a module is not open."""

    LATER = "later"  # only outlined yet: its activities are still being written
    RUN_NOT_OPEN = "run_not_open"  # the organisers have not opened the run
    NOT_RELEASED = "not_released"  # its day has not come: ``opens_at``
    UNFINISHED = "unfinished"  # ``finish`` comes first


@dataclasses.dataclass(frozen=True, slots=True)
class Part:
    """A module as unlocking sees it: its required activities, in order."""

    id: uuid.UUID
    opens_later: bool
    required: tuple[uuid.UUID, ...]
    slug: str = ""
    activities: Mapping[str, uuid.UUID] = dataclasses.field(default_factory=dict)
    """By their names, all of them."""
    needed: frozenset[uuid.UUID] = dataclasses.field(init=False, repr=False, compare=False)
    """``required``, to compare whole modules at once."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "needed", frozenset(self.required))


@dataclasses.dataclass(frozen=True, slots=True)
class Access:
    """Whether a module is open; if not, why: the instant it opens, or the activity to finish.

    ``rule`` is what keeps a module shut that has a rule, without what holds already; ``opened``: an
    organiser opened it. ``sooner``: it opens at the instant, or as soon as the rest of it is so.
    """

    lock: Lock | None = None
    opens_at: dt.datetime | None = None
    finish: uuid.UUID | None = None
    rule: Rule | None = None
    opened: bool = False
    sooner: bool = False

    @property
    def open(self) -> bool:
        return self.lock is None


@dataclasses.dataclass(frozen=True, slots=True)
class Learned:
    """What a learner has settled, and their scores in per cent: all of it where they were let off.

    ``over``: what was missed and cannot be caught up with, a session. It holds nothing back where
    everything before, or in a module, is asked for; where it is asked for by name, it does.
    """

    settled: Collection[uuid.UUID]
    scores: Mapping[uuid.UUID, int] = dataclasses.field(default_factory=dict)
    over: Collection[uuid.UUID] = frozenset()

    def lacks(self, key: uuid.UUID) -> bool:
        """Whether an activity that is required holds back what comes after it."""
        return key not in self.settled and key not in self.over


def unlock(
    parts: Sequence[Part],
    openings: Mapping[uuid.UUID, Opening],
    learned: Learned,
    *,
    now: dt.datetime,
    run_open: bool,
) -> dict[uuid.UUID, Access]:
    """Return the access to each module, in order.

    By the usual rule a module opens when its release instant has passed and everything required in
    the modules before it is settled, or a session that is over. What is settled should answer
    ``in`` quickly. A module without a release stays shut.
    """
    found: dict[uuid.UUID, Access] = {}
    blocking: uuid.UUID | None = None
    for part in parts:
        opening = openings.get(part.id)
        opens_at = opening.opens_at if opening else None
        if part.opens_later:
            found[part.id] = Access(Lock.LATER, opens_at)
            continue
        if not run_open:
            found[part.id] = Access(Lock.RUN_NOT_OPEN, opens_at)
        elif opening is not None and opening.opened:
            found[part.id] = Access(None, min(opening.opens_at, now), opened=True)
        elif opening is not None and opening.rule is not None:
            known = _Known(parts, part, learned)
            found[part.id] = _by_rule(opening.rule, opening, known, now)
        elif opens_at is None or opens_at > now:
            found[part.id] = Access(Lock.NOT_RELEASED, opens_at)
        elif blocking is not None:
            found[part.id] = Access(Lock.UNFINISHED, opens_at, blocking)
        else:
            found[part.id] = Access(None, opens_at)
        if blocking is None and not part.needed.issubset(learned.settled):
            blocking = next(filter(learned.lacks, part.required), None)
    return found


class _Known:
    """What is so of a learner, as the rule of one module asks for it."""

    def __init__(self, parts: Sequence[Part], part: Part, learned: Learned) -> None:
        self.parts, self.part, self.learned = parts, part, learned

    def __call__(self, fact: Fact) -> bool:
        match fact:
            case SomeOf(number, ref):
                done = [key for key in self._part(ref).activities.values() if self._settled(key)]
                return len(done) >= number
            case Score(ref, least):
                key = self._part(ref).activities.get(ref.activity or "")
                return key is not None and self.learned.scores.get(key, -1) >= least
        return self.missing(fact) is None

    def missing(self, fact: Fact) -> uuid.UUID | None:
        """Return the first activity that is to be finished for a fact to hold, if one is."""
        match fact:
            case Before():
                required = (key for part in self._before() for key in part.required)
                return next(filter(self.learned.lacks, required), None)
            case Settled(ref) if ref.activity is None:
                return next(filter(self.learned.lacks, self._part(ref).required), None)
            case Settled(ref) | Score(ref):
                keys = [k for k in (self._part(ref).activities.get(ref.activity or ""),) if k]
            case SomeOf(module=ref):
                keys = list(self._part(ref).activities.values())
        return next((key for key in keys if not self._settled(key)), None)

    def _settled(self, key: uuid.UUID) -> bool:
        return key in self.learned.settled

    def _before(self) -> Iterator[Part]:
        return itertools.takewhile(lambda part: part.id != self.part.id, self.parts)

    def _part(self, ref: Ref) -> Part:
        return next((part for part in self.parts if part.slug == ref.module), _NOTHING)


_NOTHING = Part(uuid.UUID(int=0), opens_later=False, required=())


def _by_rule(rule: Rule, opening: Opening, known: _Known, now: dt.datetime) -> Access:
    """Return the access to a module with a rule: when it opens, and what else comes first."""
    at = holds_from(rule, now, opening.instants, known)
    if at == now:
        return Access(None, opening.opens_at)
    waits = waiting(rule, now, opening.instants, known)
    finish = next((key for fact in to_do(waits) if (key := known.missing(fact))), None)
    if at is not None:
        return Access(
            Lock.NOT_RELEASED, at, finish, waits, sooner=any(True for _fact in to_do(waits))
        )
    # something is to be done first; say also from when on that would be enough
    possible = holds_from(rule, now, opening.instants, lambda _fact: True)
    if possible is not None and possible > now:
        return Access(Lock.NOT_RELEASED, possible, finish, waits)
    return Access(Lock.UNFINISHED, opening.opens_at, finish, waits)


def due_by_module(
    parts: Sequence[Part], openings: Mapping[uuid.UUID, Opening]
) -> dict[uuid.UUID, dt.datetime]:
    """Return when each module's time is over: as the next one's begins, the last after a week.

    One with a rule that begins late has a week all the same.
    """
    dated = [part.id for part in parts if not part.opens_later and part.id in openings]
    found = {key: openings[following].begins_at for key, following in itertools.pairwise(dated)}
    if dated:
        found[dated[-1]] = _week_of(openings[dated[-1]])
    for key, due in found.items():
        if openings[key].rule is not None:
            found[key] = max(due, _week_of(openings[key]))
    return found


def _week_of(opening: Opening) -> dt.datetime:
    """Return when the week of a module is over; one that never begins has none."""
    return opening.begins_at + WEEK if opening.begins_at < _LAST else opening.begins_at


_LAST = dt.datetime.max.replace(tzinfo=dt.UTC) - WEEK


def next_to_do(
    order: Sequence[uuid.UUID],
    required: Collection[uuid.UUID],
    settled: Collection[uuid.UUID],
    last: uuid.UUID | None,
) -> uuid.UUID | None:
    """Return the open activity to go on with; ``order`` holds the open ones, as the course goes.

    The one I was at while it is unfinished, then the first required one, then any other.
    """
    if last in order and last not in settled:
        return last
    waiting = [key for key in order if key not in settled]
    return next((key for key in waiting if key in required), waiting[0] if waiting else None)
