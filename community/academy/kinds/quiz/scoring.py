"""Scoring of a quiz: pure, the same for a page, the API and a rebuild."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from community.kernel.errors import Invalid


@dataclass(frozen=True, slots=True)
class QuestionResult:
    """How one question was answered, and what to say about it."""

    id: str
    right: bool
    partly: bool
    """Some right options of a multiple question were picked: it earns nothing, but is said."""
    picked: tuple[str, ...]
    """The picked options' ids, in the quiz's order."""
    feedback: tuple[tuple[str, str], ...]
    """(option id, Markdown) of every picked option whose author wrote feedback."""
    explanation: str
    """Markdown shown after answering; may be empty."""


@dataclass(frozen=True, slots=True)
class Result:
    """An attempt's outcome; ``score`` is whole per cent 0..100, a half rounded up."""

    score: int
    right: int
    total: int
    questions: tuple[QuestionResult, ...]


def score(settings: Mapping[str, Any], answers: Mapping[str, Sequence[str]]) -> Result:
    """Score ``answers`` (question id -> picked option ids) against a quiz's settings.

    Every question weighs the same. A question is right when exactly its right options were picked:
    all or nothing, also where several apply. A question without an answer is not right.

    Raises Invalid, its fields nested as the answers are, for a question or option that is not in
    the quiz, several options of a single question, or an answer that is no list.
    """
    questions: list[dict[str, Any]] = settings["questions"]
    _check(questions, answers)
    results = tuple(_result(question, answers.get(question["id"], ())) for question in questions)
    right = sum(result.right for result in results)
    total = len(results)
    return Result((200 * right + total) // (2 * total), right, total, results)


def _result(question: Mapping[str, Any], answer: Sequence[str]) -> QuestionResult:
    picked = [option for option in question["options"] if option["id"] in answer]
    picked_ids = tuple(option["id"] for option in picked)
    right_ids = tuple(option["id"] for option in question["options"] if option["right"])
    right = picked_ids == right_ids
    return QuestionResult(
        id=question["id"],
        right=right,
        partly=not right and any(option["right"] for option in picked),
        picked=picked_ids,
        feedback=tuple(
            (option["id"], option["feedback"]) for option in picked if option["feedback"]
        ),
        explanation=question["explanation"],
    )


def _check(questions: list[dict[str, Any]], answers: Mapping[str, Sequence[str]]) -> None:
    known = {question["id"]: question for question in questions}
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


def _flaw_of_answer(question: Mapping[str, Any], answer: object) -> str:
    if not isinstance(answer, list | tuple) or not all(isinstance(item, str) for item in answer):
        return str(_("An answer is a list of option ids."))
    if not set(answer) <= {option["id"] for option in question["options"]}:
        return str(_("This option is not in the question."))
    if len(set(answer)) != len(answer):
        return str(_("An option can be picked once."))
    if question["kind"] == "single" and len(answer) > 1:
        return str(_("Pick one option only."))
    return ""
