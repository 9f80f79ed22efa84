"""What somebody finds: the one function behind the page, JSON and whatever asks else."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from community.accounts.rules import folded, patterns
from community.cohorts.models import Run
from community.cohorts.policy import visible_runs
from community.kernel import localtime
from community.kernel.context import Context
from community.kernel.db import db, execute
from community.kernel.policy import ANYBODY
from community.progress.queries import open_modules
from community.search.models import EntryKind
from community.search.queries.matching import MOST, Narrowed, authors, candidates
from community.search.queries.showing import Found, Place, shown
from community.search.queries.whole import is_whole
from community.search.rules.asking import Asked, Hint, as_exact, as_fts5, as_tsquery, read
from community.search.rules.ranking import Candidate, fitness, ordered
from community.search.rules.suggesting import begins
from community.search.rules.words import (
    FACT,
    author_fact,
    course_fact,
    period_facts,
    place_fact,
)
from community.spaces.models import Space
from community.spaces.policy import belonging

A_PAGE = 20
MOST_SHOWN = max(MOST.values())
MOST_RUNS = 40  # whose course pages are looked through, the newest first
MOST_SPACES = 20  # that a name may mean
MOST_MODULES = 60  # by which pages are narrowed; where more are open, by their versions
ME = "me"  # from:me

_WRITTEN = (EntryKind.THREAD, EntryKind.POST)
_DATED = (*_WRITTEN, EntryKind.SESSION)
_MY_RUNS = (
    visible_runs(ANYBODY)
    .join(Space, Space.id == Run.space_id)
    .order_by(Run.starts_on.desc(), Run.id.desc())
    .limit(MOST_RUNS)
    .add_columns(Space.slug, Space.name)
)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """What was found. ``counts`` says how much of each kind, up to ``MOST``; ``page`` from 1."""

    asked: Asked
    counts: Mapping[EntryKind, int]
    kind: EntryKind | None
    items: Sequence[Found]
    page: int
    more: bool

    @property
    def cut(self) -> bool:
        """Whether there may be more of a kind than was compared: its newest were."""
        return any(count >= MOST[kind] for kind, count in self.counts.items())

    @property
    def total(self) -> int:
        """How much of all kinds."""
        return sum(self.counts.values())


def search(
    ctx: Context,
    query: str,
    *,
    kind: EntryKind | None = None,
    page: int = 1,
    limit: int = A_PAGE,
    zone: str = "UTC",
) -> Results:
    """Return what the actor finds by a question, the best first; ``zone`` is that of its days.

    ``kind`` shows one kind alone and counts all. What they may not see is not found, not counted
    and ranks nothing. Raises nothing for a question that makes no sense: it has hints.
    """
    asked = read(query)
    fits = fitting(ctx, asked, zone)
    if fits is None:
        return Results(asked=asked, counts={}, kind=kind, items=(), page=1, more=False)
    kinds, pages, found = fits
    counts = dict.fromkeys(kinds, 0)
    for candidate in found:
        counts[candidate.kind] = min(counts[candidate.kind] + 1, MOST[candidate.kind])
    wanted = [each for each in found if kind is None or each.kind is kind]
    last = last_page(limit)
    page = max(1, min(page, last))
    ranked = ordered(wanted, ctx.now, by_rank=bool(asked.terms))
    chosen = ranked[(page - 1) * limit : page * limit]
    return Results(
        asked=asked,
        counts=counts,
        kind=kind,
        items=shown(ctx, chosen, asked.terms, pages),
        page=page,
        more=len(ranked) > page * limit and page < last,
    )


def last_page(limit: int) -> int:
    """Return the last page that may show something where each shows ``limit``."""
    return -(-MOST_SHOWN // limit)


class Fitting(NamedTuple):
    """What fits a question: the kinds that can, the modules that are open, and what does.

    Each is there once, in no order.
    """

    kinds: tuple[EntryKind, ...]
    pages: Mapping[uuid.UUID, Place]
    found: list[Candidate]


def fitting(ctx: Context, asked: Asked, zone: str, *, titles: bool = False) -> Fitting | None:
    """Return what of all that the actor may see fits a question; None where nothing can.

    With ``titles`` a few of each kind whose title says all that is looked for; their rank says
    whether it begins so. Both go one way: what a page of results hides is suggested to nobody.
    """
    kinds = _kinds(asked)
    given = _given(ctx, asked, zone)
    if asked.is_empty or not kinds or given is None or not belonging(ctx):
        return None
    pages: dict[uuid.UUID, Place] = {}
    if EntryKind.PAGE in kinds:
        pages = _open_pages(ctx, given.get("spaces"))
        given["modules"] = list(pages)
        if not pages:
            kinds = tuple(each for each in kinds if each is not EntryKind.PAGE)
    if titles:
        kinds = tuple(each for each in kinds if each is not EntryKind.POST)  # has no title
    found = _candidates(ctx, asked, kinds, given, pages, titles=titles) if kinds else []
    return Fitting(kinds, pages, found)


def _kinds(asked: Asked) -> tuple[EntryKind, ...]:
    """Return the kinds that can fit: what has no author is not from anybody."""
    kinds = [each for each in EntryKind if asked.kinds is None or each.value in asked.kinds]
    if asked.by:
        kinds = [each for each in kinds if each in _WRITTEN]
    if asked.before or asked.after:
        kinds = [each for each in kinds if each in _DATED]
    return tuple(kinds)


def _given(ctx: Context, asked: Asked, zone: str) -> dict[str, Any] | None:
    """Return what the statement is given beside words; None where nothing can fit."""
    given: dict[str, Any] = {"me": ctx.actor_id}
    if asked.spaces:
        given["spaces"] = [key for name in asked.spaces for key in _meant(ctx, name, asked)]
        if not given["spaces"]:
            return None
    if asked.by and asked.by.lower() == ME:
        given["authors"] = [ctx.person]
    elif asked.by:
        called = patterns(asked.by)
        given.update(called)
        given["authors"] = authors(ctx, called)
        if given["authors"] == []:
            return None
    if asked.before:
        given["before"] = _midnight(asked.before, zone)
    if asked.after:
        given["after"] = _midnight(_next(asked.after), zone)
    return given


def _meant(ctx: Context, name: str, asked: Asked) -> list[uuid.UUID]:
    """Return those of the actor's spaces that a name means: by its address, else by its words."""
    mine = belonging(ctx)
    by_slug = [space.id for space in mine if space.slug == name.lower()]
    wanted = folded(name)
    found = by_slug or [space.id for space in mine if wanted in folded(space.name)]
    if not found:
        asked.hints.append(Hint("in", name))
    return found[:MOST_SPACES]


def _next(day: dt.date) -> dt.date:
    return day if day == dt.date.max else day + dt.timedelta(days=1)


def _midnight(day: dt.date, zone: str) -> dt.datetime:
    try:
        return localtime.instant(dt.datetime.combine(day, dt.time()), zone)
    except OverflowError:  # the edge of time
        return dt.datetime.combine(day, dt.time(), dt.UTC)


def _open_pages(ctx: Context, spaces: Sequence[uuid.UUID] | None) -> dict[uuid.UUID, Place]:
    """Return the modules whose pages the actor may read, each with a run to read it in."""
    rows = db.session.execute(_MY_RUNS, {"me": ctx.actor_id}).all()
    rows = [row for row in rows if spaces is None or row.Run.space_id in spaces]
    opened = open_modules(ctx, [row.Run for row in rows])
    found: dict[uuid.UUID, Place] = {}
    for row in rows:
        for module in opened.get(row.Run.id, ()):
            found.setdefault(module, Place(row.slug, row.name, row.Run.version_id))
    return found


def _candidates(
    ctx: Context,
    asked: Asked,
    kinds: tuple[EntryKind, ...],
    given: dict[str, Any],
    pages: Mapping[uuid.UUID, Place],
    *,
    titles: bool,
) -> list[Candidate]:
    dialect = db.session.get_bind().dialect.name
    few = given.get("authors") is not None
    form = Narrowed(
        kinds,
        words=bool(asked.terms),
        spaces=bool(asked.spaces),
        by=bool(asked.by) and not few,
        by_some=few,
        before=asked.before is not None,
        after=asked.after is not None,
        whole=is_whole(),
        titles=titles,
    )
    given["where"] = given.get("spaces") or [space.id for space in belonging(ctx)]
    for kind in kinds:
        # PostgreSQL has an index for each kind; what is narrowed asks it for some word at least
        named = dialect == "sqlite" or not form.whole
        facts = [f"{FACT}{kind.value}", *asked.facts] if named else asked.facts
        any_of = _narrowing(ctx, asked, kind, given, pages) if form.whole else []
        for titled in _looked_in(kind, titles=titles):
            name = "titled" if titled else "match"
            given[f"{name}_{kind.value}"] = (
                as_fts5(asked, facts, any_of, titled=titled)
                if dialect == "sqlite"
                else as_tsquery(asked.terms, facts, asked.without, any_of, whole=form.whole)
            )
    given["ranked"] = as_exact(asked.terms)
    given["in_title"] = as_exact(asked.terms, titled=True)
    rows = {row.number: row for row in execute(candidates(dialect, form), given)}.values()
    if titles:
        return [
            Candidate(row.number, row.kind, row.at, float(begins(row.title, asked.terms)))
            for row in rows
        ]
    if dialect != "sqlite":
        return [Candidate(row.number, row.kind, row.at, float(row.rank)) for row in rows]
    return [
        Candidate(row.number, row.kind, row.at, fitness(row.title, row.body, asked.terms))
        for row in rows
    ]


def _looked_in(kind: EntryKind, *, titles: bool) -> tuple[bool, ...]:
    """Return whether in titles alone, and whether in all that is written, for each."""
    if titles:
        return (True,)
    return (False, True) if kind is EntryKind.THREAD else (False,)


def _narrowing(
    ctx: Context,
    asked: Asked,
    kind: EntryKind,
    given: Mapping[str, Any],
    pages: Mapping[uuid.UUID, Place],
) -> list[list[str]]:
    """Return facts of which an entry has one of each, or it is not found whatever it says.

    Words of other spaces are not even looked at: neither slower nor faster for what stands there.
    """
    if kind is EntryKind.PAGE:
        of = pages if len(pages) <= MOST_MODULES else {place.version_id for place in pages.values()}
        return [[course_fact(key) for key in of]]
    dated = kind in _DATED and (asked.before or asked.after)
    return [
        [place_fact(key) for key in given["where"]],
        [author_fact(key) for key in given.get("authors") or ()],
        period_facts(asked.after, asked.before) if dated else [],
    ]
