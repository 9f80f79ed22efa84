"""Quizzes: answers that go in; terms, open attempts and marked ones that come out."""

from typing import Any

from marshmallow import fields, validate

from community.academy.kinds.quiz.scoring import LONGEST_ESSAY
from community.coursework.queries import Attempt, MarkedQuestion, QuizView
from community.kernel.schemas import ClientId, In, Out, Text, Whole

MOST_QUESTIONS, MOST_TEXTS, LONGEST_ID, MOST_ATTEMPTS = 200, 50, 40, 1_000_000
ATTEMPTS_SHOWN = 50


class BeginIn(In):
    """Who begins an attempt names it, so that a retry begins none."""

    client_id = ClientId(required=True)


class KeptIn(In):
    """Answers to some questions of the attempt that is open."""

    answers = fields.Dict(
        keys=fields.String(validate=validate.Length(max=LONGEST_ID)),
        values=fields.List(
            Text(longest=LONGEST_ESSAY, shortest=0, multiline=True),
            validate=validate.Length(max=MOST_TEXTS),
        ),
        required=True,
        validate=validate.Length(max=MOST_QUESTIONS),
        metadata={
            "description": "Question to texts: ids of what is picked; item=place or item=choice;"
            " or the one text that was typed."
        },
    )
    number = Whole(
        load_default=None,
        allow_none=True,
        validate=validate.Range(min=1, max=MOST_ATTEMPTS),
        metadata={"description": "The attempt they are meant for; refused if it is another one."},
    )


class AnswersIn(KeptIn):
    """A quiz handed in: with what was kept before, what is answered to each question."""

    client_id = ClientId(required=True)


class OptionOut(Out):
    """An answer; ``mark`` is empty, right, wrong or overlooked; ``given`` its place or choice."""

    id = fields.String(required=True)
    html = fields.String(required=True)
    picked = fields.Boolean(required=True)
    given = fields.String(required=True)
    mark = fields.String(required=True)
    feedback_html = fields.String(required=True)


class MatchOut(Out):
    """A place, or what may be matched."""

    id = fields.String(required=True)
    text = fields.String(required=True)


class QuestionOut(Out):
    """A question; ``right``, ``partly`` and what it earns are null until it is marked."""

    id = fields.String(required=True)
    kind = fields.String(
        required=True,
        metadata={"description": "single, multiple, ordering, matching, numeric, text or essay."},
    )
    prompt_html = fields.String(required=True)
    points = fields.Integer(required=True)
    earned = fields.Integer(
        required=True, allow_none=True, metadata={"description": "Hundredths of a point."}
    )
    right = fields.Boolean(required=True, allow_none=True)
    partly = fields.Boolean(required=True, allow_none=True)
    typed = fields.String(required=True)
    feedback_html = fields.String(required=True)
    explanation_html = fields.String(required=True)
    options = fields.List(fields.Nested(OptionOut), required=True)
    choices = fields.List(fields.Nested(MatchOut), required=True)
    solution_html = fields.List(fields.String(), required=True)
    waits = fields.Boolean(required=True, metadata={"description": "A person has to mark it."})
    comment_html = fields.String(required=True, metadata={"description": "What they said."})


class AttemptOut(Out):
    """A handed-in quiz, marked; ``attempts_left`` null: as often as one likes."""

    number = fields.Integer(required=True)
    score = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "Per cent; null until a person has marked its essays."},
    )
    passed = fields.Boolean(required=True, allow_none=True)
    pass_mark = fields.Integer(required=True, metadata={"description": "Per cent."})
    attempts_left = fields.Integer(required=True, allow_none=True)
    submitted_at = fields.AwareDateTime(required=True)
    questions = fields.List(fields.Nested(QuestionOut), required=True)


class OpenOut(Out):
    """An attempt that is open, with what was kept of it; ``ends_at`` null: without a limit."""

    number = fields.Integer(required=True)
    ends_at = fields.AwareDateTime(required=True, allow_none=True)
    questions = fields.List(fields.Nested(QuestionOut), required=True)


class KeptOut(Out):
    """What is kept of the attempt that is open: ids of the questions that have an answer."""

    number = fields.Integer(required=True)
    ends_at = fields.AwareDateTime(required=True, allow_none=True)
    answered = fields.List(fields.String(), required=True)


class PastOut(Out):
    """An attempt that is over."""

    number = fields.Integer(required=True)
    score = fields.Integer(required=True, allow_none=True)
    passed = fields.Boolean(required=True, allow_none=True)
    submitted_at = fields.AwareDateTime(required=True)


class QuizOut(Out):
    """The terms of a quiz, one's attempts (the last fifty), and the one that is open."""

    state = fields.String(
        required=True, metadata={"description": "open, direct, begin, waits, read or over."}
    )
    attempts_left = fields.Integer(required=True, allow_none=True)
    again_at = fields.AwareDateTime(required=True, allow_none=True)
    time_limit = fields.Integer(required=True, allow_none=True)
    pass_mark = fields.Integer(required=True)
    counts = fields.String(required=True, metadata={"description": "best, last or first."})
    counted = fields.Integer(
        required=True, allow_none=True, metadata={"description": "The score that counts."}
    )
    attempts = fields.List(fields.Nested(PastOut), required=True)
    open = fields.Nested(OpenOut, required=True, allow_none=True)


def as_attempt(quiz: QuizView) -> dict[str, Any]:
    """Return the attempt a view shows marked in the shape of ``AttemptOut``."""
    attempt = quiz.latest
    if attempt is None:
        raise ValueError("nothing was handed in")
    return {
        "number": attempt.number,
        "score": attempt.score,
        "passed": attempt.passed,
        "pass_mark": quiz.held.pass_mark,
        "attempts_left": quiz.left,
        "submitted_at": attempt.submitted_at,
        "questions": [_as_question(question) for question in quiz.questions],
    }


def as_open(quiz: QuizView) -> dict[str, Any]:
    """Return the open attempt of a view in the shape of ``OpenOut``."""
    return {
        "number": quiz.number,
        "ends_at": quiz.ends_at,
        "questions": [_as_question(question) for question in quiz.questions],
    }


def as_quiz(quiz: QuizView, attempts: list[Attempt]) -> dict[str, Any]:
    """Return a quiz in the shape of ``QuizOut``."""
    return {
        "state": quiz.state,
        "attempts_left": quiz.left,
        "again_at": quiz.again_at,
        "time_limit": quiz.rules.time_limit,
        "pass_mark": quiz.rules.pass_mark,
        "counts": quiz.rules.counts,
        "counted": quiz.counted,
        "attempts": [each for each in attempts if not each.open][-ATTEMPTS_SHOWN:],
        "open": as_open(quiz) if quiz.state == "open" else None,
    }


def _as_question(question: MarkedQuestion) -> dict[str, Any]:
    return {
        "id": question.id,
        "kind": question.kind,
        "prompt_html": question.prompt_html,
        "points": question.points,
        "earned": question.hundredths if question.marked else None,
        "right": question.right if question.marked else None,
        "partly": question.partly if question.marked else None,
        "typed": question.typed,
        "feedback_html": question.feedback_html,
        "explanation_html": question.explanation_html,
        "options": question.options,
        "choices": [{"id": key, "text": words} for key, words in question.choices],
        "solution_html": list(question.solution),
        "waits": question.waits,
        "comment_html": question.comment_html,
    }
