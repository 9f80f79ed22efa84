"""The questions of an attempt as they are shown: to be answered, or marked by its own sheet."""

import dataclasses
import functools
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from flask_babel import format_decimal
from markupsafe import Markup, escape

from community.academy.kinds.quiz.answers import ESSAY, MATCHING, ORDERING, TYPED
from community.academy.kinds.quiz.scoring import QuestionResult, mark, most_words
from community.academy.kinds.quiz.settings import EACH, NEVER, rules_of
from community.academy.queries import rendered
from community.coursework.queries.attempts import Filled

KEPT = 4096  # texts of questions a process remembers as HTML


@dataclasses.dataclass(frozen=True, slots=True)
class MarkedOption:
    """An answer as it is shown; ``mark`` is "", "right", "wrong" or "overlooked".

    ``given`` is the place or the choice it was given.
    """

    id: str
    html: str
    picked: bool
    given: str = ""
    mark: str = ""
    feedback_html: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class MarkedQuestion:
    """A question with what was answered and, once it is marked, what to say about it.

    ``words`` is how many an essay has at most; ``waits``: a person has to mark it; what they said
    is ``comment_html``. ``choices`` are places or right halves, id and words; ``solution`` is HTML,
    empty until told.
    """

    id: str
    kind: str
    prompt_html: str
    points: int
    options: tuple[MarkedOption, ...]
    choices: tuple[tuple[str, str], ...]
    typed: str
    marked: bool = False
    right: bool = False
    partly: bool = False
    hundredths: int = 0
    explanation_html: str = ""
    feedback_html: str = ""
    solution: tuple[str, ...] = ()
    words: int | None = None
    waits: bool = False
    comment_html: str = ""

    @property
    def in_part(self) -> bool:
        """Whether it earns some of its points and not all of them."""
        return self.marked and 0 < self.hundredths < 100 * self.points

    @property
    def earned(self) -> str:
        """The points it earns, as the reader writes numbers."""
        return str(format_decimal(Decimal(self.hundredths) / 100))


def marked(attempt: Filled, *, told: bool) -> tuple[tuple[MarkedQuestion, ...], int]:
    """Return the questions of an attempt with what is said to each, and how many are right.

    ``told``: what is right and was not answered is said as well, where the quiz ever says it.
    """
    given = {key: each["points"] for key, each in attempt.marks.items()}
    result = mark(attempt.sheet, attempt.answers, given)
    solutions = rules_of(attempt.sheet).solutions
    bare = solutions == NEVER
    told = not bare and (told or solutions == EACH)
    shown = tuple(
        _shown(question, each.picked, each, told=told, bare=bare)
        for question, each in zip(attempt.sheet["questions"], result.questions, strict=True)
    )
    said = tuple(
        dataclasses.replace(each, comment_html=attempt.marks[each.id]["html"])
        if each.id in attempt.marks
        else each
        for each in shown
    )
    return said, result.right


def unmarked(
    sheet: Mapping[str, Any], answers: Mapping[str, Sequence[str]]
) -> tuple[MarkedQuestion, ...]:
    """Return the questions of a sheet with what is answered so far, and nothing said to it."""
    return tuple(
        _shown(question, answers.get(question["id"], ())) for question in sheet["questions"]
    )


def _shown(
    question: Mapping[str, Any],
    answer: Sequence[str],
    result: QuestionResult | None = None,
    *,
    told: bool = False,
    bare: bool = False,
) -> MarkedQuestion:
    kind = question["kind"]
    given = {key: value for key, _sign, value in (each.partition("=") for each in answer)}
    said = dict(result.feedback) if result and not bare else {}
    typed = kind in TYPED
    options = question["options"]
    places = {str(place) for place in range(1, len(options) + 1)}
    known = {option["id"] for option in options}
    if kind == ORDERING and given.keys() == known and set(given.values()) == places:
        options = sorted(options, key=lambda option: int(given[option["id"]]))
    shown = MarkedQuestion(
        id=question["id"],
        kind=kind,
        prompt_html=_html(question["prompt"]),
        points=question.get("points", 1),
        options=()
        if typed
        else tuple(
            MarkedOption(
                id=option["id"],
                html=_html(option["text"]),
                picked=option["id"] in given,
                given=given.get(option["id"], ""),
                mark=_mark(kind, option, given, told=told) if result and not bare else "",
                feedback_html=_html(said.get(option["id"], "")),
            )
            for option in options
        ),
        choices=_choices(question),
        typed=answer[0] if typed and answer else "",
        words=most_words(question) if kind == ESSAY else None,
    )
    if result is None:
        return shown
    return dataclasses.replace(
        shown,
        marked=True,
        right=result.right,
        partly=result.partly,
        waits=result.waits,
        hundredths=result.hundredths,
        explanation_html="" if bare else _html(question["explanation"]),
        feedback_html="".join(_html(text) for text in said.values()) if typed else "",
        solution=_solution(question) if told and not result.right else (),
    )


def _mark(kind: str, option: Mapping[str, Any], given: Mapping[str, str], *, told: bool) -> str:
    key = option["id"]
    if kind == ORDERING:
        return ""
    if kind == MATCHING:
        return "" if key not in given else "right" if given[key] == option["match"] else "wrong"
    if key in given:
        return "right" if option["right"] else "wrong"
    return "overlooked" if option["right"] and told else ""


def _choices(question: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    if question["kind"] == ORDERING:
        return tuple((str(at), str(at)) for at in range(1, len(question["options"]) + 1))
    if question["kind"] == MATCHING:
        return tuple((each["id"], _plain(each["text"])) for each in question["choices"])
    return ()


def _solution(question: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what would have been right, of a sort whose options do not show it."""
    options = question["options"]
    if question["kind"] == ESSAY:
        return ()
    if question["kind"] == ORDERING:
        return tuple(_html(each["text"]) for each in sorted(options, key=lambda o: int(o["place"])))
    if question["kind"] == MATCHING:
        words = {each["id"]: each["text"] for each in question["choices"]}
        return tuple(_html(f"{each['text']}: {words[each['match']]}") for each in options)
    if question["kind"] in TYPED:
        return tuple(
            str(escape(" \u00b1 ".join(filter(None, (each["text"], each.get("tolerance"))))))
            for each in options
        )
    return ()


@functools.lru_cache(maxsize=KEPT)
def _html(text: str) -> str:
    return rendered(text)


@functools.lru_cache(maxsize=KEPT)
def _plain(text: str) -> str:
    """Return a text without its markup: a select shows none."""
    return Markup(rendered(text)).striptags()  # noqa: S704  # sanitised
