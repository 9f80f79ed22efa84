"""What somebody typed, read: words, phrases, what is not wanted, and filters. It is never refused.

What cannot be read as a filter is left out, with a hint that says what would be.
"""

import calendar
import dataclasses
import datetime as dt
import re
from collections.abc import Sequence

from community.search.rules.words import FACT, PART, PARTS, words

LONGEST = 200  # code points of a question
MOST_TERMS = 10
SHORTEST_PART = 2  # letters of a word of which only the beginning is given

HAS = ("file", "picture", "poll", "code", "answer")
IS = ("solved", "unsolved")
THREADS = ("question", "discussion", "announcement", "ask", "offer", "show_and_tell")
KINDS = ("thread", "post", "person", "page", "session")
FILTERS = ("in", "from", "has", "is", "before", "after")

_PARTS = re.compile(r'(-?)(?:([a-z]+):)?(?:"([^"]*)"?|([^\s"]+))', re.IGNORECASE)
_DATE = re.compile(r"\A(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?\Z")


@dataclasses.dataclass(frozen=True, slots=True)
class Term:
    """Words that stand beside each other; ``part``: the last one may go on."""

    words: tuple[str, ...]
    part: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Hint:
    """A filter that could not be used: which, and what was given for it."""

    name: str
    given: str


@dataclasses.dataclass(slots=True, kw_only=True)
class Asked:
    """What somebody asks for; ``before`` and ``after`` are days, those named not among them."""

    terms: list[Term] = dataclasses.field(default_factory=list)
    without: list[Term] = dataclasses.field(default_factory=list)
    spaces: list[str] = dataclasses.field(default_factory=list)
    by: str | None = None
    facts: list[str] = dataclasses.field(default_factory=list)
    kinds: frozenset[str] | None = None
    before: dt.date | None = None
    after: dt.date | None = None
    hints: list[Hint] = dataclasses.field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked for."""
        narrowed = self.spaces or self.by or self.facts or self.before or self.after
        return not (self.terms or narrowed or self.kinds)

    def only(self, *kinds: str) -> None:
        """Ask for these kinds alone."""
        self.kinds = frozenset(kinds) & (self.kinds if self.kinds is not None else frozenset(KINDS))


def read(text: str) -> Asked:
    """Return what a text asks for; of a long one the beginning."""
    asked = Asked()
    for minus, name, quoted, bare in _PARTS.findall(text[:LONGEST]):
        given, known = quoted or bare, name.lower() in FILTERS
        if known and not minus:
            _filter(asked, name.lower(), given.strip())
        elif known:
            asked.hints.append(Hint(f"-{name.lower()}", given))
        else:
            _term(asked, f"{name} {given}" if name else given, without=bool(minus))
    if asked.terms and not text[:LONGEST].rstrip().endswith('"'):
        last = asked.terms[-1]
        asked.terms[-1] = Term(last.words, part=len(last.words[-1]) >= SHORTEST_PART)
    return asked


def unfiltered(text: str) -> str:
    """Return a question without its filters: its words, phrases and what is not wanted."""
    parts = _PARTS.finditer(text[:LONGEST])
    found = [part for part in parts if (part[2] or "").lower() not in FILTERS]
    return " ".join(part[0] for part in found)


def _term(asked: Asked, text: str, *, without: bool) -> None:
    found = tuple(words(text))
    into = asked.without if without else asked.terms
    if found and len(asked.terms) + len(asked.without) < MOST_TERMS:
        into.append(Term(found[:MOST_TERMS]))


def _filter(asked: Asked, name: str, given: str) -> None:
    value = given.lower().replace("-", "_").replace(" ", "_")
    day = _day(given) if name in {"before", "after"} else None
    if name == "in" and given:
        asked.spaces.append(given)
    elif name == "from" and given:
        asked.by = given
    elif name == "before" and day:
        asked.before = day[0]
    elif name == "after" and day:
        asked.after = day[1]
    elif name == "has" and value.removesuffix("s") in HAS:
        asked.facts.append(f"{FACT}has_{value.removesuffix('s')}")
        asked.only("thread", "post")
    elif name == "is" and value in (*IS, *THREADS):
        asked.facts.append(f"{FACT}{value}")
        asked.only("thread")
    elif name == "is" and value in KINDS:
        asked.only(value)
    else:
        asked.hints.append(Hint(name, given))


def _day(text: str) -> tuple[dt.date, dt.date] | None:
    """Return the first and the last day of a day, a month or a year; None for what is none."""
    found = _DATE.match(text)
    if found is None:
        return None
    year, month, day = (int(part) if part else None for part in found.groups())
    try:
        first = dt.date(year or 0, month or 1, day or 1)
        last = dt.date(year or 0, month or 12, 1)
        end = calendar.monthrange(last.year, last.month)[1]
        return first, first if day else last.replace(day=end)
    except ValueError:
        return None


def as_fts5(
    asked: Asked,
    facts: Sequence[str],
    any_of: Sequence[Sequence[str]] = (),
    *,
    titled: bool = False,
) -> str:
    """Return what is asked for as FTS5 reads it; each word quoted, so that none is an operator.

    All ``facts`` hold, and one of each of ``any_of`` that has any; ``titled``: all that is looked
    for stands in the title.
    """
    wanted = [f'"{fact}"' for fact in facts]
    for each in filter(None, any_of):
        either = '" OR "'.join(each)
        wanted.append(f'("{either}")')
    where = "title : " if titled else ""
    wanted += [
        f'{where}"{" ".join(term.words)}"{" *" if term.part else ""}' for term in asked.terms
    ]
    told = " AND ".join(wanted)
    for term in asked.without:
        told = f'({told}) NOT "{" ".join(term.words)}"'
    return told


def as_tsquery(
    terms: Sequence[Term],
    facts: Sequence[str],
    without: Sequence[Term] = (),
    any_of: Sequence[Sequence[str]] = (),
    *,
    whole: bool = True,
) -> str:
    """Return what is asked for as PostgreSQL's index is asked for it; likewise.

    Of a word that may go on its first letters alone: more than what fits is found, which
    ``as_exact`` leaves out. A prefix (``:*``) would read every place of every word it begins. It is
    what is left where the index is not ``whole``. Words come first: a row that is read without the
    index is left at the first that it has not, and there may be many of ``any_of``.
    """
    told = [as_exact(terms)] if terms and not whole else []
    for term in terms if whole else ():
        last = term.words[-1]
        before = Term(term.words[:-1]) if term.part else term
        told += [_phrase(before)] if before.words else []
        told += [f"'{PART}{last[: max(PARTS)]}'"] if term.part else []
    told += [f"'{fact}'" for fact in facts]
    for each in filter(None, any_of):
        either = "' | '".join(each)
        told.append(f"('{either}')")
    told += [f"!({_phrase(term)})" for term in without]
    return " & ".join(told)


def as_exact(terms: Sequence[Term], *, titled: bool = False) -> str:
    """Return what a text must hold as PostgreSQL reads a ``tsquery``; ``titled``: its title."""
    return " & ".join(_phrase(term, titled=titled) for term in terms)


def _phrase(term: Term, *, titled: bool = False) -> str:
    weight = "A" if titled else ""
    marks = [f":{weight}" if weight else ""] * len(term.words)
    if term.part:
        marks[-1] = f":*{weight}"
    words = [f"'{word}'{mark}" for word, mark in zip(term.words, marks, strict=True)]
    return f"({' <-> '.join(words)})"
