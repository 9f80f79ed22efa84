"""The sections of one LiaScript file, in order, with the questions that stand between them.

Sections begin at headings of the first two levels. The text before a question's answers is the
question; what precedes the first one introduces the quiz where its heading says that it is one.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from flask_babel import gettext as _
from markdown_it import MarkdownIt

from community.academy.formats.heads import MAX_TITLE
from community.academy.formats.liascript_quiz import RawOption, RawQuiz
from community.academy.formats.report import FileReport, Note
from community.academy.formats.sections import Block, Quiz, Section
from community.academy.kinds.quiz.answers import NUMERIC, TEXT
from community.academy.kinds.quiz.source import LIMITS
from community.academy.kinds.quiz.values import canonical_number
from community.academy.kinds.text import canonical_text, one_line

_MARKDOWN = MarkdownIt("commonmark").enable("table")
_QUIZ_LIKE = re.compile(r"\b(?:quiz|knowledge check|self[- ]check|test yourself)\b", re.IGNORECASE)
_BOLD_LINE = re.compile(r"\*\*([^*]+)\*\*[ \t]*")
_NUMBERED = re.compile(r"question\s+[0-9]+\s*[:.]\s*(?=\S)", re.IGNORECASE)
_RAISED = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹]+$")


def plain_title(text: str) -> str:
    """A heading as plain text on one line: no emphasis, no links, no raised numbers."""
    (inline,) = _MARKDOWN.parseInline(text)
    bare = "".join(
        token.content or " " * token.type.endswith("break") for token in inline.children or ()
    )
    title = _RAISED.sub("", one_line(bare)).strip()
    return title if len(title) <= MAX_TITLE else title[: MAX_TITLE - 1].rstrip() + "…"


def read_sections(
    lines: Sequence[str], quizzes: Sequence[RawQuiz], report: FileReport
) -> tuple[str, list[Section | Quiz]]:
    """Return the title (the file's first heading) and everything below it.

    ``lines`` are cleaned, the answers of ``quizzes`` blanked out; the first item is the section
    without a title that opens the file, possibly empty.
    """
    title, sections = _sections(lines, report)
    items: list[Section | Quiz] = []
    ends = [section.line for section in sections[1:]] + [len(lines) + 1]
    for section, end in zip(sections, ends, strict=True):
        inside = [quiz for quiz in quizzes if section.line <= quiz.line < end]
        if inside:
            items.extend(_Split(lines, section, inside, report).items())
        else:
            section.text = _text(lines, section.blocks)
            items.append(section)
    return title, items


def _sections(lines: Sequence[str], report: FileReport) -> tuple[str, list[Section]]:
    title, title_level, deepest = "", 0, 2
    sections = [Section(1, 0, "", is_start=True)]
    for block in _blocks(lines):
        if block.kind == "hr":
            report.dropped.append(Note(block.start + 1, _("line across the page")))
        elif block.kind != "heading":
            sections[-1].blocks.append(block)
        else:
            report.kept["headings"] += 1
            heading = plain_title(block.title)
            if not title:
                title, title_level, deepest = heading, block.level, max(2, block.level + 1)
                continue
            if block.level <= title_level:
                deepest = 2
            is_start = block.level <= deepest
            sections.append(Section(block.start + 1, block.level, heading, is_start))
    return title, sections


def _blocks(lines: Sequence[str]) -> Iterator[Block]:
    """Yield top-level blocks; lines that Markdown takes in silently (definitions) are one too."""
    tokens = _MARKDOWN.parse("\n".join(lines))
    done = 0
    for index, token in enumerate(tokens):
        if token.level != 0 or token.nesting < 0 or token.map is None:
            continue
        start, end = token.map
        if any(line.strip() for line in lines[done:start]):
            yield Block(done, start, "definition")
        done = end
        kind = token.type.removesuffix("_open")
        if kind == "heading":
            yield Block(start, end, kind, int(token.tag[1:]), tokens[index + 1].content)
        else:
            yield Block(start, end, kind)
    if any(line.strip() for line in lines[done:]):
        yield Block(done, len(lines), "definition")


def _text(lines: Sequence[str], blocks: Sequence[Block]) -> str:
    return "\n\n".join(canonical_text("\n".join(lines[b.start : b.end])) for b in blocks)


class _Split:
    """A section with questions: text before, the quiz, text after."""

    def __init__(
        self, lines: Sequence[str], section: Section, quizzes: list[RawQuiz], report: FileReport
    ) -> None:
        self._lines = lines
        self._section = section
        self._quizzes = quizzes
        self._report = report

    def items(self) -> list[Section | Quiz]:
        before, last = self._regions()
        first = before[0]
        title, page, intro = self._introduction(first[:-1])
        regions = [first[-1:], *before[1:]]
        questions = [
            self._question(number, region, quiz)
            for number, (region, quiz) in enumerate(zip(regions, self._quizzes, strict=True), 1)
        ]
        items: list[Section | Quiz] = []
        section = self._section
        if title != section.title:
            section.text = _text(self._lines, page)
            items.append(section)
        items.append(Quiz(title, _text(self._lines, intro), questions))
        if last:
            after = Section(last[0].start + 1, 0, "", is_start=True)
            after.text = _text(self._lines, last)
            items.append(after)
        return items

    def _regions(self) -> tuple[list[list[Block]], list[Block]]:
        """The blocks before each question's answers, and those after the last."""
        rest = list(self._section.blocks)
        before = []
        for quiz in self._quizzes:
            before.append([block for block in rest if block.start + 1 < quiz.line])
            rest = [block for block in rest if block.start + 1 >= quiz.line]
        return before, rest

    def _introduction(self, blocks: list[Block]) -> tuple[str, list[Block], list[Block]]:
        """Return the quiz's title, the blocks that stay on the page, those that introduce it."""
        section = self._section
        if _QUIZ_LIKE.search(section.title):
            return section.title, [], blocks
        for index in range(len(blocks) - 1, -1, -1):
            text = _text(self._lines, [blocks[index]])
            bold = _BOLD_LINE.fullmatch(text)
            if bold and _QUIZ_LIKE.search(bold[1]):
                title = plain_title(bold[1])
                note = Note(blocks[index].start + 1, text, _("title of the quiz"))
                self._report.changed.append(note)
                return title, blocks[:index], blocks[index + 1 :]
        title = _("Quiz: %(title)s", title=section.title) if section.title else _("Quiz")
        return title, blocks, []

    def _question(self, number: int, blocks: list[Block], quiz: RawQuiz) -> dict[str, Any]:
        return {
            "id": f"q{number}",
            "prompt": self._prompt(number, blocks),
            "kind": quiz.kind,
            "options": [
                {"id": f"q{number}o{n}", **_as_option(quiz.kind, option), "feedback": ""}
                for n, option in enumerate(quiz.options, 1)
            ],
            "explanation": quiz.explanation,
        }

    def _prompt(self, number: int, blocks: list[Block]) -> str:
        """The last paragraph asks; earlier blocks, or the lines below a bold one, tell more."""
        fallback = _("Question %(number)d", number=number)
        if not blocks:
            return str(fallback)
        more, last = _text(self._lines, blocks[:-1]), _text(self._lines, blocks[-1:])
        first, _newline, rest = last.partition("\n")
        bold = _BOLD_LINE.fullmatch(first)
        if bold and rest:
            title = _NUMBERED.sub("", one_line(bold[1]), count=1)
            self._report.changed.append(Note(blocks[-1].start + 1, first, f"## {title}"))
            more = f"{more}\n\n{rest}" if more else rest
        elif blocks[-1].kind == "paragraph" and len(last) <= LIMITS["title"]:
            title = one_line(last)
        else:
            title, more = str(fallback), f"{more}\n\n{last}" if more else last
        if not title.strip():  # a space that does not break asks nothing
            title = str(fallback)
        return f"{title}\n\n{more}" if more else title


def _as_option(kind: str, option: RawOption) -> dict[str, Any]:
    if kind == NUMERIC:
        return {"text": canonical_number(option.text), "tolerance": ""}
    return {"text": option.text} if kind == TEXT else {"text": option.text, "right": option.right}
