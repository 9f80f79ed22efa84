"""Marking an attempt by its sheet: pure, the same for a page, the API and a rebuild.

An answer is a list of texts: ids of what was picked; "item=place" and "item=choice" for what was
put in order or matched; the one text that was typed.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any

from flask_babel import gettext as _

from community.academy.kinds.quiz.answers import (
    ESSAY,
    MATCHING,
    MULTIPLE,
    NUMERIC,
    ORDERING,
    PLACED,
    SINGLE,
    TEXT,
    TYPED,
    USUAL_WORDS,
)
from community.academy.kinds.quiz.settings import rules_of
from community.academy.kinds.quiz.values import comparable, half_up, is_near, number_of
from community.academy.kinds.reflection.kind import words_in
from community.kernel.errors import Invalid

LONGEST_ANSWER, LONGEST_ESSAY = 200, 20_000
"""Characters of one text of an answer."""

Answers = Mapping[str, Sequence[str]]
Question = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class QuestionResult:
    """How one question was answered, and what to say about it."""

    id: str
    points: int
    share: Fraction
    """How much of the points it earns, 0..1."""
    right: bool
    partly: bool
    """Not right, yet something of it is."""
    picked: tuple[str, ...]
    """The answer: ids in the order they are shown, "item=..." likewise, or the typed text."""
    feedback: tuple[tuple[str, str], ...]
    """(option id, Markdown) of every answer that was given and its author has a word for."""
    explanation: str
    """Markdown shown after answering; may be empty."""
    waits: bool = False
    """Whether a person has to mark it."""

    @property
    def hundredths(self) -> int:
        """The points it earns, in hundredths."""
        return half_up(self.points * self.share * 100)


@dataclass(frozen=True, slots=True)
class Result:
    """An attempt's outcome; ``score`` is whole per cent of the points, a half rounded up."""

    score: int
    right: int
    total: int
    questions: tuple[QuestionResult, ...]

    @property
    def waits(self) -> bool:
        """Whether a person has to mark some of it: the score is none yet."""
        return any(each.waits for each in self.questions)


def mark(
    sheet: Mapping[str, Any], answers: Answers, marks: Mapping[str, int] | None = None
) -> Result:
    """Mark ``answers`` (question id -> texts) by the sheet of their attempt.

    ``marks`` are the points that a person gave to essays, by the question. A question without an
    answer earns nothing. Raises Invalid, its fields nested as the answers
    are, for what does not fit the questions.
    """
    refuse_unfit(sheet, answers)
    partial = rules_of(sheet).partial
    results = tuple(
        _result(
            question,
            answers.get(question["id"], ()),
            partial=partial,
            given=(marks or {}).get(question["id"]),
        )
        for question in sheet["questions"]
    )
    points = sum(result.points for result in results)
    earned = sum((result.points * result.share for result in results), Fraction())
    score = half_up(100 * earned / points) if points else 0
    return Result(score, sum(result.right for result in results), len(results), results)


def in_order(question: Question, answer: Sequence[str]) -> tuple[str, ...]:
    """Return an answer as it is kept: what was picked in the order it is shown, nothing twice."""
    if question["kind"] in TYPED:
        return tuple(text.strip() for text in answer if text.strip())
    if question["kind"] in PLACED:
        given = _pairs(answer)
        ids = (option["id"] for option in question["options"])
        return tuple(f"{key}={given[key]}" for key in ids if key in given)
    return tuple(option["id"] for option in question["options"] if option["id"] in answer)


def overlooked(sheet: Mapping[str, Any], answers: Answers) -> dict[str, list[str]]:
    """Return a message for each question that nobody leaves open on purpose."""
    found = {}
    for question in sheet["questions"]:
        message = _missing(question, in_order(question, answers.get(question["id"], ())))
        if message:
            found[question["id"]] = [message]
    return found


def _missing(question: Question, answer: Sequence[str]) -> str:
    kind = question["kind"]
    if kind == SINGLE and not answer:
        return str(_("Pick an answer."))
    if kind == TEXT and not answer:
        return str(_("Write an answer."))
    if kind == ESSAY:
        return _of_essay(question, answer)
    if kind == NUMERIC and (not answer or number_of(answer[0]) is None):
        return str(_("Write a number, such as 12.5."))
    if kind == MATCHING and len(answer) < len(question["options"]):
        return str(_("Choose one for each."))
    if kind == ORDERING and not answer:
        return str(_("Put these in order."))
    if kind == ORDERING and set(_pairs(answer).values()) != _places(question):
        return str(_("Give each place once."))
    return ""


def most_words(question: Question) -> int:
    """Return how many words an essay has at most."""
    return int(question["options"][0]["text"] or USUAL_WORDS)


def _of_essay(question: Question, answer: Sequence[str]) -> str:
    if not answer:
        return str(_("Write an answer."))
    most, words = most_words(question), words_in(answer[0])
    if words <= most:
        return ""
    return str(_("It takes at most %(most)d words; these are %(words)d.", most=most, words=words))


def essays_in(sheet: Mapping[str, Any]) -> list[Question]:
    """Return the questions of a sheet that a person marks."""
    return [question for question in sheet["questions"] if question["kind"] == ESSAY]


def _result(
    question: Question, answer: Sequence[str], *, partial: bool, given: int | None
) -> QuestionResult:
    picked = in_order(question, answer)
    points: int = question.get("points", 1)
    essay = question["kind"] == ESSAY
    if essay:
        share = Fraction(min(given or 0, points), points)
    else:
        share = _SHARES[question["kind"]](question, picked) if picked else Fraction()
    right = share == 1
    some = share > 0 or (
        question["kind"] == MULTIPLE
        and any(option.get("right") and option["id"] in picked for option in question["options"])
    )
    return QuestionResult(
        id=question["id"],
        points=points,
        share=share if essay or partial or right else Fraction(),
        right=right,
        partly=some and not right,
        picked=picked,
        feedback=tuple(
            (option["id"], option["feedback"])
            for option in question["options"]
            if option["feedback"] and _was_given(question, option, picked)
        ),
        explanation=question["explanation"],
        waits=essay and bool(picked) and given is None,
    )


def _was_given(question: Question, option: Question, picked: Sequence[str]) -> bool:
    kind = question["kind"]
    if kind in TYPED:
        return bool(picked) and _accepted(question, picked[0]) is option
    if kind in PLACED:
        return option["id"] in _pairs(picked)
    return option["id"] in picked


def _accepted(question: Question, typed: str) -> Question | None:
    """Return the first form that accepts what was typed."""
    if question["kind"] == NUMERIC:
        given = number_of(typed)
        found = (
            option
            for option in question["options"]
            if given is not None and is_near(given, option["text"], option["tolerance"])
        )
    else:
        exact = tuple(question.get("exact", ()))
        said = comparable(typed, exact)
        found = (each for each in question["options"] if comparable(each["text"], exact) == said)
    return next(found, None)


def _share_of_typed(question: Question, picked: Sequence[str]) -> Fraction:
    return Fraction(_accepted(question, picked[0]) is not None)


def _share_of_choice(question: Question, picked: Sequence[str]) -> Fraction:
    """What is right less what is wrong, of all that is right; never below 0."""
    right = {option["id"] for option in question["options"] if option["right"]}
    chosen = set(picked)
    return Fraction(max(0, len(chosen & right) - len(chosen - right)), len(right))


def _share_of_order(question: Question, picked: Sequence[str]) -> Fraction:
    """Pairs that stand in their order less those the other way round, of all; never below 0."""
    given = _pairs(picked)
    right = sorted(question["options"], key=lambda option: int(option["place"]))
    pairs = list(combinations([option["id"] for option in right], 2))
    balance = 0
    for first, second in pairs:
        if first in given and second in given:
            one, other = int(given[first]), int(given[second])
            balance += (one < other) - (one > other)
    return Fraction(max(0, balance), len(pairs))


def _share_of_matches(question: Question, picked: Sequence[str]) -> Fraction:
    """How many have their match, of all."""
    given = _pairs(picked)
    options = question["options"]
    return Fraction(sum(given.get(each["id"]) == each["match"] for each in options), len(options))


_SHARES: Mapping[str, Callable[[Question, Sequence[str]], Fraction]] = {
    SINGLE: _share_of_choice,
    MULTIPLE: _share_of_choice,
    ORDERING: _share_of_order,
    MATCHING: _share_of_matches,
    NUMERIC: _share_of_typed,
    TEXT: _share_of_typed,
}


def _pairs(answer: Sequence[str]) -> dict[str, str]:
    return {key: value for key, sign, value in (each.partition("=") for each in answer) if sign}


def _places(question: Question) -> set[str]:
    return {str(place) for place in range(1, len(question["options"]) + 1)}


def refuse_unfit(sheet: Mapping[str, Any], answers: Answers) -> None:
    """Raise Invalid for answers that no page of this attempt could have sent."""
    known = {question["id"]: question for question in sheet["questions"]}
    wrong: dict[str, list[str]] = {}
    for question_id, answer in answers.items():
        question = known.get(question_id)
        message = (
            _("This question is not in the quiz.")
            if question is None
            else _flaw_of_answer(question, answer)
        )
        if message:
            wrong[str(question_id)] = [message]
    if wrong:
        raise Invalid(_("Some answers do not fit the quiz."), fields={"answers": wrong})


def _flaw_of_answer(question: Question, answer: object) -> str:
    if not isinstance(answer, list | tuple) or not all(isinstance(item, str) for item in answer):
        return str(_("An answer is a list of option ids."))
    kind = question["kind"]
    if kind in TYPED:
        if len(answer) > 1:
            return str(_("Write one answer only."))
        most = LONGEST_ESSAY if kind == ESSAY else LONGEST_ANSWER
        too_long = any(len(text) > most for text in answer)
        return str(_("This is too long.")) if too_long else ""
    if kind in PLACED:
        return _flaw_of_pairs(question, answer)
    if not set(answer) <= {option["id"] for option in question["options"]}:
        return str(_("This option is not in the question."))
    if len(set(answer)) != len(answer):
        return str(_("An option can be picked once."))
    if kind == SINGLE and len(answer) > 1:
        return str(_("Pick one option only."))
    return ""


def _flaw_of_pairs(question: Question, answer: Sequence[str]) -> str:
    given = _pairs(answer)
    values = (
        _places(question)
        if question["kind"] == ORDERING
        else {choice["id"] for choice in question["choices"]}
    )
    if len(given) != len(answer):
        return str(_("Each is placed once, as item=place."))
    if not set(given) <= {option["id"] for option in question["options"]}:
        return str(_("This option is not in the question."))
    return "" if set(given.values()) <= values else str(_("This place is not in the question."))
