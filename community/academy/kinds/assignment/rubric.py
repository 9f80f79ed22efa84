"""A rubric as Markdown: read with exact line numbers, and written back the same.

It stands at the end of the text. A criterion is a ``##`` heading that ends in ``{criterion}``, with
optional text, and levels: ``- (3) Clear``, each with an optional indented ``> description``.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _

from community.academy.kinds.protocol import Flaw
from community.academy.kinds.text import Fences, canonical_text, one_line

MAX_CRITERIA = 20
MIN_LEVELS, MAX_LEVELS = 2, 8
MOST_POINTS = 100
LIMITS = {"title": 200, "text": 2_000, "level": 100, "description": 500}
"""Characters."""

_CRITERION = re.compile(r"##[ \t]+(.*?)[ \t]*\{criterion\}[ \t]*|##[ \t]*\{criterion\}[ \t]*")
_HEADING = re.compile(r"##?(?:[ \t].*)?")
_LEVEL = re.compile(r"- \(([0-9]{1,3})\)(?:[ \t]+(.*))?")
_QUOTE = re.compile(r"[ \t]+> ?(.*)")


@dataclass(slots=True)
class _Level:
    line: int
    points: int
    title: str
    description: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Criterion:
    line: int
    title: str
    text: list[str] = field(default_factory=list)
    levels: list[_Level] = field(default_factory=list)


class _Reader:
    """Goes through the lines once; ``flaws`` gathers what is wrong on the way."""

    def __init__(self) -> None:
        self.prompt: list[str] = []
        self.criteria: list[_Criterion] = []
        self.flaws: list[Flaw] = []
        self._fences = Fences()
        self._gap = False

    def feed(self, number: int, line: str) -> None:
        criterion = self.criteria[-1] if self.criteria else None
        in_text = criterion is None or not criterion.levels
        if in_text and self._fences.holds(line):
            (self.prompt if criterion is None else criterion.text).append(line)
            return
        if found := _CRITERION.fullmatch(line):
            self.criteria.append(_Criterion(number, one_line(found[1] or "")))
        elif criterion is None:
            self.prompt.append(line)
        elif level := _LEVEL.fullmatch(line):
            title = one_line(level[2] or "")
            criterion.levels.append(_Level(number, int(level[1]), title))
        elif criterion.levels:
            self._after_level(criterion.levels[-1], number, line)
        elif _HEADING.fullmatch(line):
            message = _("After the first criterion only criteria follow, each with {criterion}.")
            self.flaws.append(Flaw(message, line=number))
        else:
            criterion.text.append(line)
        self._gap = not line.strip(" \t")

    def _after_level(self, level: _Level, number: int, line: str) -> None:
        if not line.strip(" \t"):
            return
        if quote := _QUOTE.fullmatch(line):
            if level.description and self._gap:
                level.description.append("")
            level.description.append(quote[1])
            return
        message = _(
            "This line is no level and describes none: a level begins with - (3), and what it means"
            " stands under it, indented, after a >."
        )
        self.flaws.append(Flaw(message, line=number))


def read_rubric(body: str, line: int) -> tuple[str, list[dict[str, Any]], list[Flaw]]:
    """Return the prompt, the criteria and all flaws; ``line`` is the body's first line."""
    reader = _Reader()
    for number, text in enumerate(body.replace("\r\n", "\n").replace("\r", "\n").split("\n"), line):
        reader.feed(number, text)
    flaws = reader.flaws
    if len(reader.criteria) > MAX_CRITERIA:
        message = _("A rubric has at most %(most)d criteria.", most=MAX_CRITERIA)
        flaws.append(Flaw(message, line=reader.criteria[MAX_CRITERIA].line))
    seen: set[str] = set()
    for criterion in reader.criteria:
        if criterion.title in seen:
            flaws.append(Flaw(_("This criterion stands there already."), line=criterion.line))
        seen.add(criterion.title)
        flaws.extend(_flaws_of(criterion))
    rubric = [_as_settings(at, each) for at, each in enumerate(reader.criteria, 1)]
    return canonical_text("\n".join(reader.prompt)), rubric, flaws


def _as_settings(at: int, criterion: _Criterion) -> dict[str, Any]:
    return {
        "id": f"c{at}",
        "title": criterion.title,
        "text": canonical_text("\n".join(criterion.text)),
        "levels": [
            {
                "id": f"c{at}l{number}",
                "points": level.points,
                "title": level.title,
                "text": canonical_text("\n".join(level.description)),
            }
            for number, level in enumerate(criterion.levels, 1)
        ],
    }


def _flaws_of(criterion: _Criterion) -> list[Flaw]:
    flaws: list[Flaw] = []

    def limit(line: int, part: str, text: str) -> None:
        if len(text) > LIMITS[part]:
            message = _("This is longer than %(limit)d characters.", limit=LIMITS[part])
            flaws.append(Flaw(message, line=line))

    if not criterion.title:
        flaws.append(Flaw(_("A criterion needs its words after the ##."), line=criterion.line))
    limit(criterion.line, "title", criterion.title)
    limit(criterion.line, "text", "\n".join(criterion.text))
    if not MIN_LEVELS <= len(criterion.levels) <= MAX_LEVELS:
        message = _(
            "A criterion has %(least)d to %(most)d levels, each on a line that begins with its"
            " points: - (3) Clear",
            least=MIN_LEVELS,
            most=MAX_LEVELS,
        )
        flaws.append(Flaw(message, line=criterion.line))
    seen: set[str] = set()
    for level in criterion.levels:
        if not level.title:
            flaws.append(Flaw(_("A level needs a word after its points."), line=level.line))
        elif level.title in seen:
            flaws.append(Flaw(_("The criterion has this level already."), line=level.line))
        seen.add(level.title)
        if level.points > MOST_POINTS:
            message = _("A level has at most %(most)d points.", most=MOST_POINTS)
            flaws.append(Flaw(message, line=level.line))
        limit(level.line, "level", level.title)
        limit(level.line, "description", "\n".join(level.description))
    return flaws


def write_rubric(prompt: str, rubric: Iterable[Mapping[str, Any]]) -> str:
    """Return the Markdown that ``read_rubric`` reads as these; ids are given by position."""
    return "\n\n".join([*([prompt] if prompt else []), *(_as_markdown(each) for each in rubric)])


def _as_markdown(criterion: Mapping[str, Any]) -> str:
    levels: list[str] = []
    for level in criterion["levels"]:
        levels.append(f"- ({level['points']}) {level['title']}")
        if level["text"]:
            levels.extend(f"  > {line}" if line else "  >" for line in level["text"].split("\n"))
    parts = [f"## {criterion['title']} {{criterion}}", criterion["text"], "\n".join(levels)]
    return "\n\n".join(part for part in parts if part)


def most_points(rubric: Sequence[Mapping[str, Any]]) -> int:
    """Return the points that a rubric can give."""
    return sum(max(level["points"] for level in each["levels"]) for each in rubric)


def points_of(rubric: Sequence[Mapping[str, Any]], levels: Mapping[str, str]) -> int:
    """Return the points of chosen levels (criterion id -> level id); what is open gives none."""
    return sum(
        level["points"]
        for each in rubric
        for level in each["levels"]
        if levels.get(each["id"]) == level["id"]
    )
