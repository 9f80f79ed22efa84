"""One activity of one learner: attempts, the marked quiz, decisions, the history."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from community.academy.kinds.builtin import QUIZ
from community.academy.kinds.quiz.scoring import QuestionResult
from community.academy.queries import ActivityLine, OptionText, QuestionText, quiz_questions
from community.accounts.models import User
from community.kernel.db import db, execute
from community.progress.models import Decision, LearningEvent, QuizAttempt
from community.progress.rules.states import Kind, Status

HISTORY_SHOWN = 50


@dataclasses.dataclass(frozen=True, slots=True)
class Attempt:
    """A submitted quiz."""

    number: int
    answers: Mapping[str, Sequence[str]]
    score: int
    passed: bool
    submitted_at: dt.datetime


@dataclasses.dataclass(frozen=True, slots=True)
class MarkedOption:
    """An option as it is shown; ``mark`` is "", "right", "wrong" or "overlooked"."""

    text: OptionText
    picked: bool
    mark: str


@dataclasses.dataclass(frozen=True, slots=True)
class MarkedQuestion:
    """A question with what was picked and, once it is answered, what to say about it."""

    text: QuestionText
    options: tuple[MarkedOption, ...]
    answered: bool
    right: bool
    partly: bool


@dataclasses.dataclass(frozen=True, slots=True)
class MarkedQuiz:
    """A quiz as a page shows it; ``attempts_left`` None: as often as one likes."""

    questions: tuple[MarkedQuestion, ...]
    latest: Attempt | None
    right: int
    attempts_left: int | None
    pass_mark: int


@dataclasses.dataclass(frozen=True, slots=True)
class Word:
    """A facilitator's decision, with the name; ``status`` None: the one before was taken back."""

    status: Status | None
    reason: str
    by: str
    at: dt.datetime


@dataclasses.dataclass(frozen=True, slots=True)
class Deed:
    """A learning event, for a history."""

    kind: Kind
    value: float
    at: dt.datetime


def attempts_of(enrolment_id: uuid.UUID, activity_id: uuid.UUID) -> list[Attempt]:
    """Return a learner's attempts at a quiz, oldest first, without their keys."""
    rows = db.session.execute(
        sa.select(
            QuizAttempt.number,
            QuizAttempt.answers,
            QuizAttempt.score,
            QuizAttempt.passed,
            QuizAttempt.submitted_at,
        )
        .where(QuizAttempt.enrolment_id == enrolment_id, QuizAttempt.activity_id == activity_id)
        .order_by(QuizAttempt.number)
    )
    return [Attempt(*row) for row in rows]


def marked_quiz(
    line: ActivityLine,
    attempts: Sequence[Attempt],
    *,
    picked: Mapping[str, Sequence[str]] | None = None,
) -> MarkedQuiz:
    """Return a quiz with its latest attempt marked; ``picked`` instead: refused answers, unmarked.

    What is right but was not picked is told once the quiz is passed or no attempt is left.
    """
    latest = attempts[-1] if attempts else None
    allowed: int | None = line.settings["attempts"]
    left = None if allowed is None else max(0, allowed - len(attempts))
    shown = latest if picked is None else None
    results: dict[str, QuestionResult] = {}
    right = 0
    if shown is not None:
        result = QUIZ.score(line.settings, shown.answers)
        results = {question.id: question for question in result.questions}
        right = result.right
    told = any(attempt.passed for attempt in attempts) or left == 0
    return MarkedQuiz(
        questions=tuple(
            _marked(text, results.get(text.id), (picked or {}).get(text.id, ()), told=told)
            for text in quiz_questions(line.id)
        ),
        latest=shown,
        right=right,
        attempts_left=left,
        pass_mark=line.settings["pass"],
    )


def _marked(
    text: QuestionText, result: QuestionResult | None, picked: Sequence[str], *, told: bool
) -> MarkedQuestion:
    chosen = result.picked if result else picked
    return MarkedQuestion(
        text=text,
        options=tuple(
            MarkedOption(
                option,
                option.id in chosen,
                _mark(option, picked=option.id in chosen, told=told) if result else "",
            )
            for option in text.options
        ),
        answered=result is not None,
        right=bool(result and result.right),
        partly=bool(result and result.partly),
    )


def _mark(option: OptionText, *, picked: bool, told: bool) -> str:
    if picked:
        return "right" if option.right else "wrong"
    return "overlooked" if option.right and told else ""


_WORDS = (
    sa.select(
        Decision.activity_id, Decision.status, Decision.reason, User.name, Decision.decided_at
    )
    .join(User, User.id == Decision.decided_by)
    .where(Decision.enrolment_id == sa.bindparam("enrolment", type_=sa.Uuid()))
    .order_by(Decision.decided_at, Decision.id)
)


def standing_words(enrolment_id: uuid.UUID) -> dict[uuid.UUID, Word]:
    """Return the decisions on a learner's activities that stand, by activity."""
    newest = {
        row.activity_id: Word(*row[1:]) for row in execute(_WORDS, {"enrolment": enrolment_id})
    }
    return {key: word for key, word in newest.items() if word.status is not None}


def words_on(enrolment_id: uuid.UUID, activity_id: uuid.UUID) -> list[Word]:
    """Return the decisions on an activity of a learner, newest first: the first one counts."""
    rows = db.session.execute(
        sa.select(Decision.status, Decision.reason, User.name, Decision.decided_at)
        .join(User, User.id == Decision.decided_by)
        .where(Decision.enrolment_id == enrolment_id, Decision.activity_id == activity_id)
        .order_by(Decision.decided_at.desc(), Decision.id.desc())
        .limit(HISTORY_SHOWN)
    )
    return [Word(*row) for row in rows]


def standing_word(enrolment_id: uuid.UUID, activity_id: uuid.UUID) -> Word | None:
    """Return the decision that stands, None where there is none or it was taken back."""
    words = words_on(enrolment_id, activity_id)
    return words[0] if words and words[0].status is not None else None


def deeds(enrolment_id: uuid.UUID, activity_id: uuid.UUID) -> list[Deed]:
    """Return the last things a learner did in an activity, newest first."""
    rows: Sequence[Any] = db.session.execute(
        sa.select(LearningEvent.kind, LearningEvent.value, LearningEvent.happened_at)
        .where(LearningEvent.enrolment_id == enrolment_id, LearningEvent.activity_id == activity_id)
        .order_by(LearningEvent.happened_at.desc(), LearningEvent.id.desc())
        .limit(HISTORY_SHOWN)
    ).all()
    return [Deed(Kind(row.kind), row.value, row.happened_at) for row in rows]
