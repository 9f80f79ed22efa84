"""What the rules of a course name: whether it is there, and that no module waits for itself."""

import dataclasses
import enum
from collections.abc import Callable, Mapping, Sequence

from community.academy.rules.releases.tree import (
    All,
    Any,
    AtLeast,
    Before,
    FromSession,
    Not,
    Ref,
    Rule,
    Score,
    Settled,
    SomeOf,
    ref_of,
    walk,
)
from community.kernel.translation import _


class Sort(enum.Enum):
    """What a rule can ask of an activity besides that it is settled."""

    SESSION = "session"  # it takes place
    QUIZ = "quiz"  # it is scored
    OTHER = "other"


@dataclasses.dataclass(frozen=True, slots=True)
class Unit:
    """A module as the rules of its course see it, its activities by their names."""

    slug: str
    activities: Mapping[str, Sort]
    rule: Rule


def flaws_of_names(units: Sequence[Unit]) -> Mapping[str, Sequence[str]]:
    """Return what is wrong with what rules name, by the module whose rule it is."""
    there = {unit.slug: unit for unit in units}
    found: dict[str, list[str]] = {}
    for unit in units:
        wrong = [
            message
            for leaf in walk(unit.rule)
            if (ref := ref_of(leaf)) and (message := _flaw(there, unit, leaf, ref))
        ]
        if wrong:
            found[unit.slug] = list(dict.fromkeys(wrong))
    if not found:
        waiting = _waits_for_itself(units)
        if waiting is not None:
            found[waiting] = [
                _("By these rules the module waits for itself: it would never open to anybody.")
            ]
    return found


def _flaw(there: Mapping[str, Unit], unit: Unit, leaf: Rule, ref: Ref) -> str | None:
    named = there.get(ref.module)
    if named is None or (ref.activity and ref.activity not in named.activities):
        return _("%(name)s is neither a module nor an activity of this course.", name=ref)
    sort = named.activities.get(ref.activity or "")
    if isinstance(leaf, FromSession) and sort is not Sort.SESSION:
        return _("%(name)s is no live session.", name=ref)
    if isinstance(leaf, Score) and sort is not Sort.QUIZ:
        return _("%(name)s is no quiz: only those have a score.", name=ref)
    if isinstance(leaf, SomeOf) and leaf.number > len(named.activities):
        return _("%(name)s has only %(num)d activities.", name=ref, num=len(named.activities))
    if ref.module == unit.slug and not isinstance(leaf, FromSession):
        return _("A module cannot wait for what is in it: %(name)s.", name=ref)
    return None


def _waits_for_itself(units: Sequence[Unit]) -> str | None:
    """Return a module that waits, by however many others, for itself."""
    needs: dict[str, set[str]] = {}
    for number, unit in enumerate(units):
        named = {
            ref.module
            for leaf in walk(unit.rule)
            if not isinstance(leaf, FromSession) and (ref := ref_of(leaf))
        }
        if any(isinstance(leaf, Before) for leaf in walk(unit.rule)):
            named |= {each.slug for each in units[:number]}
        needs[unit.slug] = named
    while needs:  # take away what waits for nothing, until nothing can be
        free = {slug for slug, named in needs.items() if not named & needs.keys()}
        if not free:
            return next(iter(needs))
        needs = {slug: named for slug, named in needs.items() if slug not in free}
    return None


def renamed(rule: Rule, name: Callable[[Ref], Ref | None]) -> Rule | None:
    """Return a rule with other names in it; None where ``name`` has none for one of them."""
    match rule:
        case All(parts) | Any(parts):
            found = [renamed(part, name) for part in parts]
            kept = tuple(part for part in found if part is not None)
            return type(rule)(kept) if len(kept) == len(parts) else None
        case AtLeast(number, parts):
            found = [renamed(part, name) for part in parts]
            kept = tuple(part for part in found if part is not None)
            return AtLeast(number, kept) if len(kept) == len(parts) else None
        case Not(part):
            inner = renamed(part, name)
            return Not(inner) if inner is not None else None
    ref = ref_of(rule)
    if ref is None:
        return rule
    other = name(ref)
    if other is None:
        return None
    match rule:
        case Settled():
            return Settled(other)
        case SomeOf(number, _module):
            return SomeOf(number, other)
        case Score(_quiz, least):
            return Score(other, least)
        case FromSession(_session, hours):
            return FromSession(other, hours)
    return rule
