"""Questions as Markdown: read with exact line numbers, and written back the same.

A question is a ``##`` heading, optional text, its answers (``answers``: options, things to put in
order or to match, numbers, short texts), each with optional indented ``> feedback``, and at last an
optional ``> explanation``.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _

from community.academy.kinds.protocol import Flaw, Parsed, Partly
from community.academy.kinds.quiz.answers import (
    SINGLE,
    Option,
    flaws_of_options,
    option_at,
    options_of,
    written,
)
from community.academy.kinds.quiz.heads import split_head, write_head
from community.academy.kinds.text import Fences, canonical_text, one_line

MAX_QUESTIONS = 50
LIMITS = {"title": 300, "text": 5_000, "feedback": 1_000, "explanation": 2_000}
"""Characters."""

_HEADING = re.compile(r"##(?:[ \t]+(.*))?")
_QUOTE = re.compile(r"([ \t]*)> ?(.*)")


@dataclass(slots=True)
class _Question:
    line: int
    title: str
    said: dict[str, Any]
    wrong: list[str]
    text: list[str] = field(default_factory=list)
    options: list[Option] = field(default_factory=list)
    explanation: list[str] = field(default_factory=list)


class _Reader:
    """Goes through the lines once; ``flaws`` gathers what is wrong on the way."""

    def __init__(self) -> None:
        self.intro: list[str] = []
        self.questions: list[_Question] = []
        self.flaws: list[Flaw] = []
        self._fences = Fences()
        self._gap = False

    def feed(self, number: int, line: str) -> None:
        question = self.questions[-1] if self.questions else None
        in_text = question is None or not question.options
        if in_text and self._fences.holds(line):
            (self.intro if question is None else question.text).append(line)
            return
        heading = _HEADING.fullmatch(line)
        if heading:
            title, said, wrong = split_head(one_line(heading[1] or ""))
            self.questions.append(_Question(number, title, said, wrong))
        elif question is None:
            self.intro.append(line)
        elif not self._option(question, number, line):
            if question.options:
                self._after_option(question, number, line)
            else:
                question.text.append(line)
        self._gap = not line.strip(" \t")

    def _option(self, question: _Question, number: int, line: str) -> bool:
        option = option_at(number, line)
        if option is None:
            return False
        if question.explanation:
            message = _(
                "An option stands after the explanation. Feedback on an option is indented by two"
                " spaces; the explanation comes last."
            )
            self.flaws.append(Flaw(message, line=number))
        question.options.append(option)
        return True

    def _after_option(self, question: _Question, number: int, line: str) -> None:
        option = question.options[-1]
        if not line.strip(" \t"):
            return
        quote = _QUOTE.fullmatch(line)
        if quote and (quote[1] == "" or question.explanation):
            self._quote(question.explanation, quote[2])
        elif quote:
            self._quote(option.feedback, quote[2])
        elif question.explanation or option.feedback or self._gap or line[0] not in " \t":
            message = _(
                "This line is no option, feedback or explanation. Text of a question goes before"
                " its options."
            )
            self.flaws.append(Flaw(message, line=number))
        elif option_at(number, line.strip(" \t")):
            self.flaws.append(Flaw(_("An option starts at the left edge."), line=number))
        else:
            option.text.append(line.strip(" \t"))

    def _quote(self, target: list[str], text: str) -> None:
        if target and self._gap:
            target.append("")
        target.append(text)


def read_questions(body: str, line: int) -> tuple[Partly, list[Flaw]]:
    """Return what could be read and all flaws; ``line`` is the body's first line."""
    reader = _Reader()
    for number, text in enumerate(body.replace("\r\n", "\n").replace("\r", "\n").split("\n"), line):
        reader.feed(number, text)
    flaws = reader.flaws
    if not reader.questions:
        message = _("There is no question yet: a line that begins with ## asks the first one.")
        flaws.append(Flaw(message, line=line))
    if len(reader.questions) > MAX_QUESTIONS:
        message = _("A quiz has at most %(most)d questions.", most=MAX_QUESTIONS)
        flaws.append(Flaw(message, line=reader.questions[MAX_QUESTIONS].line))
    for question in reader.questions:
        flaws.extend(_flaws_of(question))
    questions = [_as_settings(index, q) for index, q in enumerate(reader.questions, 1)]
    parsed = Parsed({"questions": questions}, canonical_text("\n".join(reader.intro)))
    return Partly(parsed, tuple(question.line for question in reader.questions)), flaws


def _joined(lines: Iterable[str]) -> str:
    return canonical_text("\n".join(lines))


def _as_settings(index: int, question: _Question) -> dict[str, Any]:
    text = _joined(question.text)
    kind = question.options[0].sort if question.options else SINGLE
    return {
        "id": f"q{index}",
        "prompt": f"{question.title}\n\n{text}" if text else question.title,
        "kind": kind,
        "options": options_of(index, kind, question.options, _joined),
        "explanation": _joined(question.explanation),
        **question.said,
    }


def _flaws_of(question: _Question) -> list[Flaw]:
    flaws: list[Flaw] = []

    def flaw(line: int, message: str) -> None:
        flaws.append(Flaw(message, line=line))

    def limit(line: int, part: str, text: str) -> None:
        if len(text) > LIMITS[part]:
            flaw(line, _("This is longer than %(limit)d characters.", limit=LIMITS[part]))

    if not question.title.strip():
        flaw(question.line, _("A question needs its words after the ##."))
    limit(question.line, "title", question.title)
    limit(question.line, "text", "\n".join(question.text))
    limit(question.line, "explanation", "\n".join(question.explanation))
    for message in question.wrong:
        flaw(question.line, message)
    for option in question.options:
        limit(option.line, "feedback", "\n".join(option.feedback))
    exact = question.said.get("exact", ())
    flaws.extend(flaws_of_options(question.line, question.options, exact))
    return flaws


def write_questions(intro: str, questions: Iterable[Mapping[str, Any]]) -> str:
    """Return the Markdown that ``read_questions`` reads as these; ids are given by position."""
    return "\n\n".join([*([intro] if intro else []), *(_as_markdown(q) for q in questions)])


def _as_markdown(question: Mapping[str, Any]) -> str:
    title, _gap, text = question["prompt"].partition("\n\n")
    options: list[str] = []
    for option, (brackets, words) in zip(question["options"], written(question), strict=True):
        first, *more = words.split("\n")
        options.append(f"{brackets} {first}".rstrip(" "))
        options.extend(f"  {line}" for line in more)
        options.extend(f"  {line}" for line in _quoted(option["feedback"]))
    parts = [
        f"## {title}{write_head(question)}",
        text,
        "\n".join(options),
        "\n".join(_quoted(question["explanation"])),
    ]
    return "\n\n".join(part for part in parts if part)


def _quoted(text: str) -> list[str]:
    return [f"> {line}" if line else ">" for line in text.split("\n")] if text else []
