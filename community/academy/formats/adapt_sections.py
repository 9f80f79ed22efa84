"""The sections and quizzes of one module while they are gathered from texts and questions."""

import re
from collections.abc import Iterator
from typing import Any

from community.academy.formats.heads import MAX_TITLE
from community.academy.formats.liascript_sections import plain_title
from community.academy.formats.report import FileReport
from community.academy.formats.sections import Quiz, Section
from community.academy.kinds.text import Fences, canonical_text

START = 2
"""The level of a section that may begin a page."""
_HEADING = re.compile(r"(#{1,6})[ \t]+(.+)")


class Sections:
    """Gathers ``items`` in order; ``line`` counts what they come from."""

    def __init__(self, report: FileReport) -> None:
        self.items: list[Section | Quiz] = [Section(1, 0, "", is_start=True)]
        self.report = report
        self.line = 1
        self._questions: Quiz | None = None

    def ask(self, questions: list[dict[str, Any]]) -> None:
        """Add questions: to the quiz before where nothing stands between."""
        if self._questions is None:
            self._questions = Quiz("", "", [])
            self.items.append(self._questions)
        self._questions.questions += questions

    def begin(self, title: str, *, level: int = START) -> None:
        """Begin a section; without a title, go on with the one before where there is one."""
        if title:
            self.report.kept["headings"] += 1
            short = title if len(title) <= MAX_TITLE else title[: MAX_TITLE - 1].rstrip() + "…"
            self._add(Section(self.line, level, short, is_start=level == START))
        elif self._questions is not None:
            self._add(Section(self.line, level, "", is_start=False))

    def _add(self, section: Section) -> None:
        self._questions = None
        self.items.append(section)

    def append(self, markdown: str, *, level: int = START + 1) -> None:
        """Add a text; its own headings begin sections below."""
        for heading, text in _split(markdown):
            if heading:
                self.begin(heading, level=level)
            if text and self._questions is not None:
                self.begin("")
            latest = self.items[-1]
            if text and isinstance(latest, Section):
                latest.text = "\n\n".join(each for each in (latest.text, text) if each)


def _split(markdown: str) -> Iterator[tuple[str, str]]:
    """Yield each heading of a text with what stands below it; the first has none."""
    fences = Fences()
    heading, lines = "", list[str]()
    for line in markdown.split("\n"):
        found = None if fences.holds(line) else _HEADING.fullmatch(line)
        if found:
            yield heading, canonical_text("\n".join(lines))
            heading, lines = plain_title(found[2]), []
        else:
            lines.append(line)
    yield heading, canonical_text("\n".join(lines))
