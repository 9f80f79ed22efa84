"""What is suggested as somebody types: titles and names, found as search finds them."""

import dataclasses
from collections.abc import Sequence

from community.kernel.context import Context
from community.search.models import EntryKind
from community.search.queries.finding import fitting
from community.search.queries.showing import Found, shown
from community.search.rules.asking import Asked, read
from community.search.rules.ranking import Candidate
from community.search.rules.suggesting import as_typed, few, says
from community.spaces.policy import belonging

_ORDER = (EntryKind.PERSON, EntryKind.THREAD, EntryKind.PAGE, EntryKind.SESSION)


@dataclasses.dataclass(frozen=True, slots=True)
class FoundSpace:
    """A space of the actor whose name fits."""

    slug: str
    name: str


def suggest(ctx: Context, query: str, *, zone: str = "UTC") -> Sequence[FoundSpace | Found]:
    """Return a few things whose title or name says what is typed, its last word perhaps in part.

    People, spaces, threads, course pages and sessions, in this order; of each kind those that begin
    with it first, then the newest. They are found as ``search`` finds them, filters and all, so
    that nobody is suggested what they may not see. Raises nothing.
    """
    asked = as_typed(read(query))
    if not asked.terms:
        return ()
    fits = fitting(ctx, asked, zone, titles=True)
    spaces = _spaces(ctx, asked)
    if fits is None:
        return few([spaces])
    best = sorted(fits.found, key=lambda each: (each.rank, each.at, each.number), reverse=True)
    people, *others = ([each for each in best if each.kind is kind] for kind in _ORDER)
    chosen = few([people, spaces, *others])
    numbers = [each for each in chosen if isinstance(each, Candidate)]
    found = shown(ctx, numbers, (), fits.pages)
    return [
        *(each for each in found if each.kind is EntryKind.PERSON),
        *(each for each in chosen if isinstance(each, FoundSpace)),
        *(each for each in found if each.kind is not EntryKind.PERSON),
    ]


def _spaces(ctx: Context, asked: Asked) -> Sequence[FoundSpace]:
    """Return the actor's spaces that are called so; no filter says anything of a space."""
    if asked != Asked(terms=asked.terms, hints=asked.hints):
        return ()
    found = [each for each in belonging(ctx) if says(each.name, asked.terms)]
    return [FoundSpace(each.slug, each.name) for each in found]
