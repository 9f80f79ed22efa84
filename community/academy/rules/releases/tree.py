"""When a module opens: a tree of all, any, not and so-many-of over times and over what was done.

Pure values and functions. A leaf that is a time becomes an instant when it is written down for a
run (``cohorts.rules.releases``); one that is a fact is judged by what a learner has settled. So to
ask whether a module is open is to compare instants and look up ids.
"""

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterator, Mapping

MAX_DEPTH = 4
MAX_NODES = 30
MAX_DAYS = 366
MAX_WEEK = 52
HOURS_A_DAY = 24
MOST_OF = 100
"""The most that can be asked for of a list or of the activities of a module."""


@dataclasses.dataclass(frozen=True, slots=True)
class Ref:
    """A module of the course, or one of its activities, by the names of their files."""

    module: str
    activity: str | None = None

    def __str__(self) -> str:
        return f"{self.module}/{self.activity}" if self.activity else self.module


# ------------------------------------------------------------------ times


@dataclasses.dataclass(frozen=True, slots=True)
class Date:
    """A day and a time by the clock of the run."""

    at: dt.datetime


@dataclasses.dataclass(frozen=True, slots=True)
class FromStart:
    """A day of a week of teaching, so breaks count for nothing; week 0 is the module's own."""

    week: int = 0
    day: int = 1
    time: dt.time = dt.time()


@dataclasses.dataclass(frozen=True, slots=True)
class FromEnrolment:
    """So many days after a learner came."""

    days: int


@dataclasses.dataclass(frozen=True, slots=True)
class FromSession:
    """So many hours after the live session of an activity is planned to end."""

    session: Ref
    hours: int = 0


# ------------------------------------------------------------------ facts


@dataclasses.dataclass(frozen=True, slots=True)
class Before:
    """Everything required in the modules before this one is settled."""


@dataclasses.dataclass(frozen=True, slots=True)
class Settled:
    """An activity is settled, or everything required in a module."""

    what: Ref


@dataclasses.dataclass(frozen=True, slots=True)
class SomeOf:
    """So many activities of a module are settled, required or not."""

    number: int
    module: Ref


@dataclasses.dataclass(frozen=True, slots=True)
class Score:
    """A quiz was answered at least so well, in per cent."""

    quiz: Ref
    least: int


# ------------------------------------------------------------------ the tree


@dataclasses.dataclass(frozen=True, slots=True)
class All:
    """Everything in it holds."""

    parts: "tuple[Rule, ...]"


@dataclasses.dataclass(frozen=True, slots=True)
class Any:
    """One or more of what is in it holds."""

    parts: "tuple[Rule, ...]"


@dataclasses.dataclass(frozen=True, slots=True)
class AtLeast:
    """So many of some rules hold."""

    number: int
    parts: "tuple[Rule, ...]"


@dataclasses.dataclass(frozen=True, slots=True)
class Not:
    """Its part, a date or a fact, does not hold."""

    part: "Rule"


Time = Date | FromStart | FromEnrolment | FromSession
Fact = Before | Settled | SomeOf | Score
Rule = Time | Fact | All | Any | AtLeast | Not

TIMES = (Date, FromStart, FromEnrolment, FromSession)
FACTS = (Before, Settled, SomeOf, Score)
BRANCHES = (All, Any, AtLeast, Not)

USUAL = All((FromStart(), Before()))
"""What holds where nobody says otherwise: its week, and everything required before it."""

Instants = Mapping[Time, dt.datetime]
"""When each time of a rule is; one that is missing never comes."""
Known = Callable[[Fact], bool]


def parts_of(rule: Rule) -> "tuple[Rule, ...]":
    """Return what a branch is made of; nothing for a leaf."""
    if isinstance(rule, All | Any | AtLeast):
        return rule.parts
    return (rule.part,) if isinstance(rule, Not) else ()


def walk(rule: Rule) -> Iterator[Rule]:
    """Yield a rule and everything in it, from the top."""
    yield rule
    for part in parts_of(rule):
        yield from walk(part)


def depth(rule: Rule) -> int:
    """Return how deep a rule is; a leaf is 1."""
    return 1 + max((depth(part) for part in parts_of(rule)), default=0)


def times(rule: Rule) -> list[Time]:
    """Return the times in a rule."""
    return [each for each in walk(rule) if isinstance(each, TIMES)]


def facts(rule: Rule) -> list[Fact]:
    """Return the facts in a rule."""
    return [each for each in walk(rule) if isinstance(each, FACTS)]


def to_do(rule: Rule) -> Iterator[Fact]:
    """Yield the facts that help a rule to hold: none that it wants not to be so."""
    if isinstance(rule, FACTS):
        yield rule
    elif not isinstance(rule, Not):
        for part in parts_of(rule):
            yield from to_do(part)


def ref_of(leaf: Rule) -> Ref | None:
    """Return what a leaf names, if it names anything."""
    match leaf:
        case FromSession(session=found) | Settled(what=found):
            return found
        case SomeOf(module=found) | Score(quiz=found):
            return found
    return None


def holds(rule: Rule, now: dt.datetime, instants: Instants, known: Known) -> bool:
    """Whether a rule holds at an instant for whom ``known`` says what they have done."""
    match rule:
        case All(parts):
            return all(holds(part, now, instants, known) for part in parts)
        case Any(parts):
            return any(holds(part, now, instants, known) for part in parts)
        case AtLeast(number, parts):
            return sum(holds(part, now, instants, known) for part in parts) >= number
        case Not(part):
            return not holds(part, now, instants, known)
        case Date() | FromStart() | FromEnrolment() | FromSession():
            at = instants.get(rule)
            return at is not None and at <= now
    return known(rule)


def holds_from(
    rule: Rule, now: dt.datetime, instants: Instants, known: Known
) -> dt.datetime | None:
    """Return from when on, not before ``now``, a rule holds if nothing more is done; None: never.

    It changes only as one of its times comes, so those are all that need to be looked at.
    """
    coming = sorted(at for leaf in times(rule) if (at := instants.get(leaf)) and at > now)
    return next((at for at in (now, *coming) if holds(rule, at, instants, known)), None)


def waiting(rule: Rule, now: dt.datetime, instants: Instants, known: Known) -> Rule:
    """Return what of a rule that does not hold keeps it from holding: what holds is left out.

    Of a choice all that is left to choose stays.
    """
    match rule:
        case All(parts):
            kept = [
                waiting(part, now, instants, known)
                for part in parts
                if not holds(part, now, instants, known)
            ]
            return kept[0] if len(kept) == 1 else All(tuple(kept))
        case Any(parts):
            return Any(tuple(waiting(part, now, instants, known) for part in parts))
        case AtLeast(number, parts):
            there = [part for part in parts if holds(part, now, instants, known)]
            left = tuple(waiting(part, now, instants, known) for part in parts if part not in there)
            return AtLeast(number - len(there), left)
    return rule


def without_times(rule: Rule) -> Rule | None:
    """Return what of a rule is more than a time: facts, and sessions by name; None: nothing."""
    match rule:
        case All(parts) | Any(parts):
            kept = tuple(found for part in parts if (found := without_times(part)))
            return type(rule)(kept) if len(kept) > 1 else next(iter(kept), None)
        case AtLeast(number, parts):
            kept = tuple(found for part in parts if (found := without_times(part)))
            return AtLeast(min(number, len(kept)), kept) if kept else None
        case Not(part):
            inner = without_times(part)
            return Not(inner) if inner is not None else None
        case Date() | FromStart() | FromEnrolment():
            return None
    return rule


def earliest(rule: Rule, instants: Instants) -> dt.datetime | None:
    """Return an instant before which a rule cannot hold, whatever is done; None: there is none.

    A fact may be there from the beginning; so may what is the case until a date.
    """
    match rule:
        case All(parts):
            found = [at for part in parts if (at := earliest(part, instants))]
            return max(found, default=None)
        case Any(parts):
            return _nth(1, parts, instants)
        case AtLeast(number, parts):
            return _nth(number, parts, instants)
        case Date() | FromStart() | FromEnrolment() | FromSession():
            return instants.get(rule, NEVER)
    return None


def _nth(number: int, parts: "tuple[Rule, ...]", instants: Instants) -> dt.datetime | None:
    at_once = dt.datetime.min.replace(tzinfo=dt.UTC)
    found = sorted(earliest(part, instants) or at_once for part in parts)[number - 1]
    return None if found == at_once else found


NEVER = dt.datetime.max.replace(tzinfo=dt.UTC)
