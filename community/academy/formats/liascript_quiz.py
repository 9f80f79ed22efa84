"""LiaScript's quizzes, as questions of ours.

``[[X]]`` any number is right, ``[(X)]`` and ``[[a|(b)]]`` one is, ``[[word]]`` and ``[[12.5]]`` are
typed.

Other forms (gaps, matrices, surveys) are not offered by our quiz: they are taken out and noted, and
the text around them stays.
"""

import re
from dataclasses import dataclass, field

from flask_babel import gettext as _

from community.academy.formats.report import FileReport, Note
from community.academy.kinds.quiz.answers import (
    FORM_LIMIT,
    MAX_OPTIONS,
    MIN_OPTIONS,
    MULTIPLE,
    NUMERIC,
    SINGLE,
    TEXT,
    TYPED,
)
from community.academy.kinds.quiz.values import number_of
from community.academy.kinds.text import Fences, canonical_text

_OPTION = re.compile(r"\s*\[(?:\[(?P<any>[ xX])\]|\((?P<one>[ xX])\))\](?:\s+(?P<text>.*))?")
_TYPED = re.compile(r"\s*\[\[(?![?!]\]\])(?P<inside>[^\[\]]*[^\[\]\s_][^\[\]]*)\]\]\s*")
_HINT = re.compile(r"\s*\[\[\?\]\]\s*(.*)")
_SOLUTION = re.compile(r"\s*\*{3,}\s*")
_OTHERS = (
    (re.compile(r"\s*\[(?:\s*[\[(][^\[\]()]*[\])]\s*){2,}\].*"), "matrix"),
    (re.compile(r"\s*\[\[!\]\].*"), "script"),
    (re.compile(r"\s*\[(?:\[[^\[\]]+\]|\([^()]+\))\]\s+\S.*"), "survey"),
    (re.compile(r"\s*\[\[[^\[\]]*\]\]\s*"), "typed answer"),
)
_GAP = re.compile(r"\[\[[^\[\]]*\]\]")


@dataclass(slots=True)
class RawOption:
    """One answer as written; ``line`` counts from 1."""

    line: int
    text: str
    right: bool


@dataclass(slots=True)
class RawQuiz:
    """One question's answers; ``line`` is that of the first, ``end`` the last line it takes."""

    line: int
    kind: str
    options: list[RawOption] = field(default_factory=list)
    after: list[str] = field(default_factory=list)
    """Hints and the solution's text, each a Markdown text."""
    end: int = 0

    @property
    def explanation(self) -> str:
        return "\n\n".join(text for text in map(canonical_text, self.after) if text)

    def flaw(self) -> str:
        """Why this cannot be a question of ours, or nothing."""
        right = sum(option.right for option in self.options)
        texts = [option.text for option in self.options]
        if self.kind in TYPED:
            return "" if 0 < len(texts[0]) <= FORM_LIMIT else str(_("its answer is too long"))
        if not MIN_OPTIONS <= len(texts) <= MAX_OPTIONS or not all(t.strip() for t in texts):
            return str(_("it does not have 2 to 12 answers with text"))
        if len(set(texts)) < len(texts):
            return str(_("an answer stands there twice"))
        if right == 0 or (self.kind == SINGLE and right > 1):
            return str(_("its right answer is not marked, or more than one of a single choice"))
        return ""


def _in_a_line(line: int, inside: str) -> RawQuiz:
    """Return the question of a line that holds its answers: to choose from, or to be typed."""
    parts = [part.strip() for part in inside.split("|")]
    if len(parts) > 1:
        options = [
            RawOption(line, part.strip("()").strip(), part[:1] == "(" and part[-1:] == ")")
            for part in parts
        ]
        return RawQuiz(line, SINGLE, options)
    kind = TEXT if number_of(parts[0]) is None else NUMERIC
    return RawQuiz(line, kind, [RawOption(line, parts[0], right=True)])


def take_out_quizzes(lines: list[str], report: FileReport) -> tuple[list[str], list[RawQuiz]]:
    """Blank out quizzes; return the lines and the questions that can be ours."""
    taker = _Taker(lines, report)
    taker.run()
    return taker.lines, taker.quizzes


class _Taker:
    def __init__(self, lines: list[str], report: FileReport) -> None:
        self.lines = list(lines)
        self.quizzes: list[RawQuiz] = []
        self._report = report
        self._fences = Fences()

    def run(self) -> None:
        index = 0
        while index < len(self.lines):
            line = self.lines[index]
            inside = not self._fences.holds(line)
            option = _OPTION.fullmatch(line) if inside else None
            typed = _TYPED.fullmatch(line) if inside and not option else None
            if option:
                kind = MULTIPLE if option["one"] is None else SINGLE
                index = self._quiz(index, RawQuiz(line=index + 1, kind=kind))
            elif typed:
                index = self._quiz(index, _in_a_line(index + 1, typed["inside"]))
            elif not self._fences.is_open:
                self._other(index, line)
                index += 1
            else:
                index += 1

    def _quiz(self, index: int, quiz: RawQuiz) -> int:
        """Read the question whose first answer stands at ``index``; return where to go on."""
        first = index
        if quiz.options:  # all of its answers stand in this line
            quiz.end = index = index + 1
        while (found := self._next(index)) is not None:
            index = found
            option = _OPTION.fullmatch(self.lines[index])
            hint = _HINT.fullmatch(self.lines[index])
            if option and quiz.kind == (MULTIPLE if option["one"] is None else SINGLE):
                mark = option["one"] or option["any"]
                text = (option["text"] or "").strip()
                quiz.options.append(RawOption(index + 1, text, mark != " "))
            elif hint:
                quiz.after.append(hint[1])
                self._report.changed.append(Note(index + 1, _("hint"), _("explanation")))
            elif _SOLUTION.fullmatch(self.lines[index]) and self._closing(index):
                end = self._closing(index)
                quiz.after.append("\n".join(self.lines[index + 1 : end]))
                self._report.changed.append(Note(index + 1, _("solution"), _("explanation")))
                index = end
            else:
                break
            quiz.end = index = index + 1
        self.lines[first : quiz.end] = [""] * (quiz.end - first)
        flaw = quiz.flaw()
        if flaw:
            what = _("question: %(flaw)s", flaw=flaw)
            self._report.dropped.append(Note(quiz.line, what))
        else:
            self.quizzes.append(quiz)
        return quiz.end

    def _next(self, index: int) -> int | None:
        """The next line that is not blank."""
        return next((n for n in range(index, len(self.lines)) if self.lines[n].strip()), None)

    def _closing(self, index: int) -> int:
        """The line that closes the solution opened at ``index``; 0 if none does."""
        rest = range(index + 1, len(self.lines))
        return next((n for n in rest if _SOLUTION.fullmatch(self.lines[n])), 0)

    def _other(self, index: int, line: str) -> None:
        for pattern, sort in _OTHERS:
            if pattern.fullmatch(line):
                what = _("%(sort)s: %(line)s", sort=sort, line=line.strip()[:60])
                self._report.dropped.append(Note(index + 1, what))
                self.lines[index] = ""
                return
        replaced, number = _GAP.subn("____", line)
        if number:
            self._report.changed.append(Note(index + 1, _("gap to fill in"), "____"))
            self.lines[index] = replaced
