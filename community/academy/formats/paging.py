"""Sections of a foreign course as activities: pages of sensible size, and quizzes.

Short neighbours share a page: below ``MIN_PAGE`` words a section does not stand alone, and no page
grows beyond ``MAX_PAGE`` words by that. Minutes are estimated: ``WORDS_PER_MINUTE`` for a page,
one minute for each question.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from markdown_it import MarkdownIt

from community.academy.formats.report import FileReport, Note
from community.academy.formats.sections import Quiz, Section
from community.academy.formats.source import ActivitySource, ModuleSource
from community.academy.kinds.quiz.settings import DEFAULT_PASS
from community.academy.kinds.quiz.source import MAX_QUESTIONS
from community.kernel.slugs import free_slug, slug_of

WORDS_PER_MINUTE = 200
"""A calm reading speed in a language that is not everybody's first."""
MIN_PAGE = 250
MAX_PAGE = 900
TAIL = 80
"""A section of so few words joins the page before it."""
INTRODUCTION = 80
"""Up to so many words before the first section are the module's introduction, else a page."""
ALMOST_EMPTY = 60
"""A file with fewer words (headings not counted) and no question is an outline: it opens later."""

_MAX_PAGE_TITLE = 100
_MARKDOWN = MarkdownIt("commonmark").enable("table")
_LINK_TARGET = re.compile(r"\]\([^)]*\)")
_WORD = re.compile(r"\S*\w\S*")
_MEANING = re.compile(r"[\\`*_<\[\]]")
_COUNTED = {
    "paragraph_open": "paragraphs",
    "bullet_list_open": "lists",
    "ordered_list_open": "lists",
    "table_open": "tables",
    "link_open": "links",
}


def words_in(text: str) -> int:
    """How many words a reader reads: addresses of links not counted."""
    return len(_WORD.findall(_LINK_TARGET.sub("]", text)))


def unique(slug: str, taken: set[str]) -> str:
    """``slug``, or it with the next number if it is taken; it is taken afterwards."""
    found = free_slug(slug, taken)
    taken.add(found)
    return found


@dataclass(slots=True)
class _Unit:
    """A section with all that belongs to it."""

    title: str
    sections: list[Section] = field(default_factory=list)

    @property
    def words(self) -> int:
        return sum(words_in(section.text) for section in self.sections)


def as_module(
    slug: str, title: str, items: Sequence[Section | Quiz], authors: str, report: FileReport
) -> ModuleSource:
    """Make one file's sections a module; counts go to ``report``."""
    credit = _("*Authors: %(names)s*", names=authors) if authors else ""
    title = title or slug.replace("-", " ").capitalize()
    report.module = title
    sections = [item for item in items if isinstance(item, Section)]
    words = sum(words_in(section.text) for section in sections)
    if words < ALMOST_EMPTY and len(sections) == len(items):
        body = _body([s for s in sections if s.title or s.text], keeps_headings=True)
        _count(report, body)
        report.opens_later = True
        body = body or _("The source has no text for this module yet.")
        return ModuleSource(slug=slug, title=title, body=_join(body, credit), opens_later=True)
    introduction, rest = _introduction(items)
    _count(report, introduction)
    activities = tuple(_activities(title, rest, report))
    body = _join(introduction, credit)
    return ModuleSource(slug=slug, title=title, body=body, activities=activities)


def _join(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)


def _introduction(items: Sequence[Section | Quiz]) -> tuple[str, Sequence[Section | Quiz]]:
    """Take what stands before the first section as the introduction, if it is short."""
    first, rest = items[0], items[1:]
    follows = rest and (isinstance(rest[0], Quiz) or rest[0].is_start)
    if isinstance(first, Section) and follows and words_in(first.text) <= INTRODUCTION:
        return first.text, rest
    return "", items


def _activities(
    title: str, items: Iterable[Section | Quiz], report: FileReport
) -> Iterable[ActivitySource]:
    taken: set[str] = set()
    units: list[_Unit] = []
    latest = title
    for item in items:
        if isinstance(item, Quiz):
            yield from _pages(units, taken, report)
            units = []
            yield from _quizzes(item, taken, report)
        elif item.is_start or not units:
            name = item.title or (
                latest if item.line == 1 else _("%(title)s, continued", title=latest)
            )
            units.append(_Unit(name, [item]))
            latest = item.title or latest
        else:
            units[-1].sections.append(item)
    yield from _pages(units, taken, report)


def _pages(units: list[_Unit], taken: set[str], report: FileReport) -> Iterable[ActivitySource]:
    for group in _groups(units):
        filled = list(group)
        while filled and not filled[-1].words:
            for section in filled.pop().sections:
                if section.title:
                    report.kept["headings"] -= 1
                    what = _("heading without text: %(title)s", title=section.title)
                    report.dropped.append(Note(section.line, what))
        if filled:
            yield _page(filled, taken, report)


def _groups(units: list[_Unit]) -> Iterable[list[_Unit]]:
    group: list[_Unit] = []
    words = 0
    for unit in units:
        joins = words < MIN_PAGE or 0 < unit.words < TAIL
        if group and not (joins and words + unit.words <= MAX_PAGE):
            yield group
            group, words = [], 0
        group.append(unit)
        words += unit.words
    yield group


def _page(units: list[_Unit], taken: set[str], report: FileReport) -> ActivitySource:
    titles = [unit.title for unit in units]
    title = " · ".join(titles)
    if len(title) > _MAX_PAGE_TITLE:
        title = f"{titles[0]} … {titles[-1]}"
    if len(title) > _MAX_PAGE_TITLE:
        title = titles[0]
    body = _body([section for unit in units for section in unit.sections])
    _count(report, body)
    report.kept["pages"] += 1
    slug = unique(slug_of(title) or "page", taken)
    return ActivitySource(slug, "page", title, _minutes(words_in(body)), body=body)


def _minutes(words: int) -> int:
    return min(600, max(1, -(-words // WORDS_PER_MINUTE)))


def _literal(title: str) -> str:
    """Return a plain title as Markdown that means just that, and no picture, link or emphasis."""
    return _MEANING.sub(r"\\\g<0>", title)


def _body(sections: list[Section], *, keeps_headings: bool = False) -> str:
    """The Markdown of a page: a lone section's heading is its title, several keep theirs."""
    several = keeps_headings or sum(section.is_start for section in sections) > 1
    base = 1
    parts = []
    for section in sections:
        if section.is_start:
            base = section.level or 2
            if several and section.title:
                parts.append(f"## {_literal(section.title)}")
        elif section.title:
            depth = max(1, section.level - base) + (2 if several else 1)
            parts.append(f"{'#' * min(depth, 6)} {_literal(section.title)}")
        parts.append(section.text)
    return _join(*parts)


def _quizzes(quiz: Quiz, taken: set[str], report: FileReport) -> Iterable[ActivitySource]:
    for start in range(0, len(quiz.questions), MAX_QUESTIONS):
        taken_now = quiz.questions[start : start + MAX_QUESTIONS]
        questions = [numbered(n, question) for n, question in enumerate(taken_now, 1)]
        intro = "" if start else quiz.intro
        _count(report, intro)
        report.kept["quizzes"] += 1
        report.kept["questions"] += len(questions)
        report.kept["options"] += sum(len(question["options"]) for question in questions)
        yield ActivitySource(
            slug=unique(slug_of(quiz.title) or "quiz", taken),
            kind="quiz",
            title=quiz.title,
            minutes=min(600, len(questions) + _minutes(words_in(intro)) - (0 if intro else 1)),
            settings={"attempts": None, "pass": DEFAULT_PASS, "questions": questions},
            body=intro,
        )


def numbered(number: int, question: dict[str, Any]) -> dict[str, Any]:
    """The question with the ids of its place in its quiz."""
    options = [
        {**option, "id": f"q{number}o{n}"} for n, option in enumerate(question["options"], 1)
    ]
    return {**question, "id": f"q{number}", "options": options}


def _count(report: FileReport, text: str) -> None:
    report.kept["words"] += words_in(text)
    for token in _MARKDOWN.parse(text):
        for each in (token, *(token.children or ())):
            if each.type in _COUNTED and not (each.type == "paragraph_open" and each.level):
                report.kept[_COUNTED[each.type]] += 1
